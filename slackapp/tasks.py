"""The worker's part of the event inbox."""

from datetime import timedelta
from logging import getLogger

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from approvals import effects
from installations.effects import Effect
from slackapp import ingest
from slackapp.models import DeliveryState, ReceivedDelivery

MAX_ATTEMPTS = 5
KEEP_KEYS = timedelta(days=settings.DELIVERIES_KEPT_DAYS)
OVERDUE = timedelta(seconds=30)  # a wake-up was lost, or its worker was
RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=2)  # seconds: 2, 4, 8, 16

logger = getLogger(__name__)


class EventNotHandledError(Exception):
    """A listener failed; the event stays in the inbox."""


@app.task(name=ingest.HANDLE_EVENT, retry=RETRY)
def handle_event(*, delivery_id: int) -> None:
    """Run the listeners for one kept event, once; give up after five attempts.

    Attempts are counted before the try, so an event that kills its process counts too.
    """
    if not _start_attempt(delivery_id):
        return
    try:
        _handle(delivery_id)
    except Exception as error:
        words = f"{type(error).__name__}: {error}"[:255]
        ReceivedDelivery.objects.filter(pk=delivery_id).update(last_error=words)
        raise


def _start_attempt(delivery_id: int) -> bool:
    """Count an attempt; return False where there is nothing to do or no attempt left."""
    waiting = ReceivedDelivery.objects.filter(pk=delivery_id, state=DeliveryState.RECEIVED)
    started = waiting.filter(attempts__lt=MAX_ATTEMPTS).update(
        attempts=F("attempts") + 1, attempted_at=timezone.now()
    )
    if not started and waiting.update(state=DeliveryState.DEAD):
        logger.error("event %s given up after %s attempts", delivery_id, MAX_ATTEMPTS)
    return bool(started)


@transaction.atomic
def _handle(delivery_id: int) -> None:
    row = (
        ReceivedDelivery.objects.select_for_update(skip_locked=True)
        .filter(pk=delivery_id, state=DeliveryState.RECEIVED)
        .first()
    )
    if row is None:  # another worker has it
        return
    _, failure = ingest.dispatch(row.payload or {})
    if failure is not None and failure.may_pass:
        raise EventNotHandledError(failure.reference)
    row.state, row.payload, row.last_error = DeliveryState.HANDLED, None, ""
    row.save(update_fields=["state", "payload", "last_error"])


@app.periodic(cron="* * * * *")
@app.task(name="slackapp.sweep_inbox", retry=RETRY)
def sweep_inbox(timestamp: int) -> None:
    """Queue again the events that nobody has tried for half a minute."""
    before = timezone.now() - OVERDUE
    untouched = Q(attempted_at=None, received_at__lt=before) | Q(attempted_at__lt=before)
    overdue = ReceivedDelivery.objects.filter(untouched, state=DeliveryState.RECEIVED)
    for delivery_id in overdue.order_by("received_at").values_list("pk", flat=True)[:1000]:
        effects.enqueue_once(
            ingest.HANDLE_EVENT, key=delivery_id, priority=0, delivery_id=delivery_id
        )


@app.periodic(cron="17 * * * *")
@app.task(name="slackapp.prune_deliveries", retry=RETRY)
def prune_deliveries(timestamp: int) -> None:
    """Forget delivery keys that Slack will not send again; the dead stay for the operator."""
    old = ReceivedDelivery.objects.filter(received_at__lt=timezone.now() - KEEP_KEYS)
    old.filter(state=DeliveryState.HANDLED).delete()


@app.task(name=Effect.FORGET_DELIVERIES, retry=RETRY)
def forget_deliveries(*, team_id: str) -> None:
    """Drop what a purged workspace's given up events say; that there was one stays."""
    dead = ReceivedDelivery.objects.filter(team_id=team_id, state=DeliveryState.DEAD)
    dead.update(payload=None, last_error="")


@app.periodic(cron="43 3 * * *")
@app.task(name="slackapp.prune_jobs", retry=RETRY)
async def prune_jobs(timestamp: int) -> None:
    """Forget jobs, with the words in them, when their deliveries are forgotten."""
    await app.job_manager.delete_old_jobs(
        nb_hours=int(KEEP_KEYS.total_seconds() // 3600),
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )


@app.periodic(cron="* * * * * */30")
@app.task(name="slackapp.rescue_jobs", retry=RETRY)
async def rescue_jobs(timestamp: int) -> None:
    """Queue again the jobs whose worker died; the tables keep a task from acting twice."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
