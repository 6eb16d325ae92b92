"""Keeps the delivery ledger: who is posting a message, and what it shows."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from approvals import queries
from approvals.models import Campaign, MessageKind, MessageState, PostedMessage
from approvals.queries import CampaignCard
from installations.models import Workspace

# A post that was begun and not finished for this long is begun again: its worker died.
POSTING_TAKES = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One message to post, or to update where ``ts`` is known, as the database knows it now."""

    message_id: int
    workspace: Workspace
    kind: MessageKind
    recipient_id: str
    channel_id: str
    ts: str
    card: CampaignCard


@transaction.atomic
def start_drawing(*, message_id: int) -> Drawing | None:
    """Return what to draw, or None while another worker is posting it or nothing has changed.

    The snapshot is read under the campaign's row lock: a plain read could miss a decision whose
    wake-up arrived before its commit.
    """
    message = PostedMessage.objects.get(pk=message_id)
    campaign = Campaign.objects.locked().get(pk=message.campaign_id)
    message.refresh_from_db()
    if _is_being_posted(message) or message.drawn_version >= campaign.version:
        return None
    message.attempted_at = timezone.now()
    if not message.ts:
        message.state = MessageState.SENDING
    message.save(update_fields=["attempted_at", "state"])
    return Drawing(
        message_id=message.pk,
        workspace=campaign.workspace,
        kind=MessageKind(message.kind),
        recipient_id=message.recipient_id,
        channel_id=message.channel_id,
        ts=message.ts,
        card=queries.card(campaign),
    )


def _is_being_posted(message: PostedMessage) -> bool:
    begun = message.attempted_at
    sending = message.state == MessageState.SENDING
    return sending and begun is not None and timezone.now() - begun < POSTING_TAKES


@transaction.atomic
def finish_drawing(*, drawing: Drawing, channel_id: str, ts: str) -> bool:
    """Keep where the message is and what it shows; return whether it must be drawn again.

    It must when the campaign has moved on, and also when a newer drawing was finished first:
    ours may have reached Slack after it.
    """
    message = PostedMessage.objects.select_for_update().get(pk=drawing.message_id)
    campaign = Campaign.objects.get(pk=message.campaign_id)
    overtaken = message.drawn_version > drawing.card.version
    message.drawn_version = 0 if overtaken else drawing.card.version
    message.channel_id, message.ts = channel_id, ts
    message.state, message.last_error = MessageState.POSTED, ""
    message.posted_at = message.posted_at or timezone.now()
    message.save(
        update_fields=["drawn_version", "channel_id", "ts", "state", "last_error", "posted_at"]
    )
    return overtaken or campaign.version > drawing.card.version


def postpone_drawing(*, drawing: Drawing, error: str) -> None:
    """Let the next attempt start at once; nothing is known to be posted."""
    unposted = PostedMessage.objects.filter(pk=drawing.message_id, state=MessageState.SENDING)
    unposted.update(state=MessageState.WAITING, last_error=error[:100])


def forget_place(*, drawing: Drawing, error: str) -> None:
    """Have the next drawing post anew: the message cannot be edited any more."""
    PostedMessage.objects.filter(pk=drawing.message_id).update(
        ts="", state=MessageState.WAITING, drawn_version=0, last_error=error[:100]
    )


def give_up(*, drawing: Drawing, error: str) -> None:
    """Slack refuses the message for good; the ledger says why."""
    PostedMessage.objects.filter(pk=drawing.message_id).update(
        state=MessageState.FAILED, last_error=error[:100]
    )


def overdue() -> QuerySet[PostedMessage]:
    """Return the messages that should have been drawn by now, for the sweep."""
    before = timezone.now() - POSTING_TAKES
    untouched = Q(attempted_at=None, created_at__lt=before) | Q(attempted_at__lt=before)
    unposted = Q(state__in=[MessageState.WAITING, MessageState.SENDING])
    outdated = Q(
        state=MessageState.POSTED,
        kind=MessageKind.CARD,
        drawn_version__lt=F("campaign__version"),
    )
    recent = Q(created_at__gt=timezone.now() - GIVEN_UP_AFTER) | outdated
    return PostedMessage.objects.filter(untouched & recent & (unposted | outdated))
