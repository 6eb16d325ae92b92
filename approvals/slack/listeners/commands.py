"""The slash command."""

from django.conf import settings
from slack_bolt import Ack, App, BoltContext

from approvals import queries
from approvals.slack import home, modals, notices
from approvals.slack.ids import COMMAND
from approvals.slack.listeners.setup import ask_to_set_up
from approvals.slack.opening import open_modal
from approvals.slack.tenancy import workspace_of
from installations.models import WorkspaceState


def register(app: App) -> None:
    app.command(COMMAND)(campaign)


def campaign(ack: Ack, command: dict[str, str], context: BoltContext) -> None:
    """Route by the first word; what we do not know is answered with help."""
    word, _, _ = command.get("text", "").strip().partition(" ")
    lost = workspace_of(context).state == WorkspaceState.NEEDS_REAUTH
    match word.lower():
        case "" | "new" | "setup" if lost:  # no form would open
            ack(notices.access_lost(settings.APP_URL))
        case "" | "new":
            _new(ack, command, context)
        case "list":
            _list(ack, command, context)
        case "setup":
            ask_to_set_up(ack, command, context)
        case "help":
            ack(**notices.help_message())
        case _:
            ack(**notices.help_message(typed=command["text"].strip()))


def _new(ack: Ack, command: dict[str, str], context: BoltContext) -> None:
    workspace = workspace_of(context)
    setup = queries.setup(workspace_id=workspace.pk)
    if setup is None:
        ack(home.NOT_SET_UP)
        return
    open_modal(
        workspace=workspace,
        trigger_id=command["trigger_id"],
        user_id=command["user_id"],
        view=modals.new_campaign(setup, asked_in=command["channel_id"]),
    )
    ack()


def _list(ack: Ack, command: dict[str, str], context: BoltContext) -> None:
    workspace_id, user_id = workspace_of(context).pk, command["user_id"]
    waiting = queries.waiting_for(workspace_id=workspace_id, user_id=user_id)
    sent = queries.sent_by(workspace_id=workspace_id, user_id=user_id)
    ack(**notices.campaign_list(waiting, sent))
