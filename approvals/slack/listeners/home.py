"""The App Home."""

from typing import Any

from slack_bolt import App, BoltContext

from approvals import effects
from approvals.slack.tenancy import workspace_of

JSON = dict[str, Any]


def register(app: App) -> None:
    app.event("app_home_opened")(draw)


def draw(event: JSON, context: BoltContext) -> None:
    if event.get("tab") == "home":
        effects.publish_home(workspace_id=workspace_of(context).pk, user_id=event["user"])
