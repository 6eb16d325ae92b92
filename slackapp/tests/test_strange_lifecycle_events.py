"""Events about the app itself that are late, out of order, or not what Slack documents."""

import pytest
from django.conf import settings

from approvals.tests.factories import queued
from installations import services
from installations.effects import Effect
from installations.models import Installation, Workspace, WorkspaceState
from installations.speaking import bot_row_for
from installations.tasks import check_installation
from slackapp.models import DeliveryState, ReceivedDelivery

UNINSTALLED = {"type": "app_uninstalled"}
JUNK = [None, "junk", 7, [], [1], {"a": 1}, True]


def northwind() -> Workspace:
    return Workspace.objects.get(team_id="T01NORTHWD")


def unhandled() -> list[tuple[str, str]]:
    """Return what of the inbox waits or was given up, and why."""
    rest = ReceivedDelivery.objects.exclude(state=DeliveryState.HANDLED)
    return list(rest.values_list("key", "last_error"))


@pytest.mark.parametrize("event_time", [..., None, "soon", [], 10**30, -(10**30)])
def test_an_uninstall_without_a_time_is_believed_only_if_slack_agrees(installed, work, event_time):
    envelope = {"event_time": event_time}

    installed.deliver_event("northwind", UNINSTALLED, event_id="Ev1", envelope=envelope)
    work()
    assert northwind().state == WorkspaceState.ACTIVE
    assert unhandled() == []

    installed.faults.fail("auth.test", "account_inactive", status=200)
    installed.deliver_event("northwind", UNINSTALLED, event_id="Ev2", envelope=envelope)
    work()
    assert northwind().state == WorkspaceState.UNINSTALLED
    assert northwind().uninstalled_at.year > 2000


def test_junk_in_place_of_what_slack_documents_is_handled_and_harms_nobody(installed, work):
    """All in one test: each is one event, and the app stays where it is."""
    now = installed.clock.now() - 3600
    for number, junk in enumerate(JUNK):
        for event, envelope in (
            ({"type": "tokens_revoked", "tokens": junk}, {}),
            ({"type": "tokens_revoked", "tokens": {"bot": junk, "oauth": junk}}, {}),
            ({"type": "team_access_granted", "team_ids": junk}, {}),
            ({"type": "team_access_revoked", "team_ids": junk}, {}),
            ({"type": "grid_migration_finished", "enterprise_id": junk}, {}),
            (UNINSTALLED, {"authorizations": [{"team_id": junk}]}),
        ):
            installed.deliver_event(
                "northwind",
                event,
                event_time=now,
                event_id=f"Ev{number}-{event['type']}-{len(str(event))}-{len(str(envelope))}",
                envelope=envelope,
            )
    work()

    assert unhandled() == []
    assert northwind().state == WorkspaceState.ACTIVE
    assert Workspace.objects.count() == 1


@pytest.mark.parametrize("junk", [7, "junk", [1], {"a": 1}], ids=str)
def test_an_event_that_bolt_cannot_read_stays_for_the_operator(installed, work, junk):
    now = installed.clock.now() + 2
    installed.deliver_event(
        "northwind", UNINSTALLED, event_time=now, envelope={"authorizations": junk}
    )
    work()

    [(_, error)] = unhandled()
    assert "MalformedDeliveryError" in error
    assert northwind().state == WorkspaceState.ACTIVE


def test_an_empty_id_among_the_revoked_revokes_nobody(installed, work):
    Installation.objects.update(bot_user_id="")
    event = {"type": "tokens_revoked", "tokens": {"bot": ["", None], "oauth": [""]}}

    installed.deliver_event("northwind", event, event_time=installed.clock.now() + 2)
    work()

    assert Installation.objects.get().bot_token


@pytest.fixture
def granted(slack, install, work):
    """Return a local Slack whose organisation Globex has our app in Northwind."""
    slack.enterprise("Globex", teams=("northwind", "contoso"))
    install(org=True)
    slack.grant_access("northwind")
    slack.settle()
    work()
    return slack


def tell_organisation(slack, event, work, **envelope) -> None:
    now = slack.clock.now()
    slack.deliver_event(None, event, org="globex", event_time=now, envelope=envelope)
    work()


def test_a_grant_that_comes_after_the_organisation_left_opens_nothing(granted, work):
    granted.uninstall_org("globex")
    granted.settle()
    work()

    event = {"type": "team_access_granted", "team_ids": ["T01NORTHWD", "T01CONTOSO"]}
    tell_organisation(granted, event, work)

    assert list(Workspace.objects.values_list("state", flat=True)) == [WorkspaceState.UNINSTALLED]


def test_a_revocation_that_comes_after_the_next_grant_is_mended_by_asking(granted, work):
    tell_organisation(granted, {"type": "team_access_revoked", "team_ids": ["T01NORTHWD"]}, work)

    assert northwind().state == WorkspaceState.ACTIVE


def test_a_grant_that_names_one_of_the_workspaces_is_known(granted, work):
    """As docs.slack.dev shows it: with a team and an authorization that is not org-wide."""
    authorization = {"team_id": "T01NORTHWD", "is_enterprise_install": False}
    tell_organisation(
        granted,
        {"type": "team_access_granted", "team_ids": ["T01NORTHWD"]},
        work,
        team_id="T01NORTHWD",
        authorizations=[authorization],
    )

    assert len(granted.calls("auth.teams.list")) >= 3


def test_too_long_ids_of_granted_workspaces_are_passed_over(granted, work):
    team_ids = ["T" * 33, "T01CONTOSO", {"id": "T1"}]
    services.revoke_access(
        client_id=settings.SLACK_CLIENT_ID, enterprise_id="-", team_ids=["T01CONTOSO"]
    )
    tell_organisation(granted, {"type": "team_access_granted", "team_ids": team_ids}, work)

    assert unhandled() == []
    assert set(Workspace.objects.values_list("team_id", flat=True)) == {"T01NORTHWD", "T01CONTOSO"}


def test_an_organisation_on_its_way_out_is_not_let_in_again_by_a_check(granted, work):
    org = Installation.objects.get()
    services.request_uninstall_organisation(installation=org, actor="admin:olive")

    asked = len(granted.calls())

    check_installation(installation_id=org.pk)

    assert len(granted.calls()) == asked
    assert northwind().state == WorkspaceState.UNINSTALLED


def test_the_end_of_the_organisation_s_token_leaves_those_with_their_own_alone(
    granted, install, work
):
    install("contoso")
    work()
    org = Installation.objects.get(team_id=None)
    Workspace.objects.update(enterprise_id=org.enterprise_id)
    event = {"type": "tokens_revoked", "tokens": {"bot": [org.bot_user_id], "oauth": []}}
    granted.deliver_event(None, event, org="globex", event_time=granted.clock.now() + 2)
    work()

    states = dict(Workspace.objects.values_list("team_id", "state"))
    assert states == {
        "T01NORTHWD": WorkspaceState.NEEDS_REAUTH,
        "T01CONTOSO": WorkspaceState.ACTIVE,
    }


def test_three_hundred_workspaces_are_opened_and_their_admin_is_told_once(
    granted, django_assert_max_num_queries
):
    org = Installation.objects.get()
    team_ids = [f"T0MANY{n:03}" for n in range(300)]
    grant = {
        "client_id": settings.SLACK_CLIENT_ID,
        "enterprise_id": org.enterprise_id,
        "team_ids": team_ids,
        "names": dict.fromkeys(team_ids, "Branch"),
    }
    services.grant_access(**grant)
    with django_assert_max_num_queries(6):
        services.grant_access(**grant)

    assert Workspace.objects.filter(state=WorkspaceState.ACTIVE, name="Branch").count() == 300
    assert len(queued(Effect.SET_UP_WORKSPACE)) == 300


def test_a_click_in_a_workspace_without_the_app_is_refused(granted, work):
    granted.person("dana", "northwind").open_home()
    granted.settle()
    Workspace.objects.update(state=WorkspaceState.UNINSTALLED)

    granted.person("dana", "northwind").command("/campaign", channel="campaigns")

    [told] = granted.person("dana", "northwind").ephemerals("campaigns")
    assert "not installed in this workspace" in told["text"]
    org = Installation.objects.get()
    where = {"team_id": "T01NORTHWD", "enterprise_id": org.enterprise_id}
    assert bot_row_for(client_id=org.client_id, **where) is None


def test_a_workspace_that_speaks_before_slack_told_of_it_is_asked_about(granted, work):
    """It is opened at once, and closed again where its organisation has not given it the app."""
    services.workspace_that_speaks(
        client_id=settings.SLACK_CLIENT_ID,
        team_id="T01CONTOSO",
        enterprise_id=granted.organisation("globex").enterprise_id,
    )
    contoso = Workspace.objects.get(team_id="T01CONTOSO")
    assert contoso.state == WorkspaceState.ACTIVE
    assert queued(Effect.SET_UP_WORKSPACE) == [{"workspace_id": contoso.pk}]
    work()

    contoso.refresh_from_db()
    assert contoso.state == WorkspaceState.UNINSTALLED
    assert northwind().state == WorkspaceState.ACTIVE
