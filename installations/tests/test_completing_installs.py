"""An install becomes a workspace, whatever kind of install it is."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from installations import services
from installations.client import SlackLine
from installations.effects import Effect
from installations.errors import NotInstalledError
from installations.models import (
    Installation,
    InstallationAuditEntry,
    Workspace,
    WorkspaceState,
)
from installations.speaking import bot_row_for
from installations.tests.factories import (
    CLIENT_ID,
    LATER,
    NOON,
    make_installation,
    make_org_installation,
    raw_rows,
)

pytestmark = pytest.mark.django_db


def complete(installation) -> Installation:
    return services.complete_install(client_id=CLIENT_ID, installation=installation)


def bot_of(workspace) -> str | None:
    row = bot_row_for(
        client_id=CLIENT_ID, team_id=workspace.team_id, enterprise_id=workspace.enterprise_id
    )
    return row.reveal("bot_token") if row else None


def speaks(team_id: str, enterprise_id: str = "") -> Workspace:
    return services.workspace_that_speaks(
        client_id=CLIENT_ID, team_id=team_id, enterprise_id=enterprise_id
    )


def jobs():
    rows = raw_rows("procrastinate_jobs")
    return [(row["task_name"], json.loads(row["args"])) for row in rows]


def test_a_workspace_install_opens_its_workspace():
    row = complete(make_installation(enterprise_id="E111"))

    workspace = Workspace.objects.get()
    assert row.workspace == workspace
    assert (workspace.team_id, workspace.enterprise_id) == ("T111", "E111")
    assert (workspace.name, workspace.state) == ("Northwind", WorkspaceState.ACTIVE)


def test_a_workspace_that_moved_into_an_organisation_stays_the_same_workspace():
    complete(make_installation(installed_at=NOON, enterprise_id=None))

    complete(make_installation(installed_at=LATER, enterprise_id="E111", bot_token="xoxb-grid"))

    workspace = Workspace.objects.get()
    assert workspace.enterprise_id == "E111"
    assert workspace.installations.count() == 2
    assert bot_of(workspace) == "xoxb-grid"


def test_an_install_that_does_not_say_the_name_keeps_the_one_we_know():
    complete(make_installation(installed_at=NOON))
    complete(make_installation(installed_at=LATER, team_name=None))

    assert Workspace.objects.get().name == "Northwind"


def test_an_org_wide_install_opens_no_workspace_until_one_speaks():
    row = complete(make_org_installation(team_id="T_IGNORED", bot_token="xoxb-org"))

    assert (row.team_id, row.workspace) == (None, None)
    assert not Workspace.objects.exists()
    assert jobs() == [(Effect.CHECK_INSTALLATION, {"installation_id": row.pk})]
    workspace = speaks("T777", "E111")
    assert bot_of(workspace) == "xoxb-org"


def test_a_workspace_speaks_many_times_and_is_opened_once():
    complete(make_installation())
    opened = Workspace.objects.get()

    assert speaks("T111") == opened
    assert speaks("T111", "E_GUEST") == opened
    assert Workspace.objects.get().enterprise_id == ""


def test_nobody_speaks_for_no_workspace():
    with pytest.raises(ValueError, match="names no workspace"):
        speaks("", "E111")


def test_an_install_without_a_bot_opens_no_workspace_and_closes_none():
    complete(make_installation(installed_at=NOON, bot_token="xoxb-works"))
    before = raw_rows("procrastinate_jobs")
    search_only = {"bot_token": None, "bot_id": None, "bot_user_id": None, "bot_scopes": ""}

    row = complete(make_installation(installed_at=LATER, user_id="U_SEARCHER", **search_only))
    stranger = complete(make_installation(team_id="T222", **search_only))

    assert (row.workspace, stranger.workspace) == (None, None)
    assert bot_of(Workspace.objects.get()) == "xoxb-works"
    assert raw_rows("procrastinate_jobs") == before


def test_an_install_without_a_bot_does_not_reopen_an_uninstalled_workspace():
    complete(make_installation(installed_at=NOON))
    Workspace.objects.update(state=WorkspaceState.UNINSTALLED)

    complete(make_installation(installed_at=LATER, bot_token=None))

    with pytest.raises(NotInstalledError):
        SlackLine(Workspace.objects.get())


def test_an_install_that_names_no_installer_still_has_its_bot():
    complete(make_installation(user_id="", user_token=None))

    assert bot_of(Workspace.objects.get()) == "xoxb-CANARY-bot"


@pytest.mark.parametrize("state", ["", "open", "ACTIVE"])
def test_the_database_knows_every_state_of_a_workspace(state):
    complete(make_installation())

    with pytest.raises(Exception, match="workspace_state_known"):
        Workspace.objects.update(state=state)


@pytest.mark.parametrize("kind", ["workspace", "organisation"])
def test_who_installed_what_is_written_down(kind):
    user = get_user_model().objects.create_user("olga", is_staff=True)
    make = make_installation if kind == "workspace" else make_org_installation

    row = services.complete_install(
        client_id=CLIENT_ID, installation=make(enterprise_id="E111"), linked_user_id=user.pk
    )

    entry = InstallationAuditEntry.objects.get()
    assert (entry.action, entry.actor) == (f"{kind}.installed", "U_INSTALLER")
    assert (entry.workspace, entry.enterprise_id) == (row.workspace, "E111")
    assert entry.details == {
        "installation_id": row.pk,
        "scopes": ["chat:write", "commands"],
        "linked_user_id": user.pk,
    }


def test_an_install_that_names_nobody_is_written_down_as_ours():
    complete(make_installation(user_id="", user_token=None))

    assert InstallationAuditEntry.objects.get().actor == "countersign"


def test_a_linked_user_who_does_not_exist_spoils_nothing():
    row = services.complete_install(
        client_id=CLIENT_ID, installation=make_installation(), linked_user_id=404
    )

    assert row.linked_user is None


def test_installing_again_takes_back_everything_that_an_uninstall_left_behind():
    complete(make_installation(installed_at=NOON))
    now = timezone.now()
    Workspace.objects.update(
        state=WorkspaceState.UNINSTALLED,
        uninstalled_at=now,
        purged_at=now,
        name="",
        api_error="account_inactive",
        api_error_at=now,
    )

    complete(make_installation(installed_at=LATER))

    workspace = Workspace.objects.get()
    assert (workspace.state, workspace.name) == (WorkspaceState.ACTIVE, "Northwind")
    assert (workspace.uninstalled_at, workspace.purged_at) == (None, None)
    assert (workspace.api_error, workspace.api_error_at) == ("", None)


def test_somebody_else_s_reinstall_keeps_the_first_one_s_row():
    complete(make_installation(installed_at=NOON, user_id="U_FIRST"))
    [before] = raw_rows("installations_installation")

    complete(make_installation(installed_at=LATER, user_id="U_SECOND", bot_token="xoxb-second"))

    first, second = raw_rows("installations_installation")
    assert first == {**before, "bot_token": ""}
    assert first["user_token"]
    assert second["user_id"] == "U_SECOND"
    assert bot_of(Workspace.objects.get()) == "xoxb-second"
