"""What is asked for and why, and the way to Slack."""

import re

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from installations import oauth
from installations.addresses import address_key
from installations.models import Errand
from installations.oauth_state_store import DjangoOAuthStateStore, TooManyStatesError
from installations.scopes import Kind, Scope, Variant, asked
from installations.views import failures
from installations.views.confidence import bind, browser_secret, confidential, new_browser_secret

TEAM_OR_ENTERPRISE = re.compile(r"[TE][A-Z0-9]{2,30}")


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    context = {"scopes": _scopes(Kind.BOT), "connectable": bool(_scopes(Kind.USER))}
    return render(request, "installations/landing.html", context)


@confidential
@require_safe
def install(request: HttpRequest) -> HttpResponse:
    """Send the browser to Slack with a state that only this browser can bring back.

    At once, without a page between: Slack asks that of an address where installs begin.
    """
    return _to_slack(request, Errand.INSTALL)


@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """Explain to one person what their own permission is for."""
    scopes = _require_person_scopes()
    context = {"scopes": scopes, "team_id": chosen_team(request)}
    return render(request, "installations/connect.html", context)


@confidential
@require_safe
def start_connecting(request: HttpRequest) -> HttpResponse:
    """Send one person to Slack; by GET, because our policy lets no form lead to another site."""
    _require_person_scopes()
    return _to_slack(request, Errand.PERSON)


def chosen_team(request: HttpRequest) -> str:
    """Return the workspace or organisation that the link names, or an empty string."""
    team_id = request.GET.get("team", "")
    return team_id if TEAM_OR_ENTERPRISE.fullmatch(team_id) else ""


def _to_slack(request: HttpRequest, errand: Errand) -> HttpResponse:
    if request.method == "HEAD":  # a look, by which nothing is begun
        return HttpResponseRedirect(oauth.authorize_url(state="", errand=errand))
    browser = browser_secret(request) or new_browser_secret()
    try:
        state = _issue_state(request, errand, browser)
    except TooManyStatesError as full:
        return failures.full_page(request, full.retry_after, errand)
    except failures.DATABASE_TROUBLE as trouble:
        return failures.trouble_page(request, trouble, errand)
    response = HttpResponseRedirect(
        oauth.authorize_url(state=state, errand=errand, team_id=chosen_team(request))
    )
    bind(response, browser)
    return response


def _issue_state(request: HttpRequest, errand: Errand, browser: str) -> str:
    signed_in = admin.site.has_permission(request)  # staff, past the second step
    return DjangoOAuthStateStore().issue(
        browser=browser,
        errand=errand,
        address_hash=address_key(request, purpose="oauth"),
        user_id=request.user.pk if signed_in else None,
    )


def _require_person_scopes() -> tuple[Scope, ...]:
    """Return what is asked of a person; there is no such page where nothing is."""
    scopes = _scopes(Kind.USER)
    if not scopes:
        raise Http404
    return scopes


def _scopes(kind: Kind) -> tuple[Scope, ...]:
    return asked(kind, Variant(settings.SLACK_APP_VARIANT))
