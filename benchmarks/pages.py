"""What operators and probes open, as calls that can be timed."""

from collections.abc import Callable
from functools import partial

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from benchmarks.tenants import Tenant


def calls() -> dict[str, Callable[[Tenant], object]]:
    """Return a call for each page, through every middleware, without the network."""
    client = Client(SERVER_NAME="127.0.0.1")
    operator, _ = User.objects.get_or_create(
        username="operator", defaults={"is_staff": True, "is_superuser": True}
    )
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    listing = reverse("admin:installations_workspace_changelist")
    return {
        "/readyz": lambda _tenant: _open(client, "/readyz"),
        "list of workspaces, first page": lambda _tenant: _open(client, listing),
        "list of workspaces, any problem": lambda _tenant: _open(client, f"{listing}?problem=any"),
        "list of workspaces, search by id": partial(_search, client, listing),
    }


def _search(client: Client, listing: str, tenant: Tenant) -> None:
    _open(client, f"{listing}?q={tenant.workspace.team_id}")


def _open(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(f"{address} answered {answer.status_code}")
