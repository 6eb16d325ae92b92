"""Events wait in the inbox until they have been handled, or are given up with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from approvals.effects import Effect
from installations.tests.factories import make_workspace
from slackapp.models import DeliveryState, ReceivedDelivery
from slackapp.tasks import (
    MAX_ATTEMPTS,
    EventNotHandledError,
    handle_event,
    prune_deliveries,
    sweep_inbox,
)
from slackapp.tests.requests import JSON, event, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery() -> ReceivedDelivery:
    make_workspace()
    post(event(), JSON)
    return ReceivedDelivery.objects.get()


@pytest.fixture
def broken_listener(monkeypatch):
    def broken(**_):
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr("approvals.effects.publish_home", broken)


def jobs(task_name: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task_name).count()


def test_a_handled_event_does_its_work_and_forgets_its_payload(delivery):
    handle_event(delivery_id=delivery.pk)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.HANDLED
    assert delivery.payload is None
    assert jobs(Effect.PUBLISH_HOME) == 1


def test_an_event_is_handled_once_however_often_the_queue_runs_it(delivery):
    handle_event(delivery_id=delivery.pk)
    handle_event(delivery_id=delivery.pk)

    assert jobs(Effect.PUBLISH_HOME) == 1


def test_a_failed_event_keeps_its_payload_and_says_why(delivery, broken_listener):
    with pytest.raises(EventNotHandledError):
        handle_event(delivery_id=delivery.pk)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.RECEIVED
    assert delivery.payload is not None
    assert delivery.last_error.startswith("EventNotHandledError")


def test_an_event_is_given_up_after_five_attempts_and_kept(delivery, broken_listener):
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(EventNotHandledError):
            handle_event(delivery_id=delivery.pk)
    handle_event(delivery_id=delivery.pk)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DEAD
    assert delivery.payload is not None


def test_an_event_that_nothing_listens_to_is_done_with(transactional_db):
    make_workspace()
    post(event(event={"type": "emoji_changed"}), JSON)
    delivery = ReceivedDelivery.objects.get()

    handle_event(delivery_id=delivery.pk)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.HANDLED


def test_an_event_of_a_workspace_we_do_not_know_is_done_with(transactional_db):
    post(event(team_id="T_STRANGER"), JSON)
    delivery = ReceivedDelivery.objects.get()

    handle_event(delivery_id=delivery.pk)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.HANDLED


def test_a_lost_wake_up_is_made_good_by_the_sweep(delivery):
    ProcrastinateJob.objects.all()._raw_delete("default")  # noqa: SLF001  # models are read-only
    ReceivedDelivery.objects.update(received_at=timezone.now() - timedelta(minutes=1))

    sweep_inbox(timestamp=0)

    assert jobs("slackapp.handle_event") == 1


def test_the_sweep_leaves_alone_what_has_just_arrived(delivery):
    queued = jobs("slackapp.handle_event")

    sweep_inbox(timestamp=0)

    assert jobs("slackapp.handle_event") == queued


def test_keys_are_forgotten_after_a_week_and_the_dead_are_kept(delivery):
    claim = ReceivedDelivery.objects.claim
    claim(key="old", kind="x", team_id="", state=DeliveryState.HANDLED, payload=None)
    claim(key="dead", kind="x", team_id="", state=DeliveryState.DEAD, payload={})
    eight_days_ago = timezone.now() - timedelta(days=8)
    ReceivedDelivery.objects.exclude(pk=delivery.pk).update(received_at=eight_days_ago)

    prune_deliveries(timestamp=0)

    assert set(ReceivedDelivery.objects.values_list("key", flat=True)) == {delivery.key, "dead"}
