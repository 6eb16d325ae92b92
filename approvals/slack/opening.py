"""Opens modals: the one Slack call that cannot wait for the worker."""

from functools import partial
from logging import getLogger

from django.db import transaction

from approvals import effects
from approvals.slack import notices
from approvals.slack.blocks import View
from installations.calls import ACK_TIMEOUT
from installations.client import SlackLine
from installations.errors import SlackCallError
from installations.models import Workspace

logger = getLogger(__name__)


def open_modal(*, workspace: Workspace, trigger_id: str, user_id: str, view: View) -> None:
    """Open ``view`` right after commit; a trigger lives three seconds and works once."""
    opening = partial(_open, workspace=workspace, trigger_id=trigger_id, user_id=user_id, view=view)
    transaction.on_commit(opening, robust=True)  # what was committed is not undone by Slack


def _open(*, workspace: Workspace, trigger_id: str, user_id: str, view: View) -> None:
    try:
        line = SlackLine(workspace, timeout=ACK_TIMEOUT)
        line.call("views.open", trigger_id=trigger_id, view=view)
    except SlackCallError as failed:
        logger.warning("a form did not open: %s", failed.code)
        effects.whisper(
            workspace_id=workspace.pk, channel_id="", user_id=user_id, text=notices.too_slow()
        )
