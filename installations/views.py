"""The pages of an install: landing, the way to Slack, the way back."""

import re
import secrets
from dataclasses import dataclass
from logging import getLogger

from django.conf import settings
from django.core import signing
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from procrastinate.exceptions import ConnectorException
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from installations import deep_links, errors, oauth, services
from installations.models import Installation
from installations.oauth_state_store import LIFETIME, DjangoOAuthStateStore
from installations.scopes import BOT_SCOPES

TEAM_OR_ENTERPRISE = re.compile(r"[TE][A-Z0-9]{2,30}")
RECEIPT_SALT = "installations.receipt"
RECEIPT_LIFETIME = 3600  # seconds
DATABASE_TROUBLE = (Error, ConnectorException)

logger = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """What an install page says when there is no install; ``status`` is the HTTP status."""

    title: str
    explanation: str
    status: int = 400


FAILURES = {
    "access_denied": Failure(
        "Nothing was installed",
        "You chose Cancel on Slack's page, so Countersign has no access to your workspace.",
        200,
    ),
    "admin_approval": Failure(
        "An admin has to approve this first",
        "Your request went to the admins of your workspace. Come back when they have said yes.",
        200,
    ),
    "other_browser": Failure(
        "This install did not start here",
        "The link was opened in another browser, was used already, or is older than 10 minutes. "
        "Start again with Add to Slack.",
    ),
    "no_code": Failure(
        "Slack sent no code", "The link from Slack is incomplete. Start again with Add to Slack."
    ),
    "code_refused": Failure(
        "Slack did not accept the code",
        "A code works once and for 10 minutes. Start again with Add to Slack.",
    ),
    "no_bot": Failure(
        "Slack gave us no bot",
        "Countersign speaks through a bot, so nothing was kept. Start again with Add to Slack and "
        "leave the permissions as they are.",
    ),
    "slack_unreachable": Failure(
        "Slack did not answer",
        "Nothing was installed. Wait a minute, then start again with Add to Slack.",
        502,
    ),
    "not_saved": Failure(
        "We could not save the install",
        "Our database did not answer, so nothing was kept. Try again in a minute; "
        "if it happens again, tell whoever runs this Countersign.",
        503,
    ),
    "unknown": Failure(
        "Slack reported a problem",
        "Nothing was installed. Start again with Add to Slack.",
    ),
}
SLACK_ERRORS = {"access_denied": "access_denied", "app_approval_pending": "admin_approval"}


class InstallFailedError(Exception):
    """An install stops here; the one argument is a key of FAILURES."""


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "installations/landing.html", {"scopes": BOT_SCOPES})


@never_cache
@require_safe
def install(request: HttpRequest) -> HttpResponse:
    """Send the browser to Slack with a state that only this browser can bring back."""
    browser = request.COOKIES.get(_cookie_name()) or secrets.token_urlsafe(32)
    team_id = request.GET.get("team", "")
    try:
        state = DjangoOAuthStateStore().issue(browser=browser)
    except DATABASE_TROUBLE as trouble:
        return _say_failed(request, "not_saved", trouble)
    location = oauth.authorize_url(
        state=state,
        team_id=team_id if TEAM_OR_ENTERPRISE.fullmatch(team_id) else "",
        search=request.GET.get("search") == "1",
    )
    response = HttpResponseRedirect(location)
    response.set_cookie(
        _cookie_name(),
        browser,
        max_age=LIFETIME,
        path="/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",  # Strict would drop it on the way back from Slack
    )
    return response


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Finish an install and show its receipt at an address that holds no code."""
    try:
        row = _finish(request)
    except InstallFailedError as failed:
        return _say_failed(request, str(failed), failed.__cause__)
    except DATABASE_TROUBLE as trouble:
        return _say_failed(request, "not_saved", trouble)
    receipt = signing.dumps({"installation": row.pk}, salt=RECEIPT_SALT)
    return redirect(f"/slack/installed?receipt={receipt}")


@never_cache
@require_safe
def installed(request: HttpRequest) -> HttpResponse:
    """Tell the person who just installed what to do next."""
    try:
        receipt = signing.loads(
            request.GET.get("receipt", ""), salt=RECEIPT_SALT, max_age=RECEIPT_LIFETIME
        )
        row = Installation.objects.get(pk=receipt["installation"])
    except (signing.BadSignature, Installation.DoesNotExist):
        return redirect("landing")
    return render(
        request,
        "installations/installed.html",
        {
            "installation": row,
            "app_link": deep_links.app_home(row.team_id, row.app_id),
            "browser_link": deep_links.in_browser(row.team_id),
            "slack_itself": deep_links.is_slack_itself(),
        },
    )


def _finish(request: HttpRequest) -> Installation:
    state, browser = request.GET.get("state", ""), request.COOKIES.get(_cookie_name(), "")
    if not browser or not DjangoOAuthStateStore().consume(state, browser=browser):
        # Slack tells of a Cancel with the state too, so a page that says so is never forged.
        raise InstallFailedError("other_browser")
    if problem := request.GET.get("error"):
        raise InstallFailedError(SLACK_ERRORS.get(problem, "unknown"))
    code = request.GET.get("code", "")
    if not code:
        raise InstallFailedError("no_code")
    return _exchange_and_keep(code)


def _exchange_and_keep(code: str) -> Installation:
    try:
        granted = oauth.exchange_code(code)
    except errors.TemporaryError as unreachable:
        raise InstallFailedError("slack_unreachable") from unreachable
    except errors.SlackCallError as refused:
        raise InstallFailedError("code_refused") from refused
    if not _can_speak(granted):
        raise InstallFailedError("no_bot")
    return services.complete_install(client_id=settings.SLACK_CLIENT_ID, installation=granted)


def _can_speak(granted: SlackInstallation) -> bool:
    """Return whether there is a bot and a place; people can edit the link to Slack's page."""
    place = granted.enterprise_id if granted.is_enterprise_install else granted.team_id
    return bool(granted.bot_token and place)


def _say_failed(request: HttpRequest, name: str, cause: BaseException | None) -> HttpResponse:
    failure = FAILURES[name]
    logger.warning("an install stopped: %s", name, exc_info=cause)
    return render(request, "installations/failed.html", {"failure": failure}, status=failure.status)


def _cookie_name() -> str:
    """Return the cookie's name; the prefix keeps other hosts from setting it, and needs TLS."""
    return "__Host-install" if settings.HTTPS else "install"
