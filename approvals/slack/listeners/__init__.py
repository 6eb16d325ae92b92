"""Thin: read the payload, call one service, answer."""

from slack_bolt import App

from approvals.slack.listeners import campaigns, commands, decisions, groups, home, setup
from approvals.slack.tenancy import load_workspace


def register(app: App) -> None:
    app.use(load_workspace)
    for room in (commands, campaigns, decisions, setup, home, groups):
        room.register(app)
