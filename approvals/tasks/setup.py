"""What the worker does for a workspace that has just installed the app."""

from logging import getLogger

from procrastinate.contrib.django import app

from approvals import audit, queries
from approvals.models import ApproverGroup
from approvals.services import messages, policies
from approvals.slack import notices
from approvals.tasks.people import sync_groups, sync_person
from installations.client import SlackLine
from installations.effects import Effect as InstallationEffect
from installations.errors import RejectedError, TemporaryError
from installations.models import Workspace
from installations.retries import RETRY

PAGE = 1000  # channels; the most that Slack gives
PAGES = 10  # of conversations.list; a workspace with more channels sets up by hand
USUAL_GROUP, USUAL_CHANNEL = "campaign-approvers", "campaign-approvals"

logger = getLogger(__name__)


@app.task(name=InstallationEffect.SET_UP_WORKSPACE, retry=RETRY)
def set_up_workspace(*, workspace_id: int) -> None:
    """Find approvers and channel by their usual names, then tell the installer what is next.

    After a reinstall, send what Slack refused while we were away. Who installed it for a whole
    organisation is not written to from each of its workspaces.
    """
    workspace = Workspace.objects.get(pk=workspace_id)
    messages.redeliver_refused(workspace_id=workspace_id)
    _learn(workspace)
    installer_id = queries.installer_id(workspace)
    if installer_id and queries.has_own_install(workspace):
        sync_person(workspace_id=workspace_id, user_id=installer_id)
        setup = queries.setup(workspace_id=workspace_id)
        SlackLine(workspace).call(
            "chat.postMessage", channel=installer_id, **notices.welcome(setup)
        )


def _learn(workspace: Workspace) -> None:
    try:
        sync_groups(workspace_id=workspace.pk)
        if queries.current_policy(workspace.pk) is None:
            _adopt_usual_names(workspace)
    except (RejectedError, TemporaryError) as failed:  # a plan without groups, say, or a limit
        logger.warning("workspace %s not set up: %s", workspace.pk, failed.code)


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
