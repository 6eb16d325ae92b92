"""The way back from Slack."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from installations import errors, keys, oauth, services
from installations.crypto import WrongKeyError
from installations.models import Errand, Installation
from installations.oauth_state_store import DjangoOAuthStateStore, Started
from installations.views import failures, receipts
from installations.views.confidence import browser_secret, confidential
from installations.views.failures import StoppedError
from installations.views.starting import chosen_team

# Slack's words, in the address it sends people back to and in its answer to a code:
# docs.slack.dev/reference/methods/oauth.v2.access
SLACK_SAYS = {
    "access_denied": "access_denied",
    "app_approval_pending": "admin_approval",
    "bad_client_secret": "wrong_credentials",
    "bad_redirect_uri": "wrong_address",
    "cannot_install_an_org_installed_app": "org_installed",
    "invalid_client_id": "wrong_credentials",
    "invalid_scope": "wrong_scopes",
    "invalid_scope_requested": "wrong_scopes",
    "invalid_team_for_non_distributed_app": "one_workspace",
}


@confidential
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Finish what this browser began, and show its receipt at an address that holds no code."""
    if not request.GET.get("state") and ({"code", "error"} & request.GET.keys()):
        return _begun_elsewhere(request)
    errand = Errand.INSTALL
    try:
        started = _claim(request)
        errand = started.errand
        return redirect(receipts.address_of(_finish(request, started), errand))
    except StoppedError as stopped:
        return failures.page(request, stopped, errand)
    except failures.DATABASE_TROUBLE as trouble:
        return failures.trouble_page(request, trouble, errand)


def _begun_elsewhere(request: HttpRequest) -> HttpResponse:
    """Offer to begin here; a code that this browser did not ask for may be somebody else's.

    Slack sends one, without a state, to who installs on Slack's own pages. Using it would let
    anyone have a visitor's browser finish an install of theirs.
    """
    return render(request, "installations/elsewhere.html", {"team_id": chosen_team(request)})


def _claim(request: HttpRequest) -> Started:
    """Return what was begun; only then is anything believed that the address says."""
    state, browser = request.GET.get("state", ""), browser_secret(request)
    if not state:
        raise StoppedError("no_code")
    started = DjangoOAuthStateStore().claim(state, browser=browser) if browser else None
    if started is None:
        raise StoppedError("other_browser")
    return started


def _finish(request: HttpRequest, started: Started) -> Installation:
    if problem := request.GET.get("error"):
        raise StoppedError(_name_of(problem, started.errand), problem)
    code = request.GET.get("code", "")
    if not code:
        raise StoppedError("no_code")
    try:
        return _keep(_exchange(code), started)
    except WrongKeyError as wrong:
        raise StoppedError("wrong_key") from wrong


def _name_of(problem: str, errand: Errand) -> str:
    name = SLACK_SAYS.get(problem, "unknown")
    declined = name == "access_denied" and errand == Errand.PERSON
    return "person_declined" if declined else name


def _exchange(code: str) -> SlackInstallation:
    try:
        keys.confirm()  # what we could not keep we do not ask for
        return oauth.exchange_code(code)
    except errors.TemporaryError as unreachable:
        raise StoppedError("slack_unreachable", unreachable.code) from unreachable
    except errors.SlackCallError as refused:
        name = SLACK_SAYS.get(refused.code, "code_refused")
        raise StoppedError(name, refused.code) from refused


def _keep(granted: SlackInstallation, started: Started) -> Installation:
    if started.errand == Errand.PERSON:
        return _keep_person(granted)
    return _keep_install(granted, started)


def _keep_install(granted: SlackInstallation, started: Started) -> Installation:
    if not (granted.bot_token and _place(granted)):  # people can edit the link to Slack's page
        oauth.give_back(granted)
        raise StoppedError("no_bot")
    return services.complete_install(
        client_id=settings.SLACK_CLIENT_ID,
        installation=granted,
        linked_user_id=started.user_id,
    )


def _keep_person(granted: SlackInstallation) -> Installation:
    if not (granted.user_token and granted.user_id and _place(granted)):
        raise StoppedError("no_person")
    try:
        return services.complete_person(client_id=settings.SLACK_CLIENT_ID, installation=granted)
    except services.NoWorkingBotError as nowhere:
        oauth.give_back(granted)
        raise StoppedError("no_installation") from nowhere


def _place(granted: SlackInstallation) -> str | None:
    return granted.enterprise_id if granted.is_enterprise_install else granted.team_id
