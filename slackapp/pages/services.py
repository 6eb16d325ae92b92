"""The only writers of requests for support."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from approvals import effects
from slackapp.models import RequestState, SupportRequest

MAIL_REQUEST = "slackapp.mail_support_request"  # queued rows hold it, so it stays

WINDOW = timedelta(hours=1)
FROM_ONE_ADDRESS = 5  # in the window
FROM_EVERYWHERE = 100  # in the window
ADDRESS_KEPT_FOR = timedelta(days=1)  # longer than the window, for a look at a flood
MAILING_TAKES_AT_MOST = timedelta(minutes=5)  # its worker has died by then
MAILING_TRIED_FOR = timedelta(days=7)
LOCK = 7_302_611  # any number that no other advisory lock has

UNMAILED = Q(mailed_at=None)


class TooManyRequestsError(Exception):
    """Too many messages came in the last hour."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a person wrote."""

    topic: str
    email: str
    name: str
    workspace: str
    message: str


@transaction.atomic
def receive(*, words: Words, form_key: str, address_key: str) -> SupportRequest:
    """Keep a message and queue its mail; the same form with the same words is kept once.

    Raises:
        TooManyRequestsError: the sender, or everybody together, has reached the limit.
    """
    _one_at_a_time()
    submission_key = _digest(form_key, words)
    known = SupportRequest.objects.filter(submission_key=submission_key).first()
    if known is not None:
        return known
    _require_room(address_key)
    row = SupportRequest.objects.create(
        reference=_new_reference(),
        submission_key=submission_key,
        address_key=address_key,
        **asdict(words),
    )
    effects.enqueue_once(MAIL_REQUEST, key=row.pk, priority=0, support_request_id=row.pk)
    return row


@transaction.atomic
def mark_answered(*, support_request_ids: Iterable[int]) -> list[SupportRequest]:
    """Mark what is open as answered; return the rows that this call changed."""
    rows = list(
        SupportRequest.objects.select_for_update()
        .filter(pk__in=list(support_request_ids), state=RequestState.OPEN)
        .order_by("pk")
    )
    for row in rows:
        row.state, row.answered_at = RequestState.ANSWERED, timezone.now()
        row.save(update_fields=["state", "answered_at"])
    return rows


def start_mailing(*, support_request_id: int) -> SupportRequest | None:
    """Return the request for the one worker that mails it; None when there is nothing to do."""
    now = timezone.now()
    mine = SupportRequest.objects.filter(UNMAILED, _nobody_mails(now), pk=support_request_id)
    started = mine.update(mailing_since=now)
    return SupportRequest.objects.get(pk=support_request_id) if started else None


def finish_mailing(*, support_request_id: int) -> None:
    """Note that the mail server has taken the mail."""
    SupportRequest.objects.filter(UNMAILED, pk=support_request_id).update(
        mailed_at=timezone.now(), mailing_since=None, mail_error=""
    )


def note_not_mailed(*, support_request_id: int, why: str) -> None:
    """Note why the mail did not go, and let it be tried again."""
    SupportRequest.objects.filter(UNMAILED, pk=support_request_id).update(
        mailing_since=None, mail_error=why[:255]
    )


def waiting_for_mail() -> QuerySet[SupportRequest]:
    """Return what is young enough to be mailed and is in nobody's hands."""
    now = timezone.now()
    return SupportRequest.objects.filter(
        UNMAILED, _nobody_mails(now), created_at__gt=now - MAILING_TRIED_FOR
    ).order_by("created_at")


def forget_old() -> None:
    """Delete requests after SUPPORT_KEPT_DAYS, and the hashes of addresses after a day."""
    now = timezone.now()
    kept_until = now - timedelta(days=settings.SUPPORT_KEPT_DAYS)
    SupportRequest.objects.filter(created_at__lt=kept_until).delete()
    counted = SupportRequest.objects.filter(created_at__lt=now - ADDRESS_KEPT_FOR)
    counted.exclude(address_key="").update(address_key="")


def _one_at_a_time() -> None:
    """Hold off every other message until this transaction ends, so that the counts hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _require_room(address_key: str) -> None:
    recent = SupportRequest.objects.filter(created_at__gt=timezone.now() - WINDOW)
    from_sender = recent.filter(address_key=address_key).count() if address_key else 0
    if from_sender >= FROM_ONE_ADDRESS or recent.count() >= FROM_EVERYWHERE:
        raise TooManyRequestsError


def _digest(form_key: str, words: Words) -> str:
    return hashlib.sha256(json.dumps([form_key, asdict(words)]).encode()).hexdigest()


def _new_reference() -> str:
    """Return a reference that nobody has yet; its eight digits are easy to say."""
    while True:
        reference = f"S-{secrets.token_hex(4).upper()}"
        if not SupportRequest.objects.filter(reference=reference).exists():
            return reference


def _nobody_mails(now: datetime) -> Q:
    return Q(mailing_since=None) | Q(mailing_since__lt=now - MAILING_TAKES_AT_MOST)
