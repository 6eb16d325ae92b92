"""A workspace whose bot Slack refuses is marked, and opened again, with an entry for each."""

from datetime import timedelta

import pytest

from installations import services
from installations.errors import NotInstalledError
from installations.models import InstallationAuditEntry, Workspace, WorkspaceState
from installations.services import tokens
from installations.tests.operators import make_organisation, make_tenant, rotating

pytestmark = pytest.mark.django_db


def refused(_refresh_token: str) -> tokens.Refreshed:
    raise NotInstalledError("invalid_refresh_token")


def told(action: str) -> list[str]:
    """Return the ids of the workspaces of which an entry says so."""
    entries = InstallationAuditEntry.objects.filter(action=action)
    return sorted(entries.values_list("workspace__team_id", flat=True))


def states() -> set[str]:
    return set(Workspace.objects.values_list("state", flat=True))


def test_a_refused_refresh_is_kept_for_every_workspace_of_the_organisation():
    row = rotating(make_organisation("E111"))
    for team_id in ("T1", "T2"):
        Workspace.objects.create(team_id=team_id, enterprise_id="E111")

    with pytest.raises(NotInstalledError):
        tokens.refresh(
            installation_id=row.pk,
            kind=tokens.BOT,
            ahead=timedelta(days=1),
            ask=refused,
            patience=1,
        )

    assert states() == {WorkspaceState.NEEDS_REAUTH}
    assert told("workspace.needs_reauth") == ["T1", "T2"]
    assert InstallationAuditEntry.objects.filter(action="token.refused").count() == 1


def test_a_bot_that_works_after_all_is_kept_once():
    tenant = make_tenant(1, state=WorkspaceState.NEEDS_REAUTH)
    row = tenant.installations.get()

    services.recover(installation_id=row.pk)
    services.recover(installation_id=row.pk)

    assert states() == {WorkspaceState.ACTIVE}
    assert told("workspace.recovered") == [tenant.team_id]
