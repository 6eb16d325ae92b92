"""Which workspace a request speaks for; every listener starts from it."""

from collections.abc import Callable

from slack_bolt import BoltContext, BoltResponse

from installations.models import Workspace
from installations.services import workspace_that_speaks

KEY = "workspace"


def load_workspace(context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
    """Put the tenant into the context; authorize has found its bot already."""
    context[KEY] = workspace_that_speaks(
        team_id=str(context.team_id or ""), enterprise_id=str(context.enterprise_id or "")
    )
    return next_()


def workspace_of(context: BoltContext) -> Workspace:
    workspace: Workspace = context[KEY]
    return workspace
