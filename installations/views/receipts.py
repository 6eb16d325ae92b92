"""What an errand came to, at an address that only who did it has."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from installations import deep_links
from installations.models import Errand, Installation
from installations.views import failures
from installations.views.confidence import confidential

RECEIPT_LIFETIME = 3600  # seconds
PAGES = {Errand.INSTALL: "installed", Errand.PERSON: "connected"}
SALTS = {Errand.INSTALL: "installations.receipt", Errand.PERSON: "installations.receipt.person"}


def address_of(row: Installation, errand: Errand) -> str:
    """Return where the receipt for ``row`` is shown; nobody else can make that address."""
    receipt = signing.dumps({"installation": row.pk}, salt=SALTS[errand])
    return f"{reverse(PAGES[errand])}?{urlencode({'receipt': receipt})}"


@confidential
@require_safe
def installed(request: HttpRequest) -> HttpResponse:
    """Tell the person who just installed what to do next."""
    return _show(request, Errand.INSTALL)


@confidential
@require_safe
def connected(request: HttpRequest) -> HttpResponse:
    """Tell a person what their permission allows from now on, and how to take it back."""
    return _show(request, Errand.PERSON)


def _show(request: HttpRequest, errand: Errand) -> HttpResponse:
    try:
        row = _read(request, errand)
        return render(request, f"installations/{PAGES[errand]}.html", _context(request, row))
    except (signing.BadSignature, Installation.DoesNotExist):
        return redirect("landing")
    except failures.DATABASE_TROUBLE as trouble:
        return failures.trouble_page(request, trouble, errand, "receipt_unread")


def _read(request: HttpRequest, errand: Errand) -> Installation:
    receipt = signing.loads(
        request.GET.get("receipt", ""), salt=SALTS[errand], max_age=RECEIPT_LIFETIME
    )
    rows = Installation.objects.select_related("linked_user")
    return rows.get(pk=receipt["installation"])


def _context(request: HttpRequest, row: Installation) -> dict[str, object]:
    is_mine = row.linked_user_id is not None and row.linked_user_id == request.user.pk
    return {
        "installation": row,
        "linked_user": row.linked_user if is_mine else None,
        "app_link": deep_links.app_home(row.team_id, row.app_id),
        "browser_link": deep_links.in_browser(row.team_id),
        "add_to_workspaces_link": deep_links.add_to_workspaces(row.enterprise_url, row.app_id),
        "manage_apps_link": deep_links.manage_apps(),
        "slack_itself": deep_links.is_slack_itself(),
    }
