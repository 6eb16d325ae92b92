"""An install becomes a workspace, whatever kind of install it is."""

import pytest

from installations import services
from installations.client import SlackLine
from installations.errors import NotInstalledError
from installations.models import Installation, Workspace, WorkspaceState
from installations.store import DjangoInstallationStore
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
    store = DjangoInstallationStore(client_id=CLIENT_ID)
    bot = store.find_bot_for(
        enterprise_id=workspace.enterprise_id or None, team_id=workspace.team_id
    )
    return bot.bot_token if bot else None


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
    assert raw_rows("procrastinate_jobs") == []
    workspace = services.workspace_that_speaks(team_id="T777", enterprise_id="E111")
    assert bot_of(workspace) == "xoxb-org"


def test_a_workspace_speaks_many_times_and_is_opened_once():
    complete(make_installation())
    opened = Workspace.objects.get()

    assert services.workspace_that_speaks(team_id="T111", enterprise_id="") == opened
    assert services.workspace_that_speaks(team_id="T111", enterprise_id="E_GUEST") == opened
    assert Workspace.objects.get().enterprise_id == ""


def test_nobody_speaks_for_no_workspace():
    with pytest.raises(ValueError, match="names no workspace"):
        services.workspace_that_speaks(team_id="", enterprise_id="E111")


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
