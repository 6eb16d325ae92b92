"""What the worker sends to Slack."""

from logging import getLogger
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from approvals import effects, queries
from approvals.effects import Effect
from approvals.models import MessageKind
from approvals.services import messages
from approvals.services.messages import Drawing
from approvals.slack import home, notices
from approvals.slack.messages import campaign_card, outcome_message
from approvals.tasks.people import STANDING_GOES_STALE, sync_person
from installations.client import SlackLine
from installations.errors import (
    NotInstalledError,
    RejectedError,
    SlackCallError,
    TemporaryError,
)
from installations.models import Workspace
from installations.retries import RETRY

REDRAWS = 5  # in one job; the sweep looks after the rest
# Slack's words for "this message cannot be edited": docs.slack.dev/reference/methods/chat.update
UNEDITABLE = frozenset(
    {"cant_update_message", "edit_window_closed", "message_not_found", "channel_not_found"}
)

logger = getLogger(__name__)


@app.task(name=Effect.DELIVER_MESSAGE, retry=RETRY)
def deliver_message(*, message_id: int) -> None:
    """Bring one message in Slack up to what the database says, posting it if need be."""
    for _ in range(REDRAWS):
        drawing = messages.start_drawing(message_id=message_id)
        if drawing is None or not _draw(drawing):
            return


def _draw(drawing: Drawing) -> bool:
    """Post or update one message; return whether it must be drawn again."""
    try:
        line = SlackLine(drawing.workspace)
        answer = _send(line, drawing)
    except (NotInstalledError, RejectedError) as refused:
        return _refused(drawing, refused.code)
    except TemporaryError as error:
        if error.unclear and not drawing.ts:
            return _unclear(drawing)
        messages.postpone_drawing(drawing=drawing, error=error.code)
        raise
    channel_id, ts = str(answer["channel"]), str(answer["ts"])
    again = messages.finish_drawing(drawing=drawing, channel_id=channel_id, ts=ts)
    if not drawing.ts and drawing.kind is MessageKind.CARD:
        _find_permalink(line, drawing, channel_id, ts)
    return again


def _find_permalink(line: SlackLine, drawing: Drawing, channel_id: str, ts: str) -> None:
    """Learn the card's address, which lists and outcomes lead to; they do without it too."""
    try:
        answer = line.call("chat.getPermalink", channel=channel_id, message_ts=ts)
    except SlackCallError as failed:
        logger.info("no permalink for %s: %s", drawing.card.reference, failed.code)
    else:
        messages.keep_permalink(drawing=drawing, permalink=str(answer.get("permalink") or ""))


def _send(line: SlackLine, drawing: Drawing) -> dict[str, Any]:
    draw = campaign_card if drawing.kind is MessageKind.CARD else outcome_message
    body = draw(drawing.card)
    if drawing.ts:
        return line.call("chat.update", channel=drawing.channel_id, ts=drawing.ts, **body)
    return line.call("chat.postMessage", channel=drawing.recipient_id, **body)


def _unclear(drawing: Drawing) -> bool:
    """Leave a post that may have gone through to the sweep, or give it up; never draw at once."""
    give_up = messages.note_unclear_post(drawing=drawing)
    return _refused(drawing, "no_clear_answer") if give_up else False


@transaction.atomic
def _refused(drawing: Drawing, code: str) -> bool:
    """Keep what Slack refused and tell the requester; return whether to post anew."""
    logger.warning("%s of %s refused: %s", drawing.kind, drawing.card.reference, code)
    if drawing.ts and code in UNEDITABLE:
        messages.forget_place(drawing=drawing)
        return True
    is_news = messages.give_up(drawing=drawing, error=code)
    if is_news and drawing.kind is MessageKind.CARD and not drawing.ts:
        effects.whisper(
            workspace_id=drawing.workspace.pk,
            channel_id="",
            user_id=drawing.card.requester_id,
            text=notices.card_not_posted(drawing.card, drawing.recipient_id, code),
        )
    return False


@app.task(name=Effect.WHISPER, retry=RETRY)
def whisper(*, workspace_id: int, channel_id: str, user_id: str, text: str) -> None:
    """Tell one person privately; where the channel is closed to us, by DM."""
    line = SlackLine(Workspace.objects.get(pk=workspace_id))
    if channel_id:
        try:
            line.call("chat.postEphemeral", channel=channel_id, user=user_id, text=text)
        except RejectedError as refused:
            logger.info("whisper goes by DM: %s", refused.code)
        else:
            return
    line.call("chat.postMessage", channel=user_id, text=text)


@app.task(name=Effect.PUBLISH_HOME, retry=RETRY)
def publish_home(*, workspace_id: int, user_id: str) -> None:
    """Redraw one person's App Home, knowing whether they are an admin."""
    workspace = Workspace.objects.get(pk=workspace_id)
    known = queries.person(workspace_id=workspace_id, user_id=user_id)
    if known is None or timezone.now() - known.synced_at > STANDING_GOES_STALE:
        sync_person(workspace_id=workspace_id, user_id=user_id)
    view = home.home_view(queries.home(workspace=workspace, user_id=user_id))
    SlackLine(workspace).call("views.publish", user_id=user_id, view=view)
