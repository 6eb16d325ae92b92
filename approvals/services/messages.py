"""Keeps the delivery ledger: who is posting a message, and what it shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from approvals import effects, queries
from approvals.models import Campaign, MessageKind, MessageState, PostedMessage
from approvals.queries import CampaignCard
from approvals.states import CampaignStatus
from installations.models import Workspace, WorkspaceState

# A drawing that was begun and not finished for this long is begun again: its worker died.
DRAWING_TAKES = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(hours=24)
# What Slack refused may go through later: a channel reopened, the app invited or reinstalled.
REFUSED_TRIED_EVERY = timedelta(minutes=10)
REFUSED_TRIED_FOR = timedelta(days=7)
# Each can be one message more in Slack, so they come a minute, 4, 16, 64 and 256 minutes apart.
MOST_UNCLEAR_POSTS = 6


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


def create_message(*, campaign: Campaign, kind: MessageKind, recipient_id: str) -> None:
    """Have a message of the campaign's current revision posted; must run in a transaction."""
    message = PostedMessage.objects.create(
        campaign=campaign,
        revision_number=campaign.revision_number,
        kind=kind,
        recipient_id=recipient_id,
        wanted_version=campaign.version,
    )
    effects.deliver_message(message_id=message.pk)


def redraw_messages(*, campaign: Campaign, revision_number: int) -> None:
    """Have the messages of a revision show the campaign's version; in its transaction."""
    told = campaign.messages.filter(revision_number=revision_number)
    told.update(wanted_version=campaign.version)
    for message_id in told.values_list("pk", flat=True):
        effects.deliver_message(message_id=message_id)


@transaction.atomic
def start_drawing(*, message_id: int) -> Drawing | None:
    """Return what to draw, or None while another worker is drawing it or nothing has changed.

    One worker at a time draws a message, so that an older drawing never reaches Slack last; the
    one at work looks again when it has finished. The snapshot is read under the campaign's row
    lock: a plain read could miss a decision whose wake-up arrived before its commit.
    """
    known = PostedMessage.objects.filter(pk=message_id).values_list("campaign_id", flat=True)
    if (campaign_id := known.first()) is None:  # purged since
        return None
    campaign = Campaign.objects.locked().get(pk=campaign_id)
    message = PostedMessage.objects.select_for_update().get(pk=message_id)
    if message.revision_number < campaign.revision_number and not message.ts:
        _retire(message.pk)  # too late to be of use
        return None
    if not _needs_drawing(message):
        return None
    message.attempted_at, message.state = timezone.now(), MessageState.SENDING
    message.save(update_fields=["attempted_at", "state"])
    return Drawing(
        message_id=message.pk,
        workspace=campaign.workspace,
        kind=MessageKind(message.kind),
        recipient_id=message.recipient_id,
        channel_id=message.channel_id,
        ts=message.ts,
        card=queries.card(campaign, number=message.revision_number),
    )


def _needs_drawing(message: PostedMessage) -> bool:
    retired = message.state == MessageState.RETIRED
    shown = message.drawn_version >= message.wanted_version
    return not (retired or shown or _is_being_drawn(message))


def _is_being_drawn(message: PostedMessage) -> bool:
    begun = message.attempted_at
    sending = message.state == MessageState.SENDING
    return sending and begun is not None and timezone.now() - begun < DRAWING_TAKES


@transaction.atomic
def finish_drawing(*, drawing: Drawing, channel_id: str, ts: str) -> bool:
    """Keep where the message is and what it shows; return whether it must be drawn again.

    It must when the campaign has moved on. What was finished last counts as shown, even after a
    newer drawing: it may have reached Slack after it.
    """
    message = PostedMessage.objects.select_for_update().get(pk=drawing.message_id)
    message.drawn_version = drawing.card.version
    message.channel_id, message.ts = channel_id, ts
    replaced = bool(drawing.card.replaced_by)
    message.state = MessageState.RETIRED if replaced else MessageState.POSTED
    message.last_error = ""
    message.posted_at = message.posted_at or timezone.now()
    message.save(
        update_fields=["drawn_version", "channel_id", "ts", "state", "last_error", "posted_at"]
    )
    return message.wanted_version > drawing.card.version and not replaced


def postpone_drawing(*, drawing: Drawing, error: str) -> None:
    """Let the next attempt start at once; nothing is known to be posted."""
    begun = PostedMessage.objects.filter(pk=drawing.message_id, state=MessageState.SENDING)
    state = MessageState.POSTED if drawing.ts else MessageState.WAITING
    begun.update(state=state, last_error=error[:100])


def note_unclear_post(*, drawing: Drawing) -> bool:
    """Keep that Slack may have the message; return whether to give up posting it.

    The sweep tries again later and later, and only so often.
    """
    message = PostedMessage.objects.filter(pk=drawing.message_id)
    message.update(unclear_posts=F("unclear_posts") + 1)
    return message.filter(unclear_posts__gte=MOST_UNCLEAR_POSTS).exists()


def forget_place(*, drawing: Drawing) -> None:
    """Have the next drawing post anew: the message cannot be edited any more."""
    if drawing.card.replaced_by:
        _retire(drawing.message_id)
        return
    PostedMessage.objects.filter(pk=drawing.message_id).update(
        ts="", state=MessageState.WAITING, drawn_version=0, last_error=""
    )


def _retire(message_id: int) -> None:
    PostedMessage.objects.filter(pk=message_id).update(
        state=MessageState.RETIRED, drawn_version=F("wanted_version")
    )


def give_up(*, drawing: Drawing, error: str) -> bool:
    """Keep why Slack refuses the message; return whether that is news."""
    message = PostedMessage.objects.filter(pk=drawing.message_id)
    is_news = not message.filter(last_error=error[:100]).exists()
    message.update(state=MessageState.FAILED, last_error=error[:100])
    return is_news


def move_refused_cards(*, workspace_id: int, channel_id: str) -> None:
    """Queue the cards that Slack would not post, for ``channel_id``; must run in a transaction."""
    refused = PostedMessage.objects.filter(
        campaign__workspace_id=workspace_id,
        campaign__status=CampaignStatus.PENDING,
        kind=MessageKind.CARD,
        state=MessageState.FAILED,
        ts="",
    )
    for message in refused:
        message.recipient_id, message.last_error = channel_id, ""
        message.save(update_fields=["recipient_id", "last_error"])
        effects.deliver_message(message_id=message.pk)


def hold_messages(*, workspace_id: int) -> None:
    """Stop what waits to be sent to a workspace that is closed; a reinstall sends it."""
    waiting = PostedMessage.objects.filter(
        campaign__workspace_id=workspace_id,
        campaign__workspace__state=WorkspaceState.UNINSTALLED,
        wanted_version__gt=F("drawn_version"),
    )
    waiting.exclude(state=MessageState.RETIRED).update(
        state=MessageState.FAILED, last_error="uninstalled"
    )


def keep_permalink(*, drawing: Drawing, permalink: str) -> None:
    """Keep the address under which people find the message."""
    PostedMessage.objects.filter(pk=drawing.message_id).update(permalink=permalink)


@transaction.atomic
def redeliver_refused(*, workspace_id: int) -> None:
    """Queue everything that Slack refused in a workspace: something has changed there."""
    refused = PostedMessage.objects.filter(
        campaign__workspace_id=workspace_id, state=MessageState.FAILED
    )
    for message_id in refused.values_list("pk", flat=True):
        effects.deliver_message(message_id=message_id)


def overdue() -> QuerySet[PostedMessage]:
    """Return the messages that should have been drawn by now, for the sweep."""
    now = timezone.now()
    untouched = Q(attempted_at=None, created_at__lt=now - DRAWING_TAKES) | _waited_out(now)
    left_behind = untouched & (Q(state=MessageState.POSTED) | _unfinished(now))
    due = PostedMessage.objects.filter(
        wanted_version__gt=F("drawn_version"),  # has an index
        campaign__workspace__state=WorkspaceState.ACTIVE,
    )
    return due.filter(left_behind | _worth_another_try(now)).order_by(
        F("attempted_at").asc(nulls_first=True), "pk"
    )


def _waited_out(now: datetime) -> Q:
    """Return what was last tried long enough ago, for how often its post was unclear."""
    waited_out = Q(unclear_posts=0, attempted_at__lt=now - DRAWING_TAKES)
    for times in range(1, MOST_UNCLEAR_POSTS):
        patience = DRAWING_TAKES * 4 ** (times - 1)
        waited_out |= Q(unclear_posts=times, attempted_at__lt=now - patience)
    return waited_out


def _unfinished(now: datetime) -> Q:
    """Return what was not posted, or not to the end, and is of use to somebody still."""
    waited_for = Q(kind=MessageKind.CARD, campaign__status=CampaignStatus.PENDING)
    recent = Q(created_at__gt=now - GIVEN_UP_AFTER) | Q(drawn_version__gt=0) | waited_for
    return recent & Q(state__in=[MessageState.WAITING, MessageState.SENDING])


def _worth_another_try(now: datetime) -> Q:
    return Q(
        state=MessageState.FAILED,
        attempted_at__lt=now - REFUSED_TRIED_EVERY,
        created_at__gt=now - REFUSED_TRIED_FOR,
        unclear_posts__lt=MOST_UNCLEAR_POSTS,
    )
