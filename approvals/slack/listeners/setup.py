"""Saying who approves."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from approvals import effects, queries
from approvals.queries import GroupChoice, Setup
from approvals.refusals import (
    NoSuchGroupError,
    NotAllowedToSetUpError,
    StandingUnconfirmedError,
    TooFewMembersError,
)
from approvals.services import policies
from approvals.slack import forms, modals, notices
from approvals.slack.answering import answering
from approvals.slack.blocks import Element, option
from approvals.slack.forms import FormInvalidError, SetUpInput
from approvals.slack.ids import ActionId, CallbackId, Field
from approvals.slack.opening import open_modal
from approvals.slack.tenancy import workspace_of
from installations.models import Workspace

JSON = dict[str, Any]


def register(app: App) -> None:
    app.action(ActionId.SET_UP)(ask_from_home)
    app.options(Field.APPROVER_GROUP)(offer_groups)
    app.view(CallbackId.SET_UP)(save)


def ask_to_set_up(ack: Ack, command: dict[str, str], context: BoltContext) -> None:
    try:
        _ask(workspace_of(context), command["user_id"], command["trigger_id"])
    except NotAllowedToSetUpError as refusal:
        _ask_slack_about(workspace_of(context), command["user_id"], refusal)
        ack(str(refusal))
    else:
        ack()


def ask_from_home(ack: Ack, body: JSON, context: BoltContext) -> None:
    workspace, user_id = workspace_of(context), body["user"]["id"]
    try:
        _ask(workspace, user_id, body["trigger_id"])
    except NotAllowedToSetUpError as refusal:
        _ask_slack_about(workspace, user_id, refusal)
        effects.whisper(
            workspace_id=workspace.pk, channel_id="", user_id=user_id, text=str(refusal)
        )
    ack()


def offer_groups(ack: Ack, body: JSON, context: BoltContext) -> None:
    """Answer the search field from what Slack last told us of the workspace's groups."""
    found = queries.group_choices(
        workspace_id=workspace_of(context).pk, typed=str(body.get("value") or "").lstrip("@")
    )
    ack(options=[_group_option(group) for group in found])


def save(ack: Ack, view: JSON, body: JSON, context: BoltContext) -> None:
    workspace, user_id = workspace_of(context), body["user"]["id"]
    with answering(ack, refused="Not saved"):
        _set_policy(workspace, user_id, forms.set_up(view["state"]["values"]))
        _confirm(workspace, user_id)


def _set_policy(workspace: Workspace, user_id: str, chosen: SetUpInput) -> None:
    """Set it, or say under the field what is wrong with the choice."""
    try:
        policies.set_policy(
            workspace=workspace,
            actor_id=user_id,
            usergroup_id=chosen.usergroup_id,
            quorum=chosen.quorum,
            channel_id=chosen.channel_id,
        )
    except NoSuchGroupError as refusal:
        raise FormInvalidError({Field.APPROVER_GROUP: str(refusal)}) from refusal
    except TooFewMembersError as refusal:
        raise FormInvalidError({Field.QUORUM: str(refusal)}) from refusal


def _ask(workspace: Workspace, user_id: str, trigger_id: str) -> None:
    policies.require_may_set_up(workspace=workspace, actor_id=user_id)
    setup = queries.setup(workspace_id=workspace.pk)
    view = modals.set_up(setup, _current_option(workspace.pk, setup))
    effects.sync_groups(workspace_id=workspace.pk)
    open_modal(workspace=workspace, trigger_id=trigger_id, user_id=user_id, view=view)


def _ask_slack_about(workspace: Workspace, user_id: str, refusal: NotAllowedToSetUpError) -> None:
    """Have the next try know better, where we did not know what the person is."""
    if isinstance(refusal, StandingUnconfirmedError):
        effects.sync_person(workspace_id=workspace.pk, user_id=user_id)


def _current_option(workspace_id: int, setup: Setup | None) -> Element | None:
    if setup is None:
        return None
    choices = queries.group_choices(workspace_id=workspace_id, typed=setup.handle)
    current = [group for group in choices if group.usergroup_id == setup.usergroup_id]
    return _group_option(current[0]) if current else None


def _group_option(group: GroupChoice) -> Element:
    people = "person" if group.size == 1 else "people"
    return option(f"@{group.handle} · {group.size} {people}", group.usergroup_id)


def _confirm(workspace: Workspace, user_id: str) -> None:
    setup = queries.setup(workspace_id=workspace.pk)
    if setup is not None:
        effects.whisper(
            workspace_id=workspace.pk,
            channel_id="",
            user_id=user_id,
            text=notices.set_up_saved(setup),
        )
    effects.publish_home(workspace_id=workspace.pk, user_id=user_id)
