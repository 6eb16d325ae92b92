"""One way in: at most once, in one transaction, visible when it fails."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from approvals.effects import Effect
from approvals.models import AuditEntry, Campaign, Decision
from approvals.slack.ids import CampaignRef
from approvals.states import CampaignStatus
from approvals.tests.factories import ANA, BEN, OUTSIDER, set_up, submit
from installations.models import Installation
from installations.tests.factories import make_workspace
from slackapp.models import DeliveryState, ReceivedDelivery
from slackapp.tasks import EventNotHandledError, handle_event
from slackapp.tests.requests import JSON, click, command, event, post


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    workspace = make_workspace()
    set_up(workspace)
    return submit(workspace)


def approve(campaign, by=ANA, **changes):
    value = CampaignRef(campaign.reference, campaign.revision_number).dump()
    return click("campaign.approve", value, by, **changes)


def decisions_in_the_log() -> int:
    return AuditEntry.objects.filter(action="decision.recorded").count()


def at_once(*bodies):
    """Post every body from a thread of its own, all released in the same instant."""
    barrier = threading.Barrier(len(bodies))

    def send(body):
        barrier.wait()
        try:
            return post(body).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def test_a_replayed_click_is_acknowledged_and_ignored(campaign):
    assert post(approve(campaign)).status_code == 200
    assert post(approve(campaign)).status_code == 200

    assert Decision.objects.count() == 1
    assert decisions_in_the_log() == 1
    assert not AuditEntry.objects.filter(action="decision.refused").exists()


def test_one_request_replayed_eight_times_at_once_decides_once(campaign):
    assert at_once(*[approve(campaign)] * 8) == [200] * 8

    assert Decision.objects.count() == 1
    assert decisions_in_the_log() == 1


def test_two_approvers_in_the_same_instant_make_one_decision(campaign):
    by_ana = approve(campaign, ANA, trigger_id="1.ana")
    by_ben = approve(campaign, BEN, trigger_id="1.ben")

    assert at_once(by_ana, by_ben) == [200, 200]

    assert Decision.objects.count() == 1
    assert decisions_in_the_log() == 1
    assert AuditEntry.objects.filter(action="decision.refused").count() == 1


def test_one_approver_clicking_twice_at_once_makes_one_decision(campaign):
    clicks = [approve(campaign, ANA, trigger_id=f"1.{n}") for n in range(4)]

    assert at_once(*clicks) == [200] * 4

    assert Decision.objects.count() == 1
    assert decisions_in_the_log() == 1


def test_an_event_is_kept_once_however_often_slack_sends_it(transactional_db):
    make_workspace()

    assert [post(event(), JSON).status_code for _ in range(3)] == [200] * 3

    row = ReceivedDelivery.objects.get()
    assert row.state == DeliveryState.RECEIVED
    assert row.payload["event"]["user"] == "U_DANA"
    assert ProcrastinateJob.objects.filter(task_name="slackapp.handle_event").count() == 1


def test_an_event_is_only_acknowledged_when_it_is_kept(transactional_db, monkeypatch):
    def broken(**_):
        raise OperationalError("the database is gone")

    monkeypatch.setattr(ReceivedDelivery.objects, "claim", broken)

    assert post(event(), JSON).status_code == 503


def test_a_click_that_fails_leaves_nothing_and_says_so(campaign, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr("approvals.services.decisions._record", broken)
    queued = ProcrastinateJob.objects.count()

    assert post(approve(campaign)).status_code == 200

    assert not Decision.objects.exists()
    assert Campaign.objects.get().status == CampaignStatus.PENDING
    assert not ReceivedDelivery.objects.exists()
    [job] = ProcrastinateJob.objects.order_by("id")[queued:]
    assert job.task_name == Effect.WHISPER
    assert "Nothing was recorded" in job.args["text"]
    monkeypatch.undo()
    post(approve(campaign))
    assert Decision.objects.count() == 1


def test_a_command_without_a_database_gets_a_visible_answer(transactional_db, monkeypatch):
    make_workspace()

    def broken(**_):
        raise OperationalError("the database is gone")

    monkeypatch.setattr(ReceivedDelivery.objects, "claim", broken)

    response = post(command())

    assert response.status_code == 200
    assert response.json()["response_type"] == "ephemeral"
    assert "Nothing was recorded" in response.json()["text"]


def test_a_form_without_a_database_keeps_what_was_typed(transactional_db, monkeypatch):
    make_workspace()

    def broken(**_):
        raise OperationalError("the database is gone")

    monkeypatch.setattr(ReceivedDelivery.objects, "claim", broken)
    view = {"id": "V1", "callback_id": "campaign.new", "type": "modal"}
    view["blocks"] = [{"type": "section"}, {"type": "input", "block_id": "title"}]

    response = post(click("x", "x", "U_DANA", type="view_submission", view=view))

    assert response.json()["response_action"] == "errors"
    assert "Nothing was recorded" in response.json()["errors"]["title"]


def test_an_old_button_that_nothing_listens_to_is_explained(campaign):
    queued = ProcrastinateJob.objects.count()

    assert post(click("campaign.frobnicate", "x", OUTSIDER)).status_code == 200

    [job] = ProcrastinateJob.objects.order_by("id")[queued:]
    assert "another version of Countersign" in job.args["text"]


def test_what_a_click_causes_is_queued_with_it_or_not_at_all(campaign, monkeypatch):
    queued = ProcrastinateJob.objects.count()

    post(approve(campaign))

    caused = ProcrastinateJob.objects.order_by("id")[queued:]
    assert {job.task_name for job in caused} == {Effect.DELIVER_MESSAGE, Effect.PUBLISH_HOME}


def test_the_dedupe_key_of_a_refused_click_is_kept_too(campaign):
    post(approve(campaign, OUTSIDER))
    post(approve(campaign, OUTSIDER))

    assert AuditEntry.objects.filter(action="decision.refused").count() == 1
    assert json.loads(json.dumps(ReceivedDelivery.objects.get().payload)) is None


@pytest.fixture
def unreadable_token(campaign):
    Installation.objects.update(bot_token="v1.gone.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")


def test_a_click_is_not_swallowed_when_the_bot_token_does_not_open(campaign, unreadable_token):
    queued = ProcrastinateJob.objects.count()

    assert post(approve(campaign)).status_code == 503

    assert not Decision.objects.exists()
    assert not ReceivedDelivery.objects.exists()
    assert ProcrastinateJob.objects.count() == queued


def test_an_event_waits_when_the_bot_token_does_not_open(campaign, unreadable_token):
    post(event(), JSON)
    row = ReceivedDelivery.objects.get()

    with pytest.raises(EventNotHandledError):
        handle_event(delivery_id=row.pk)
    row.refresh_from_db()
    assert row.state == DeliveryState.RECEIVED
    assert row.payload is not None


def test_a_click_in_a_workspace_without_the_app_is_visibly_refused(campaign):
    Installation.objects.update(bot_token="")

    assert post(approve(campaign)).status_code == 503
    assert not Decision.objects.exists()


@pytest.mark.parametrize("depth", [100, 480, 700, 900, 950, 5000])
def test_deep_nesting_is_no_server_error(transactional_db, depth):
    deep = "[" * depth + "]" * depth
    body = event().replace('"tab": "home"', f'"tab": {deep}')

    assert post(body, JSON).status_code in {200, 400}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_no_json_is_a_bad_request(transactional_db, number):
    assert post(event().replace('"home"', number), JSON).status_code == 400
