"""The app is removed: late, twice, in any order, and after it was installed again."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from approvals.models import (
    ApproverGroup,
    AuditDetail,
    AuditEntry,
    Campaign,
    Decision,
    Person,
    PostedMessage,
    Revision,
)
from approvals.services.purging import purge_content
from approvals.tests.factories import at_once, queued
from installations import services
from installations.effects import Effect
from installations.models import Installation, InstallationAuditEntry, Workspace, WorkspaceState
from installations.services.departures import StillInstalledError
from installations.tasks import check_installation, purge_due, recheck, sweep
from installations.tests.factories import raw_rows
from slackapp.tests.test_approving import retry_now
from slackapp.tests.test_main_job import FORM

UNINSTALLED = {"type": "app_uninstalled"}
HOUR = 3600


def northwind() -> Workspace:
    return Workspace.objects.get(team_id="T01NORTHWD")


def secrets_left() -> int:
    """Return how many sealed values are in the database."""
    rows = Installation.objects.values_list(
        "bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url"
    )
    return sum(bool(value) for row in rows for value in row)


def revoked(slack) -> dict[str, object]:
    tokens = slack.tokens_for()
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [tokens.bot_user_id]}}


def send_campaign(slack) -> None:
    """Send a campaign, whose card the worker has still to post."""
    slack.person("dana").command("/campaign", channel="campaigns")
    slack.person("dana").submit(FORM)


def actions() -> list[str]:
    return list(InstallationAuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_an_uninstall_wipes_every_token_and_closes_the_workspace(installed, work):
    installed.uninstall()
    installed.settle()
    work()

    assert secrets_left() == 0
    assert northwind().state == WorkspaceState.UNINSTALLED
    assert northwind().uninstalled_at
    assert actions().count("workspace.uninstalled") == 1


def test_both_orders_and_repetitions_end_the_same(installed, work):
    events = [revoked(installed), UNINSTALLED]
    now = installed.clock.now() + 2

    for event in [*events, *reversed(events), *events]:
        installed.deliver_event("northwind", event, event_time=now)
        work()

    assert secrets_left() == 0
    assert northwind().state == WorkspaceState.UNINSTALLED
    assert actions().count("workspace.uninstalled") == 1


def test_an_uninstall_first_is_not_softened_by_the_tokens_that_follow(installed, work):
    now = installed.clock.now() + 2
    tokens = revoked(installed)

    installed.deliver_event("northwind", UNINSTALLED, event_time=now)
    installed.deliver_event("northwind", tokens, event_time=now)
    work()

    assert northwind().state == WorkspaceState.UNINSTALLED


def test_a_revoked_bot_alone_asks_for_the_app_again(installed, work):
    installed.deliver_event("northwind", revoked(installed), event_time=installed.clock.now() + 2)
    work()

    assert secrets_left() == 0
    assert northwind().state == WorkspaceState.NEEDS_REAUTH


def test_a_revoked_person_takes_only_their_own_token_along(installed, work):
    row = Installation.objects.get()
    row.seal("user_token", "xoxp-of-the-installer")
    row.save()
    tokens = {"oauth": [row.user_id, "U_STRANGER"], "bot": []}
    event = {"type": "tokens_revoked", "tokens": tokens}

    installed.deliver_event("northwind", event, event_time=installed.clock.now() + 2)
    work()

    row.refresh_from_db()
    assert (row.user_token, bool(row.bot_token)) == ("", True)
    assert northwind().state == WorkspaceState.ACTIVE


def test_an_uninstall_that_comes_after_the_app_was_installed_again_harms_nothing(
    installed, install, work
):
    before = installed.clock.now() - HOUR
    install()
    work()

    installed.deliver_event("northwind", UNINSTALLED, event_time=before)
    installed.deliver_event("northwind", revoked(installed), event_time=before)
    work()

    assert northwind().state == WorkspaceState.ACTIVE
    installed.person("dana").command("/campaign", "list")
    assert Installation.objects.exclude(bot_token="").count() == 1


def test_an_uninstall_that_only_looks_late_is_believed_once_slack_refuses_the_token(
    installed, work
):
    """Our clock was ahead of Slack's, so the install looks newer than its end."""
    Installation.objects.update(installed_at=timezone.now() + timedelta(seconds=90))
    row = Installation.objects.get()
    row.seal("bot_token", "xoxb-that-slack-does-not-know")
    row.save()

    installed.deliver_event("northwind", UNINSTALLED, event_time=installed.clock.now())
    work()

    assert secrets_left() == 0
    assert northwind().state == WorkspaceState.UNINSTALLED


def test_slack_refusing_a_token_wipes_nothing_by_itself(installed, work):
    installed.faults.fail("auth.test", "account_inactive", status=200)
    row = Installation.objects.get()

    check_installation(installation_id=row.pk)
    assert northwind().state == WorkspaceState.NEEDS_REAUTH
    assert Installation.objects.get().bot_token == row.bot_token

    recheck(timestamp=0)
    work()
    assert northwind().state == WorkspaceState.ACTIVE


def test_a_rolled_back_uninstall_wipes_nothing(installed, work, monkeypatch):
    def fail(**_arguments):
        raise RuntimeError("the queue is out of order")

    monkeypatch.setattr("installations.effects.cancel_jobs", fail)
    before = raw_rows("installations_installation")
    with pytest.raises(RuntimeError):
        services.end_team(
            client_id=settings.SLACK_CLIENT_ID,
            team_id="T01NORTHWD",
            happened_at=timezone.now() + timedelta(seconds=2),
        )

    assert raw_rows("installations_installation") == before


def test_what_was_queued_for_the_workspace_is_cancelled(installed, work):
    installed.person("dana").command("/campaign", "list")
    installed.person("dana").open_home()
    installed.settle()
    services.end_team(
        client_id=settings.SLACK_CLIENT_ID,
        team_id="T01NORTHWD",
        happened_at=timezone.now() + timedelta(seconds=2),
    )

    assert queued("approvals.publish_home") == []
    assert len(queued(Effect.STOP_WORKSPACE)) == 1


def test_a_message_that_waited_is_sent_after_a_reinstall(installed, install, work):
    send_campaign(installed)
    installed.uninstall()
    installed.settle()
    work()
    assert PostedMessage.objects.get().last_error == "uninstalled"

    install()
    work()

    assert PostedMessage.objects.get().ts


def test_whoever_types_after_the_uninstall_is_told_and_nothing_is_kept(installed, work):
    now = installed.clock.now() + 2
    installed.deliver_event("northwind", UNINSTALLED, event_time=now)
    work()

    installed.person("dana").command("/campaign", channel="campaigns")

    [told] = installed.person("dana").ephemerals("campaigns")
    assert "not installed in this workspace" in told["text"]


@pytest.mark.parametrize("typed", ["", "new", "setup"])
def test_who_wants_a_form_hears_at_once_that_slack_refuses_our_token(installed, typed):
    Workspace.objects.update(state=WorkspaceState.NEEDS_REAUTH)

    installed.person("wanda").command("/campaign", typed, channel="campaigns")

    [told] = installed.person("wanda").ephemerals("campaigns")
    assert "lost its access" in told["text"]
    assert settings.APP_URL in told["text"]
    assert installed.calls("views.open") == []


def test_two_uninstalls_at_once_close_the_workspace_once(installed):
    def end():
        return services.end_team(
            client_id=settings.SLACK_CLIENT_ID,
            team_id="T01NORTHWD",
            happened_at=timezone.now() + timedelta(seconds=2),
        )

    assert at_once(*[end] * 8) == [None] * 8
    assert actions().count("workspace.uninstalled") == 1


def test_leaving_from_our_side_tells_slack_and_wipes(installed, work):
    services.request_uninstall(workspace=northwind(), actor="admin:olive")
    assert northwind().state == WorkspaceState.UNINSTALLED
    work()

    assert len(installed.calls("apps.uninstall")) == 1
    assert installed.state.installation("T01NORTHWD") is None
    assert secrets_left() == 0
    requested = InstallationAuditEntry.objects.get(action="uninstall.requested")
    assert requested.actor == "admin:olive"


def test_leaving_goes_on_until_slack_has_answered_or_a_day_is_over(installed, work):
    for _ in range(20):
        installed.faults.fail("apps.uninstall", "fatal_error")
    held = secrets_left()
    services.request_uninstall(workspace=northwind(), actor="admin:olive")
    work()
    assert secrets_left() == held > 0
    sweep(timestamp=0)

    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        sweep(timestamp=0)

    assert secrets_left() == 0
    wiped = InstallationAuditEntry.objects.get(action="tokens.revoked")
    assert wiped.details["slack_knows"] is False


def test_content_is_purged_after_its_grace_and_evidence_stays(installed, work):
    send_campaign(installed)
    work()
    installed.person("ana").click("campaign.approve")
    work()
    chain = list(AuditEntry.objects.order_by("pk").values_list("hash", flat=True))
    installed.uninstall()
    installed.settle()
    work()

    purge_due(timestamp=0)
    assert queued(Effect.PURGE_WORKSPACE) == []
    with time_machine.travel(timezone.now() + timedelta(days=settings.CONTENT_KEPT_DAYS + 1)):
        purge_due(timestamp=0)
        assert len(queued(Effect.PURGE_WORKSPACE)) == 1
    purge_content(workspace_id=northwind().pk)

    assert set(Revision.objects.values_list("title", "brief", "asset_url")) == {("", "", "")}
    assert not AuditDetail.objects.exclude(entry__action="content.purged").exists()
    assert not Person.objects.exists()
    assert not PostedMessage.objects.exists()
    assert set(ApproverGroup.objects.values_list("handle", "name")) <= {("", "")}
    assert Decision.objects.get().verdict == "approve"
    assert Revision.objects.get().fingerprint
    assert list(AuditEntry.objects.order_by("pk").values_list("hash", flat=True))[:-1] == chain
    assert northwind().name == ""
    dump = json.dumps([raw_rows(table) for table in tables()], default=str, ensure_ascii=False)
    assert "Spring launch" not in dump


def tables() -> list[str]:
    skipped = ("django_", "auth_", "procrastinate_", "axes_", "otp_")
    names = connection.introspection.table_names()
    return [name for name in names if not name.startswith(skipped)]


def test_a_workspace_that_came_back_is_not_purged(installed, install, work):
    send_campaign(installed)
    work()
    installed.uninstall()
    installed.settle()
    work()
    install()
    work()

    assert purge_content(workspace_id=northwind().pk) is False
    assert Campaign.objects.get().erased_at is None


def test_a_purged_workspace_starts_anew_when_it_comes_back(installed, install, work):
    send_campaign(installed)
    installed.uninstall()
    installed.settle()
    work()
    purge_content(workspace_id=northwind().pk)

    install()
    work()
    send_campaign(installed)
    work()

    references = list(Campaign.objects.order_by("pk").values_list("reference", flat=True))
    assert [reference[-4:] for reference in references] == ["0001", "0002"]
    assert northwind().purged_at is None


def test_purging_is_refused_while_the_app_is_there(installed):
    with pytest.raises(StillInstalledError):
        services.request_purge(workspace=northwind(), actor="admin:olive")


def test_a_workspace_moves_into_an_organisation_and_loses_nothing(installed, work):
    enterprise = installed.enterprise("Globex", teams=())
    installed.migrate("northwind", into="globex")
    installed.settle()
    work()

    assert northwind().enterprise_id == enterprise.enterprise_id
    send_campaign(installed)
    work()
    assert PostedMessage.objects.get().ts
    assert "workspace.migrated" in actions()


def test_while_it_moves_messages_wait(installed, work):
    installed.enterprise("Globex", teams=())
    installed.person("dana").command("/campaign", channel="campaigns")
    installed.start_migration("northwind", into="globex")
    installed.person("dana").submit(FORM)
    work()
    assert PostedMessage.objects.get().ts == ""
    assert northwind().state == WorkspaceState.ACTIVE

    installed.finish_migration("northwind")
    installed.settle()
    work()
    retry_now(work)
    work()

    assert PostedMessage.objects.get().ts


@pytest.mark.parametrize(
    "event",
    [
        {"type": "tokens_revoked"},
        {"type": "tokens_revoked", "tokens": {"oauth": None}},
        {"type": "team_access_granted"},
        {"type": "team_access_granted", "team_ids": ["E123", ""]},
        {"type": "grid_migration_finished"},
        {"type": "app_uninstalled", "strange": [1]},
    ],
)
def test_a_strange_event_about_nobody_changes_nothing(installed, work, event):
    before = Workspace.objects.count(), secrets_left()

    installed.deliver_event("contoso", event, event_time=installed.clock.now())
    work()

    assert (Workspace.objects.count(), secrets_left()) == before
