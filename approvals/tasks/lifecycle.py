"""What the worker does when a workspace loses the app, or is about to."""

from logging import getLogger
from typing import Any

from django.conf import settings
from procrastinate.contrib.django import app

from approvals import queries
from approvals.services import messages
from approvals.services.purging import purge_content
from approvals.slack import notices
from installations.client import SlackLine
from installations.effects import Effect
from installations.errors import SlackCallError, TemporaryError
from installations.models import Workspace
from installations.retries import RETRY

logger = getLogger(__name__)


@app.task(name=Effect.STOP_WORKSPACE, retry=RETRY)
def stop_workspace(*, workspace_id: int) -> None:
    """Stop what waits to be sent; a reinstall takes it up again."""
    messages.hold_messages(workspace_id=workspace_id)


@app.task(name=Effect.PURGE_WORKSPACE, retry=RETRY)
def purge_workspace(*, workspace_id: int) -> None:
    """Erase a workspace's content, unless the app has been installed again since."""
    if purge_content(workspace_id=workspace_id):
        logger.info("the content of workspace %s is purged", workspace_id)


@app.task(name=Effect.TELL_REAUTH, retry=RETRY)
def tell_reauth(*, workspace_id: int) -> None:
    """Tell the installer, while the last token works, that Slack will not renew it."""
    workspace = Workspace.objects.get(pk=workspace_id)
    installer_id = queries.installer_id(workspace)
    if installer_id:
        _tell(workspace, installer_id, notices.renew_access(settings.APP_URL))


@app.task(name=Effect.TELL_REAUTH_PERSON, retry=RETRY)
def tell_reauth_person(*, workspace_id: int, user_id: str) -> None:
    """Tell somebody that Slack will not renew their own token."""
    workspace = Workspace.objects.get(pk=workspace_id)
    _tell(workspace, user_id, notices.renew_search(f"{settings.APP_URL}/slack/connect"))


def _tell(workspace: Workspace, user_id: str, message: dict[str, Any]) -> None:
    """Send one DM; not twice, where Slack may have it already, nor where we have no voice."""
    try:
        SlackLine(workspace).call("chat.postMessage", channel=user_id, **message)
    except SlackCallError as failed:
        if isinstance(failed, TemporaryError) and not failed.unclear:
            raise
        logger.warning("%s of workspace %s not told: %s", user_id, workspace.pk, failed.code)
