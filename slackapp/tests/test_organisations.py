"""One install for a whole organisation: many workspaces, one token, no mix-up."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from slack_bolt import BoltContext, BoltResponse

from approvals.models import ApproverGroup, Campaign, Decision, PostedMessage
from approvals.slack import tenancy
from approvals.tests.factories import queued
from installations import services
from installations.client import SlackLine
from installations.effects import Effect
from installations.errors import NotInstalledError
from installations.models import Installation, InstallationAuditEntry, Workspace, WorkspaceState
from installations.services.departures import CoveredByOrganisationError
from installations.speaking import bot_row_for
from installations.tasks import check_installation
from slackapp.tests.test_main_job import FORM

BOTH = ("northwind", "contoso")


@pytest.fixture
def globex(slack, install, work):
    """Return a local Slack with an organisation of two workspaces that installed our app once."""
    slack.enterprise("Globex", teams=BOTH)
    install(org=True)
    work()
    return slack


@pytest.fixture
def granted(globex, work):
    """Return the same, after its admin added the app to Northwind."""
    globex.grant_access("northwind")
    globex.settle()
    work()
    return globex


def states() -> dict[str, str]:
    return dict(Workspace.objects.order_by("team_id").values_list("team_id", "state"))


def send(slack, person, team, work) -> Campaign:
    somebody = slack.person(person, team)
    somebody.command("/campaign", channel="campaigns")
    somebody.submit(FORM)
    work()
    return Campaign.objects.latest("pk")


def test_after_the_install_the_app_is_nowhere_until_an_admin_adds_it(globex):
    [row] = Installation.objects.all()

    assert (row.team_id, row.is_enterprise_install) == (None, True)
    assert states() == {}


def test_a_workspace_opens_with_its_name_and_groups_when_it_is_granted(granted):
    workspace = Workspace.objects.get()

    assert (workspace.team_id, workspace.name) == ("T01NORTHWD", "Northwind")
    assert workspace.enterprise_id == granted.organisation("globex").enterprise_id
    assert ApproverGroup.objects.filter(workspace=workspace, handle="campaign-approvers").exists()


def test_the_installer_is_not_written_to_from_every_workspace(granted):
    assert granted.calls("chat.postMessage") == []


def test_a_campaign_goes_all_the_way_on_the_organisation_s_token(granted, work):
    send(granted, "dana", "northwind", work)
    assert PostedMessage.objects.get().ts
    granted.person("ana").click("campaign.approve")
    work()

    assert Decision.objects.get().approver_id == granted.person("ana").user_id
    assert Campaign.objects.get().workspace.team_id == "T01NORTHWD"


def test_taking_the_app_away_from_a_workspace_closes_it_and_giving_it_back_opens_it(granted, work):
    granted.revoke_access("northwind")
    granted.settle()
    work()
    assert states() == {"T01NORTHWD": WorkspaceState.UNINSTALLED}
    assert Installation.objects.get().bot_token
    with pytest.raises(NotInstalledError):
        SlackLine(Workspace.objects.get())

    granted.grant_access("northwind")
    granted.settle()
    work()

    assert states() == {"T01NORTHWD": WorkspaceState.ACTIVE}


def test_slack_s_list_of_workspaces_mends_what_lost_events_left_behind(granted, work):
    Workspace.objects.create(
        team_id="T01CONTOSO", enterprise_id=granted.organisation("globex").enterprise_id
    )

    check_installation(installation_id=Installation.objects.get().pk)

    assert states()["T01CONTOSO"] == WorkspaceState.UNINSTALLED
    assert states()["T01NORTHWD"] == WorkspaceState.ACTIVE


def test_a_call_into_a_workspace_without_the_app_closes_it(granted):
    contoso = Workspace.objects.create(
        team_id="T01CONTOSO", enterprise_id=granted.organisation("globex").enterprise_id
    )

    with pytest.raises(NotInstalledError, match="team_access_not_granted"):
        SlackLine(contoso).call("usergroups.list")

    assert states()["T01CONTOSO"] == WorkspaceState.UNINSTALLED
    assert states()["T01NORTHWD"] == WorkspaceState.ACTIVE


def test_uninstalling_from_the_organisation_closes_every_workspace_and_wipes(granted, work):
    granted.grant_access("contoso")
    granted.settle()
    work()

    granted.uninstall_org("globex")
    granted.settle()
    work()

    assert set(states().values()) == {WorkspaceState.UNINSTALLED}
    assert Installation.objects.get().bot_token == ""
    ended = InstallationAuditEntry.objects.filter(action="organisation.uninstalled")
    assert ended.count() == 1


@pytest.mark.parametrize("team_id", ["T01NORTHWD", "E", None])
def test_an_org_wide_uninstall_is_known_whatever_team_it_names(granted, work, team_id):
    enterprise_id = granted.organisation("globex").enterprise_id
    authorization = {
        "enterprise_id": enterprise_id,
        "team_id": enterprise_id if team_id == "E" else team_id,
        "is_enterprise_install": True,
    }
    envelope = {"authorizations": [authorization], "enterprise_id": enterprise_id}

    granted.deliver_event(
        "northwind",
        {"type": "app_uninstalled"},
        event_time=granted.clock.now() + 2,
        envelope=envelope,
    )
    work()

    assert states() == {"T01NORTHWD": WorkspaceState.UNINSTALLED}
    assert Installation.objects.get().bot_token == ""


def test_an_uninstall_that_names_a_covered_workspace_does_not_end_the_organisation(granted, work):
    authorization = {"team_id": "T01NORTHWD", "is_enterprise_install": False}
    granted.deliver_event(
        "northwind",
        {"type": "app_uninstalled"},
        event_time=granted.clock.now() + 2,
        envelope={"authorizations": [authorization]},
    )
    work()

    assert len(granted.calls("auth.teams.list")) >= 2
    assert Installation.objects.get().bot_token
    assert states() == {"T01NORTHWD": WorkspaceState.ACTIVE}


def test_a_workspace_s_own_install_goes_before_its_organisation_s(granted, install, work):
    org_bot = Installation.objects.get().bot_user_id
    install("contoso")
    work()

    own = Installation.objects.get(team_id="T01CONTOSO")
    identity = SlackLine(Workspace.objects.get(team_id="T01CONTOSO")).call("auth.test")
    assert identity["user_id"] == own.bot_user_id
    identity = SlackLine(Workspace.objects.get(team_id="T01NORTHWD")).call("auth.test")
    assert identity["user_id"] == org_bot
    Installation.objects.filter(pk=own.pk).update(installed_at=own.installed_at - timedelta(days=1))
    where = {"team_id": own.team_id, "enterprise_id": own.enterprise_id}
    assert bot_row_for(client_id=own.client_id, **where) == own


def test_the_end_of_an_own_install_leaves_the_organisation_s(granted, install, work):
    install("contoso")
    work()
    granted.uninstall("contoso")
    granted.settle()
    work()

    assert states() == {
        "T01CONTOSO": WorkspaceState.UNINSTALLED,
        "T01NORTHWD": WorkspaceState.ACTIVE,
    }
    assert Installation.objects.get(team_id=None).bot_token
    assert not Installation.objects.get(team_id="T01CONTOSO").bot_token


def test_one_workspace_cannot_uninstall_the_organisation_s_app(granted):
    with pytest.raises(CoveredByOrganisationError, match="organisation"):
        services.request_uninstall(workspace=Workspace.objects.get(), actor="admin:olive")

    assert queued(Effect.REVOKE_INSTALLATION) == []


def test_an_operator_ends_the_whole_organisation_s_install(granted, work):
    services.request_uninstall_organisation(
        installation=Installation.objects.get(), actor="admin:olive"
    )
    work()

    assert states() == {"T01NORTHWD": WorkspaceState.UNINSTALLED}
    assert Installation.objects.get().bot_token == ""
    assert len(granted.calls("apps.uninstall")) == 1


def test_a_click_counts_where_the_card_was_posted_whoever_clicked(granted, work):
    """Campaigns of two workspaces bear the same number; the message tells which is meant."""
    granted.grant_access("contoso")
    granted.settle()
    work()
    first = send(granted, "dana", "northwind", work)
    contoso = Workspace.objects.get(team_id="T01CONTOSO")
    assert first.reference.endswith("0001")
    assert contoso.pk != first.workspace_id

    granted.person("ana").click("campaign.approve")
    work()

    assert Decision.objects.get().revision.campaign == first


def test_a_foreign_organisation_s_bot_never_speaks_for_a_workspace_we_know(granted, slack, work):
    """A Slack Connect guest's click carries the guest's organisation."""
    services.end_organisation(
        client_id=settings.SLACK_CLIENT_ID,
        enterprise_id=granted.organisation("globex").enterprise_id,
        happened_at=timezone.now() + timedelta(seconds=2),
    )
    Installation.objects.create(
        client_id=settings.SLACK_CLIENT_ID,
        enterprise_id="E0GUESTS",
        is_enterprise_install=True,
        installed_at=timezone.now(),
        bot_token="v1.test1.not-opened",
    )
    workspace = Workspace.objects.get()
    Workspace.objects.update(state=WorkspaceState.ACTIVE)
    workspace.refresh_from_db()

    with pytest.raises(NotInstalledError, match="not_installed"):
        SlackLine(workspace)
    clicked = {"team_id": workspace.team_id, "enterprise_id": "E0GUESTS"}
    assert bot_row_for(client_id=settings.SLACK_CLIENT_ID, **clicked) is None


def test_a_click_on_a_card_in_a_workspace_without_the_app_is_not_counted(granted, work):
    """Where Slack names no team, it is the organisation's bot that lets the click in."""
    send(granted, "dana", "northwind", work)
    posted = PostedMessage.objects.get()
    Workspace.objects.update(state=WorkspaceState.UNINSTALLED)
    context = BoltContext({"enterprise_id": Installation.objects.get().enterprise_id})
    body = {"container": {"channel_id": posted.channel_id, "message_ts": posted.ts}}

    with pytest.raises(NotInstalledError, match="uninstalled"):
        tenancy.load_workspace(context, body, BoltResponse)


@pytest.mark.parametrize(("ts", "team_id"), [(None, "T01NORTHWD"), ("1.1", "")])
def test_a_click_belongs_to_where_we_posted_and_to_nobody_if_we_did_not(granted, work, ts, team_id):
    """Whatever workspace the person who clicked is at home in."""
    send(granted, "dana", "northwind", work)
    posted = PostedMessage.objects.get()
    container = {"channel_id": posted.channel_id, "message_ts": ts or posted.ts}
    body = {"container": container, "user": {"team_id": "T01CONTOSO"}}

    assert tenancy._team_id(body, None, "E1") == team_id  # noqa: SLF001  # nobody of ours is in two
