"""Changes of user groups; Slack is asked again rather than believed in pieces."""

from slack_bolt import App, BoltContext

from approvals import effects
from approvals.slack.tenancy import workspace_of


def register(app: App) -> None:
    app.event("subteam_members_changed")(ask_again)
    app.event("subteam_updated")(ask_again)


def ask_again(context: BoltContext) -> None:
    effects.sync_groups(workspace_id=workspace_of(context).pk)
