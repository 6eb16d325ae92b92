"""Which workspace a request speaks for; every listener starts from it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from slack_bolt import BoltContext, BoltResponse

from approvals import queries
from installations.errors import NotInstalledError
from installations.models import Workspace, WorkspaceState
from installations.services import workspace_that_speaks
from installations.speaking import is_team

JSON = dict[str, Any]
KEY = "workspace"


def load_workspace(
    context: BoltContext, body: JSON, next_: Callable[[], BoltResponse]
) -> BoltResponse:
    """Put the tenant into the context; authorize has found a bot, perhaps of its organisation.

    Raises:
        NoWorkspaceError: the request names no workspace.
        NotInstalledError: its organisation has the app, the workspace has it no more.
    """
    enterprise_id = str(context.enterprise_id or "")
    workspace = workspace_that_speaks(
        client_id=settings.SLACK_CLIENT_ID,
        team_id=_team_id(body, context.team_id, enterprise_id),
        enterprise_id=enterprise_id,
    )
    if workspace.state == WorkspaceState.UNINSTALLED:
        raise NotInstalledError("uninstalled")
    context[KEY] = workspace
    return next_()


def workspace_of(context: BoltContext) -> Workspace:
    workspace: Workspace = context[KEY]
    return workspace


def _team_id(body: JSON, team_id: str | None, enterprise_id: str) -> str:
    """Return the workspace of a request, or an empty string.

    With an org-wide install Slack names no team where a button was clicked or a form sent; a
    person of the organisation may be in several, each with campaigns of its own. So a message
    that was clicked belongs to where we posted it, and to nobody if we did not; a form to where
    it was opened, anything else to where the person is.
    """
    named = body.get("team") or body.get("team_id")
    if named or not enterprise_id:
        return str(team_id or "")
    container, view, user = (body.get(key) or {} for key in ("container", "view", "user"))
    if container.get("message_ts"):
        return queries.team_of_message(
            channel_id=str(container.get("channel_id") or ""), ts=str(container["message_ts"])
        )
    candidates = (str(one or "") for one in (view.get("team_id"), team_id, user.get("team_id")))
    return next(filter(is_team, candidates), "")
