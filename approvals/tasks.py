"""What the worker does for approvals: one task per effect, each safe to run twice."""

from datetime import datetime, timedelta
from logging import getLogger
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from approvals import audit, effects, queries
from approvals.effects import Effect
from approvals.models import ApproverGroup, Campaign, MessageKind
from approvals.retries import SlackRetry
from approvals.services import groups, messages, policies
from approvals.services.groups import SlackGroup
from approvals.services.messages import Drawing
from approvals.slack import home, notices
from approvals.slack.messages import campaign_card, outcome_message
from approvals.states import CampaignStatus
from installations import deep_links
from installations.client import SlackLine
from installations.effects import Effect as InstallationEffect
from installations.errors import NotInstalledError, RejectedError, TemporaryError
from installations.models import Workspace, WorkspaceState
from installations.oauth_state_store import delete_expired_states

RETRY = SlackRetry()
REDRAWS = 5  # in one job; the sweep looks after the rest
# Slack's words for "this message cannot be edited": docs.slack.dev/reference/methods/chat.update
UNEDITABLE = frozenset(
    {"cant_update_message", "edit_window_closed", "message_not_found", "channel_not_found"}
)
GROUPS_GO_STALE = timedelta(minutes=15)
PAGE = 200  # items per page of a list method
PAGES = 50  # of conversations.list; a workspace with more channels sets up by hand
USUAL_GROUP, USUAL_CHANNEL = "campaign-approvers", "campaign-approvals"

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
        answer = _send(drawing)
    except (NotInstalledError, RejectedError) as refused:
        return _refused(drawing, refused.code)
    except TemporaryError as error:
        messages.postpone_drawing(drawing=drawing, error=error.code)
        raise
    return messages.finish_drawing(
        drawing=drawing, channel_id=str(answer["channel"]), ts=str(answer["ts"])
    )


def _send(drawing: Drawing) -> dict[str, Any]:
    draw = campaign_card if drawing.kind is MessageKind.CARD else outcome_message
    line = SlackLine(drawing.workspace)
    if drawing.ts:
        body = draw(drawing.card)
        return line.call("chat.update", channel=drawing.channel_id, ts=drawing.ts, **body)
    return line.call("chat.postMessage", channel=drawing.recipient_id, **draw(drawing.card))


@transaction.atomic
def _refused(drawing: Drawing, code: str) -> bool:
    """Keep what Slack refused and tell the requester; return whether to post anew."""
    logger.warning("%s of %s refused: %s", drawing.kind, drawing.card.reference, code)
    if drawing.ts and code in UNEDITABLE:
        messages.forget_place(drawing=drawing)
        return True
    if messages.give_up(drawing=drawing, error=code) and drawing.kind is MessageKind.CARD:
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
    """Redraw one person's App Home."""
    workspace = Workspace.objects.get(pk=workspace_id)
    page = queries.home(workspace=workspace, user_id=user_id)
    client_url = deep_links.in_browser(workspace.team_id)
    view = home.home_view(page, viewer_id=user_id, client_url=client_url)
    SlackLine(workspace).call("views.publish", user_id=user_id, view=view)


@app.task(name=Effect.SYNC_GROUPS, retry=RETRY)
def sync_groups(*, workspace_id: int, unless_younger_than: int = 0) -> None:
    """Ask Slack who is in which user group, and keep the answer."""
    asked_at = timezone.now()
    if _synced_since(workspace_id, asked_at - timedelta(seconds=unless_younger_than)):
        return
    workspace = Workspace.objects.get(pk=workspace_id)
    answer = SlackLine(workspace).call("usergroups.list", include_users=True)
    listed = [_slack_group(group) for group in answer.get("usergroups", [])]
    groups.record_groups(workspace_id=workspace_id, groups=listed, asked_at=asked_at)


def _synced_since(workspace_id: int, since: datetime) -> bool:
    known = ApproverGroup.objects.filter(workspace_id=workspace_id)
    return known.filter(synced_at__gte=since).exists()


def _slack_group(group: dict[str, Any]) -> SlackGroup:
    return SlackGroup(
        usergroup_id=group["id"],
        handle=group.get("handle", ""),
        name=group.get("name", ""),
        member_ids=tuple(group.get("users", [])),
    )


@app.task(name=InstallationEffect.SET_UP_WORKSPACE, retry=RETRY)
def set_up_workspace(*, workspace_id: int) -> None:
    """Find approvers and channel by their usual names, then tell the installer what is next."""
    workspace = Workspace.objects.get(pk=workspace_id)
    try:
        sync_groups(workspace_id=workspace_id)
        if queries.current_policy(workspace_id) is None:
            _adopt_usual_names(workspace)
    except RejectedError as refused:  # a plan without user groups, say; the welcome tells
        logger.warning("workspace %s not set up: %s", workspace_id, refused.code)
    installer_id = queries.installer_id(workspace)
    if installer_id:
        setup = queries.setup(workspace_id=workspace_id)
        SlackLine(workspace).call(
            "chat.postMessage", channel=installer_id, **notices.welcome(setup)
        )


def _adopt_usual_names(workspace: Workspace) -> None:
    handles = ApproverGroup.objects.filter(workspace=workspace, is_disabled=False)
    group = handles.filter(handle=USUAL_GROUP).exclude(member_ids=[]).first()
    channel_id = _find_channel(SlackLine(workspace), USUAL_CHANNEL) if group else ""
    if group and channel_id:
        policies.set_policy(
            workspace=workspace,
            actor_id=audit.SYSTEM,
            usergroup_id=group.usergroup_id,
            quorum=1,
            channel_id=channel_id,
        )


def _find_channel(line: SlackLine, name: str) -> str:
    """Return the id of the public channel ``name``, or an empty string."""
    cursor = ""
    for _ in range(PAGES):
        answer = line.call(
            "conversations.list", exclude_archived=True, limit=PAGE, cursor=cursor or None
        )
        for channel in answer.get("channels", []):
            if channel.get("name") == name:
                return str(channel["id"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return ""


@app.periodic(cron="* * * * *")
@app.task(name="approvals.sweep", retry=RETRY)
def sweep(timestamp: int) -> None:
    """Queue again the messages whose wake-up was lost, or whose worker was."""
    for message_id in messages.overdue().values_list("pk", flat=True)[:1000]:
        effects.deliver_message(message_id=message_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="approvals.refresh_groups", retry=RETRY)
def refresh_groups(timestamp: int) -> None:
    """Keep the groups current that somebody waits for."""
    waiting = Campaign.objects.filter(
        status=CampaignStatus.PENDING, workspace__state=WorkspaceState.ACTIVE
    )
    for workspace_id in waiting.values_list("workspace_id", flat=True).distinct():
        effects.sync_groups(
            workspace_id=workspace_id, unless_younger_than=int(GROUPS_GO_STALE.total_seconds())
        )


@app.periodic(cron="*/10 * * * *")
@app.task(name="installations.delete_expired_states", retry=RETRY)
def forget_abandoned_installs(timestamp: int) -> None:
    delete_expired_states()
