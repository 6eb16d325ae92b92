"""Whether the way from the listing into a workspace and back is the one Slack asks for."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import reverse

from installations.models import Errand
from installations.oauth import CALLBACK_PATH
from installations.oauth_state_store import DjangoOAuthStateStore
from installations.scopes import Kind, Variant, asked
from installations.views.receipts import address_of
from slackapp.marketplace import trial
from slackapp.marketplace.requirement import Requirement
from slackapp.marketplace.visits import Browser, text_of

FOUND, BAD_REQUEST, SERVER_ERROR = 302, 400, 500
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
SHORTEST_STATE = 32  # characters
NOWHERE = "http://127.0.0.1:9/api/"  # nobody answers there
# docs.slack.dev/authentication/installing-with-oauth, and what Slack was seen to send
ERRORS = (
    "access_denied",
    "app_approval_pending",
    "invalid_scope",
    "invalid_team_for_non_distributed_app",
    "bad_redirect_uri",
    "something_new",
)


def leads_straight_to_slack() -> Iterator[str]:
    answer = Browser().get(reverse("install"))
    location = answer.headers.get("Location", "")
    if answer.status_code != FOUND:
        yield f"/slack/install answers {answer.status_code}; Slack's probe wants a 302."
    if location.partition("?")[0] != AUTHORIZE:
        yield f"/slack/install leads to {location[:60]!r}, not to {AUTHORIZE}."


def asks_what_the_manifest_asks() -> Iterator[str]:
    link = _link(Browser())
    wanted = {scope.name for scope in asked(Kind.BOT, Variant.MARKETPLACE)}
    if set(link.get("scope", "").split(",")) != wanted:
        yield "The scopes in /slack/install are not those of the marketplace manifest."
    if link.get("user_scope"):
        yield f"/slack/install asks for a person's scopes ({link['user_scope']}); leave them out."
    if link.get("client_id") != settings.SLACK_CLIENT_ID:
        yield "/slack/install does not name SLACK_CLIENT_ID."
    if link.get("redirect_uri") != f"{settings.APP_URL}{CALLBACK_PATH}":
        yield "/slack/install does not lead back to the redirect URL of the manifest."


def binds_the_state() -> Iterator[str]:
    browser = Browser()
    first, second = _link(browser).get("state", ""), _link(Browser()).get("state", "")
    if len(first) < SHORTEST_STATE or first == second:
        yield "/slack/install needs a state that nobody can guess, a new one each time."
    if not any(_is_guarded(name, cookie) for name, cookie in browser.cookies.items()):
        yield "/slack/install has to bind the state to a __Host- cookie, Secure and HttpOnly."


def refuses_a_state_that_is_not_its_own() -> Iterator[str]:
    browser = Browser()
    state = _link(browser).get("state", "")
    yield from _unless_refused(Browser(), "another browser's state", state=state)
    yield from _unless_refused(browser, "no state")
    yield from _unless_refused(browser, "a made-up state", state="made-up")
    _back(browser, state=state, error="access_denied")
    yield from _unless_refused(browser, "a state that was used before", state=state)
    yield from _unless_refused(browser, "an expired state", state=_expired_state(browser))


def explains_what_went_wrong() -> Iterator[str]:
    for error in ERRORS:
        browser = Browser()
        answer = _back(browser, state=_link(browser).get("state", ""), error=error)
        text = text_of(answer)
        if answer.status_code >= SERVER_ERROR or "Traceback" in text:
            yield f"error={error} is answered {answer.status_code}; it needs a page for people."
        elif "<h1" not in text or "href=" not in text:
            yield f"The page for error={error} has to say what happened and lead on."


def confirms_the_install() -> Iterator[str]:
    row = trial.installed().rows()[0]
    answer = Browser().get(address_of(row, Errand.INSTALL))
    text = text_of(answer)
    if answer.status_code != 200:  # noqa: PLR2004  # OK
        yield f"The page after an install answers {answer.status_code}."
    elif f"slack://app?team={trial.TEAM_ID}" not in text:
        yield "The page after an install has to lead to the app in Slack (slack://app?team=…)."
    elif "/campaign" not in text:
        yield "The page after an install has to name the next step."


def _link(browser: Browser) -> dict[str, str]:
    """Start an install and return what the link to Slack says."""
    location = browser.get(reverse("install")).headers.get("Location", "")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def _back(browser: Browser, **query: str) -> HttpResponse:
    return browser.get(CALLBACK_PATH, **query)


def _expired_state(browser: Browser) -> str:
    """Return a state that ended a second ago, bound to this browser's cookie."""
    secret = next((str(cookie["value"]) for cookie in browser.cookies.values()), "")
    return DjangoOAuthStateStore(expiration_seconds=-1).issue(browser=secret)


def _unless_refused(browser: Browser, what: str, **query: str) -> Iterator[str]:
    """Come back from Slack with a code; whoever believes it, tries in vain to ask Slack."""
    with override_settings(SLACK_API_URL=NOWHERE):
        status = _back(browser, code="made-up", **query).status_code
    if FOUND <= status < BAD_REQUEST or status >= SERVER_ERROR:
        yield f"A return with {what} is answered {status}; it has to be refused."


def _is_guarded(name: str, cookie: dict[str, object]) -> bool:
    return bool(name.startswith("__Host-") and cookie["secure"] and cookie["httponly"])


REQUIREMENTS = (
    Requirement(
        name="direct-install",
        area="Direct install URL",
        rule="/slack/install answers 302 to Slack's own consent page",
        check=leads_straight_to_slack,
        writes=True,
    ),
    Requirement(
        name="install-link",
        area="Scopes",
        rule="The link asks for what the manifest asks, and nothing of a person",
        check=asks_what_the_manifest_asks,
        writes=True,
    ),
    Requirement(
        name="oauth-state",
        area="OAuth",
        rule="Each install has a state of its own, bound to its browser",
        check=binds_the_state,
        writes=True,
    ),
    Requirement(
        name="oauth-forgery",
        area="OAuth",
        rule="A foreign, made-up, used, expired or missing state is refused",
        check=refuses_a_state_that_is_not_its_own,
        writes=True,
    ),
    Requirement(
        name="oauth-errors",
        area="OAuth errors",
        rule="Cancel, pending approval and every other error lead to a page for people",
        check=explains_what_went_wrong,
        writes=True,
    ),
    Requirement(
        name="after-install",
        area="After install",
        rule="A page confirms the install and leads on into Slack",
        check=confirms_the_install,
        writes=True,
    ),
)
