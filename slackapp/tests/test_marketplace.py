"""The check of the Marketplace's rules: all kept here, and each noticed when it is broken."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import approvals.slack
from approvals.slack import home, messages, notices
from installations import deep_links, listeners, scopes
from installations.models import Errand, Installation, OAuthState, Workspace
from installations.oauth_state_store import DjangoOAuthStateStore, Started
from installations.scopes import Kind, Scope, Surface
from installations.tests.factories import make_workspace
from installations.views import returning
from slackapp import logs, manifest, signatures
from slackapp.marketplace import leaving, report
from slackapp.marketplace.by_hand import BY_HAND
from slackapp.marketplace.rehearsal import SETTINGS
from slackapp.marketplace.requirement import Requirement
from slackapp.models import ReceivedDelivery
from slackapp.pages import views as pages

pytestmark = pytest.mark.django_db

CHANGED: dict[str, Callable[[HttpResponse], HttpResponse]] = {}  # path -> what becomes of it


def changing_answers(get_response):
    """Middleware that lets a test spoil a page."""

    def middleware(request):
        response = get_response(request)
        return CHANGED.get(request.path, lambda answer: answer)(response)

    return middleware


@pytest.fixture(autouse=True)
def production(settings):
    """Set what a listed deployment sets: https, Slack itself, an operator with a mailbox."""
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.MIDDLEWARE = [f"{__name__}.changing_answers", *settings.MIDDLEWARE]
    settings.WHITENOISE_AUTOREFRESH = True  # else each visitor reads all static files
    CHANGED.clear()


@pytest.fixture
def spoil(monkeypatch, settings):
    """Return what breaks things, all of which is mended after the test."""
    return Spoil(monkeypatch, settings)


class Spoil:
    def __init__(self, monkeypatch, settings):
        self.patch = monkeypatch
        self.settings = settings

    def setting(self, name, value):
        setattr(self.settings, name, value)

    def page(self, path, before, after):
        """Have ``path`` say something else."""

        def change(response):
            if response.status_code != 200:  # http is sent on to https first
                return response
            text = response.content.decode()
            assert before in text, f"{path} does not say {before!r}"
            response.content = text.replace(before, after)
            return response

        CHANGED[path] = change

    def scope(self, name, **changes):
        """Ask for one more scope."""
        values = {
            "name": name,
            "feature": "spying",
            "reason": "offer /campaign",  # which the landing page gives already
            "surfaces": (Surface.SLASH_COMMAND,),
        }
        more = Scope(**{**values, **changes})
        self.patch.setattr(scopes, "SCOPES", (*scopes.SCOPES, more))

    def features(self, **changes):
        plain = manifest._features  # noqa: SLF001  # what every variant has
        self.patch.setattr(manifest, "_features", lambda url: {**plain(url), **changes})


def forgetting(sender, event):
    """Listen to an event and do nothing."""


def without_reason(spoil):
    first, *others = scopes.SCOPES
    spoil.patch.setattr(scopes, "SCOPES", (replace(first, feature=""), *others))


def first_secret_only(spoil):
    checked = signatures.is_signed

    def is_signed(raw, headers, *, secrets):
        return checked(raw, headers, secrets=secrets[:1])

    spoil.patch.setattr(signatures, "is_signed", is_signed)


def any_state(spoil):
    started = Started(Errand.INSTALL, None)
    spoil.patch.setattr(DjangoOAuthStateStore, "claim", lambda *_args, **_options: started)


def uncaught_junk(spoil):
    spoil.patch.setattr("slackapp.transports.http.MalformedDeliveryError", OperationalError)


def an_address_that_needs_a_login(spoil):
    CHANGED["/terms"] = lambda _response: HttpResponseRedirect("/admin/login/")


def answering(path, status):
    def breaks(_spoil):
        def change(response):
            response.status_code = status
            return response

        CHANGED[path] = change

    return breaks


def a_plain_token(spoil):
    make_workspace()
    Installation.objects.update(bot_token="xoxb-plain")


def deaf_to_uninstalls(spoil):
    for event in ("app_uninstalled", "tokens_revoked"):
        spoil.patch.setitem(listeners.LISTENERS, event, forgetting)


def believing_old_events(spoil):
    plain = listeners.Sender.of

    def of(body):
        return replace(plain(body), happened_at=datetime.now(tz=UTC))

    spoil.patch.setattr(listeners.Sender, "of", of)


def a_call_to_everybody(spoil, folder):
    (folder / "shouting.py").write_text('WORDS = "<!channel> look here"')
    spoil.patch.setattr(approvals.slack, "__path__", [str(folder)])


def a_home_without_buttons(spoil):
    spoil.patch.setattr(home, "actions", lambda *_buttons: {"type": "divider"})


def everybody_decides(spoil):
    spoil.patch.setattr("approvals.services.decisions.require_approver", lambda *_a, **_o: None)


def one_event_more(spoil):
    more = (*manifest.BOT_EVENTS, "team_rename")
    for module in (manifest, leaving):
        spoil.patch.setattr(module, "BOT_EVENTS", more)


BREAKS = {
    "refused-scopes": lambda it: it.scope("identity.basic"),
    "enhanced-review-scopes": lambda it: it.scope("channels:history"),
    "bot-scopes-only": lambda it: it.scope("reactions:read", kind=Kind.USER),
    "scope-reasons": without_reason,
    "no-mail-addresses": lambda it: it.scope("users:read.email"),
    "variant": lambda it: it.setting("SLACK_APP_VARIANT", "selfhosted"),
    "listable-manifest": lambda it: it.patch.setattr(manifest, "_listing", lambda *_: {}),
    "http-transport": lambda it: it.setting("SLACK_TRANSPORT", "socket"),
    "slack-itself": lambda it: it.setting("SLACK_API_URL", "http://127.0.0.1:9/api/"),
    "direct-install": answering("/slack/install", 303),
    "install-link": lambda it: it.patch.setattr(
        "installations.oauth.callback_url", lambda: "https://elsewhere.example/"
    ),
    "oauth-state": lambda it: it.setting("HTTPS", value=False),
    "oauth-forgery": any_state,
    "oauth-errors": lambda it: it.patch.setitem(returning.SLACK_SAYS, "access_denied", "unheard"),
    "after-install": lambda it: it.patch.setattr(deep_links, "app_home", lambda *_: ""),
    "public-pages": an_address_that_needs_a_login,
    "links": answering("/static/mark.svg", 404),
    "landing-page": lambda it: it.page("/", "Add to Slack", "Get it"),
    "scopes-on-landing-page": lambda it: it.page("/", "usergroups:read", "one more"),
    "support-page": lambda it: it.page("/support", 'method="post"', ""),
    "privacy-numbers": lambda it: it.patch.setattr(pages, "kept", dict),
    "privacy-page": lambda it: it.setting("OPERATOR_NAME", it.settings.UNNAMED_OPERATOR),
    "uninstall-policy": lambda it: it.page("/privacy", "tokens are wiped", "tokens are kept"),
    "security-txt": lambda it: it.page("/.well-known/security.txt", "Expires: 2", "Expires: 1"),
    "forged-requests": lambda it: it.patch.setattr(signatures, "is_signed", lambda *_a, **_o: True),
    "signed-requests": first_secret_only,
    "junk-bodies": uncaught_junk,
    "tls": lambda it: it.setting("SECURE_SSL_REDIRECT", value=False),
    "hsts": lambda it: it.setting("SECURE_HSTS_SECONDS", 3600),
    "cookies": lambda it: it.setting("SESSION_COOKIE_SECURE", value=False),
    "debug-off": lambda it: it.setting("DEBUG", value=True),
    "tokens-in-logs": lambda it: it.patch.setattr(logs, "SECRETS", re.compile("xoxb-.*")),
    "tokens-encrypted": a_plain_token,
    "token-rotation": lambda it: it.patch.setattr(leaving, "AHEAD", timedelta(0)),
    "lifecycle-events": lambda it: it.patch.setattr(
        manifest, "BOT_EVENTS", ("app_home_opened", "subteam_updated")
    ),
    "events-handled": one_event_more,
    "org-ready": lambda it: it.patch.setitem(
        listeners.LISTENERS, "team_access_granted", forgetting
    ),
    "uninstall": deaf_to_uninstalls,
    "late-uninstall": believing_old_events,
    "slash-command": lambda it: it.patch.setattr(notices, "HELP", "Ask a colleague."),
    "command-hint": lambda it: it.features(slash_commands=[{"command": "/campaign"}]),
    "home-for-everybody": lambda it: it.patch.setattr(home, "NOT_SET_UP", "Come back later."),
    "onboarding": a_home_without_buttons,
    "messages-tab": lambda it: it.features(
        app_home={"home_tab_enabled": True, "messages_tab_enabled": True}
        | {"messages_tab_read_only_enabled": False}
    ),
    "no-broadcasts": a_call_to_everybody,
    "errors": lambda it: it.patch.delitem(notices.NEXT_STEPS, "is_archived"),
    "wording": lambda it: it.page("/terms", "The service", "Enables financial transactions"),
    "attribution": lambda it: it.patch.setattr(messages, "mention", lambda _user_id: "somebody"),
    "guests": everybody_decides,
}


def neighbours_of(name):
    """Return the rules of the same file; all of them for every break would take minutes."""
    files = {one.name: one.check.__module__ for one in report.REQUIREMENTS}
    return [one for one in report.REQUIREMENTS if files[one.name] == files[name]]


def test_every_rule_is_kept(capsys):
    call_command("marketplace_check")

    printed = capsys.readouterr().out
    assert "FAIL" not in printed
    assert f"{len(report.REQUIREMENTS)} pass, 0 fail, {len(BY_HAND)} to look at by hand" in printed


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_rule_is_the_one_that_fails(name, spoil, tmp_path):
    breaks = BREAKS[name]
    breaks(spoil, tmp_path) if breaks is a_call_to_everybody else breaks(spoil)

    found = report.findings(neighbours_of(name))

    failed = {finding.requirement.name: finding.problems for finding in found if finding.problems}
    assert set(failed) == {name}
    assert not any("check itself broke" in problem for problem in failed[name])


def test_every_rule_has_been_broken_here():
    assert {requirement.name for requirement in report.REQUIREMENTS} == set(BREAKS)


def test_the_names_of_the_rules_are_unique():
    names = [requirement.name for requirement in report.REQUIREMENTS]

    assert len(set(names)) == len(names)


def test_a_failure_is_told_with_what_to_do_and_ends_the_command_with_1(capsys, settings):
    settings.DEBUG = True

    with pytest.raises(SystemExit) as ended:
        call_command("marketplace_check")

    assert ended.value.code == 1
    printed = capsys.readouterr().out
    assert re.search(r"^FAIL  debug-off +No page shows a trace$", printed, re.MULTILINE)
    assert "→ Set DEBUG=false" in printed
    assert f"{len(report.REQUIREMENTS) - 1} pass, 1 fail" in printed


def test_a_rehearsal_needs_no_deployment(capsys, settings):
    settings.APP_URL, settings.DEBUG, settings.HTTPS = "http://127.0.0.1:8000", True, False
    settings.SLACK_API_URL, settings.SUPPORT_EMAIL = "http://127.0.0.1:8100/api/", ""

    call_command("marketplace_check", "--rehearse")

    assert "0 fail" in capsys.readouterr().out
    assert settings.APP_URL == "http://127.0.0.1:8000"


def test_a_deployment_is_not_mistaken_for_its_rehearsal(settings):
    settings.APP_URL = "http://127.0.0.1:8000"

    with pytest.raises(SystemExit):
        call_command("marketplace_check")


def test_what_only_people_can_check_is_listed(capsys):
    call_command("marketplace_check")

    printed = capsys.readouterr().out
    assert "[ ] Review: Record a short video" in printed
    assert printed.count("[ ]") == len(BY_HAND)


def test_a_check_leaves_nothing_behind():
    kept = (Workspace, Installation, OAuthState, ReceivedDelivery, ProcrastinateJob)
    make_workspace()
    before = [model.objects.count() for model in kept]

    report.findings()

    assert [model.objects.count() for model in kept] == before


def test_a_real_installation_is_left_alone():
    workspace = make_workspace()
    before = Installation.objects.values().get()

    report.findings()

    workspace.refresh_from_db()
    assert Installation.objects.values().get() == before
    assert workspace.state == "active"


def requirement(check, **changes):
    return Requirement(name="n", area="a", rule="r", check=check, **changes)


def test_without_a_database_a_rule_is_not_shown_to_be_kept():
    def unreachable():
        raise OperationalError("gone")
        yield

    finding = requirement(unreachable).verify()

    assert not finding.passed
    assert "set DATABASE_URL" in finding.problems[0]


def test_a_check_that_breaks_fails_its_rule_and_no_other():
    def broken():
        yield "one thing"
        raise ValueError("why")

    finding = requirement(broken, writes=True).verify()

    assert finding.problems == ("The check itself broke (ValueError: why): report this.",)


def test_what_a_check_writes_is_undone_even_when_it_breaks():
    def writes_and_breaks():
        OAuthState.objects.create(state_hash="h", expires_at=timezone.now())
        raise ValueError
        yield

    requirement(writes_and_breaks, writes=True).verify()

    assert not OAuthState.objects.exists()
