"""Deciding: one click to approve, a reason to send back or reject."""

from typing import Any

from slack_bolt import Ack, App, BoltContext

from approvals import effects, queries
from approvals.refusals import DecisionRefusedError, NoSuchCampaignError
from approvals.services.decisions import (
    Ballot,
    record_decision,
    record_refusal,
    require_can_decide,
)
from approvals.slack import forms, modals
from approvals.slack.answering import answering
from approvals.slack.ids import ActionId, CallbackId, CampaignRef
from approvals.slack.opening import open_modal
from approvals.slack.tenancy import workspace_of
from approvals.states import Verdict

JSON = dict[str, Any]

# A button and the form it opens carry the same word.
VERDICTS: dict[str, Verdict] = {
    ActionId.APPROVE: Verdict.APPROVE,
    ActionId.REQUEST_CHANGES: Verdict.REQUEST_CHANGES,
    ActionId.REJECT: Verdict.REJECT,
}
FORMS = {
    Verdict.REQUEST_CHANGES: modals.request_changes,
    Verdict.REJECT: modals.reject,
}

NO_CAMPAIGN = CampaignRef("unknown", 0)


def register(app: App) -> None:
    app.action(ActionId.APPROVE)(approve)
    app.action(ActionId.REQUEST_CHANGES)(ask_for_reason)
    app.action(ActionId.REJECT)(ask_for_reason)
    app.view(CallbackId.REQUEST_CHANGES)(decide_with_reason)
    app.view(CallbackId.REJECT)(decide_with_reason)


def approve(ack: Ack, body: JSON, action: JSON, context: BoltContext) -> None:
    workspace_id, ballot = workspace_of(context).pk, _clicked(body, action)
    try:
        record_decision(workspace_id=workspace_id, ballot=ballot)
    except DecisionRefusedError as refusal:
        _whisper(workspace_id, body, ballot, refusal)
    ack()


def ask_for_reason(ack: Ack, body: JSON, action: JSON, context: BoltContext) -> None:
    """Open the form for those who may decide; the right is checked again when it comes back."""
    workspace, ballot = workspace_of(context), _clicked(body, action)
    try:
        require_can_decide(workspace_id=workspace.pk, ballot=ballot)
    except DecisionRefusedError as refusal:
        _whisper(workspace.pk, body, ballot, refusal)
    else:
        card = queries.find_card(workspace_id=workspace.pk, reference=ballot.reference)
        open_modal(
            workspace=workspace,
            trigger_id=body["trigger_id"],
            user_id=ballot.user_id,
            view=FORMS[ballot.verdict](card),
        )
    ack()


def decide_with_reason(ack: Ack, view: JSON, body: JSON, context: BoltContext) -> None:
    workspace_id = workspace_of(context).pk
    with answering(ack, refused="Not recorded", keep_form=False):
        ballot = _typed(body, view)
        try:
            record_decision(workspace_id=workspace_id, ballot=ballot)
        except DecisionRefusedError as refusal:
            record_refusal(workspace_id=workspace_id, ballot=ballot, refusal=refusal)
            raise


def _clicked(body: JSON, action: JSON) -> Ballot:
    ref = _ref(str(action.get("value", "")))
    verdict = VERDICTS[action["action_id"]]
    return Ballot(ref.reference, ref.revision, body["user"]["id"], verdict)


def _typed(body: JSON, view: JSON) -> Ballot:
    ref = _ref(view["private_metadata"])
    return Ballot(
        ref.reference,
        ref.revision,
        body["user"]["id"],
        VERDICTS[view["callback_id"]],
        forms.reason(view["state"]["values"]),
    )


def _ref(value: str) -> CampaignRef:
    """Return what a button or a form names; in a form we do not know, no campaign."""
    try:
        return CampaignRef.load(value)
    except NoSuchCampaignError:
        return NO_CAMPAIGN


def _whisper(workspace_id: int, body: JSON, ballot: Ballot, refusal: DecisionRefusedError) -> None:
    """Tell the person alone, where they clicked, and keep that they tried."""
    effects.whisper(
        workspace_id=workspace_id,
        channel_id=str((body.get("container") or {}).get("channel_id") or ""),
        user_id=ballot.user_id,
        text=str(refusal),
    )
    record_refusal(workspace_id=workspace_id, ballot=ballot, refusal=refusal)
