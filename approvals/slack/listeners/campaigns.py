"""Sending a campaign, and its next version."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from slack_bolt import Ack, App, BoltContext

from approvals import effects, queries
from approvals.refusals import NothingToReviseError, NotYoursError, RefusedError
from approvals.services.campaigns import revise_campaign, submit_campaign
from approvals.slack import forms, home, modals, notices
from approvals.slack.answering import answering
from approvals.slack.ids import ActionId, CallbackId, CampaignRef
from approvals.slack.opening import open_modal
from approvals.slack.tenancy import workspace_of
from approvals.states import CampaignStatus

JSON = dict[str, Any]


def register(app: App) -> None:
    app.action(ActionId.NEW)(ask_for_campaign)
    app.action(ActionId.REVISE)(ask_for_revision)
    app.action(ActionId.OPEN_LINK)(ignore_link)
    app.view(CallbackId.NEW)(submit)
    app.view(CallbackId.REVISE)(resubmit)


def ask_for_campaign(ack: Ack, body: JSON, context: BoltContext) -> None:
    workspace, user_id = workspace_of(context), body["user"]["id"]
    setup = queries.setup(workspace_id=workspace.pk)
    view = modals.new_campaign(setup) if setup else modals.refused("New campaign", home.NOT_SET_UP)
    open_modal(workspace=workspace, trigger_id=body["trigger_id"], user_id=user_id, view=view)
    ack()


def ask_for_revision(ack: Ack, body: JSON, action: JSON, context: BoltContext) -> None:
    workspace, user_id = workspace_of(context), body["user"]["id"]
    try:
        view = modals.revise_campaign(_to_revise(workspace.pk, action, user_id))
    except RefusedError as refusal:
        effects.whisper(
            workspace_id=workspace.pk, channel_id="", user_id=user_id, text=str(refusal)
        )
    else:
        open_modal(workspace=workspace, trigger_id=body["trigger_id"], user_id=user_id, view=view)
    ack()


def _to_revise(workspace_id: int, action: JSON, user_id: str) -> queries.CampaignCard:
    """Return the version to edit: always the current one, whichever message was clicked."""
    ref = CampaignRef.load(str(action.get("value", "")))
    card = queries.find_card(workspace_id=workspace_id, reference=ref.reference)
    if card.requester_id != user_id:
        raise NotYoursError(f"<@{card.requester_id}>")
    if card.status is not CampaignStatus.CHANGES_REQUESTED:
        raise NothingToReviseError(card.status.label)
    return card


def submit(ack: Ack, view: JSON, body: JSON, context: BoltContext) -> None:
    workspace, user_id = workspace_of(context), body["user"]["id"]
    with answering(ack, refused="Not sent"):
        content = forms.campaign(view["state"]["values"], earliest=_today_somewhere())
        campaign = submit_campaign(
            workspace=workspace,
            requester_id=user_id,
            content=content,
            submission_key=view["id"],
        )
        setup = queries.setup(workspace_id=workspace.pk)
        if setup is not None:
            effects.whisper(
                workspace_id=workspace.pk,
                channel_id=forms.asked_in(view),
                user_id=user_id,
                text=notices.sent(campaign.reference, content.title, setup),
            )


def resubmit(ack: Ack, view: JSON, body: JSON, context: BoltContext) -> None:
    with answering(ack, refused="Not sent"):
        ref = CampaignRef.load(view["private_metadata"])
        revise_campaign(
            workspace=workspace_of(context),
            reference=ref.reference,
            revision=ref.revision,
            author_id=body["user"]["id"],
            content=forms.campaign(view["state"]["values"], earliest=_today_somewhere()),
        )


def ignore_link(ack: Ack) -> None:
    """Slack tells of clicks on link buttons too, and shows a warning unless we answer."""
    ack()


def _today_somewhere() -> date:
    """Return the earliest date that is still today in some time zone (UTC-12)."""
    return (timezone.now() - timedelta(hours=12)).date()
