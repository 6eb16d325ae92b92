"""Records what approvers decide."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from approvals import audit, effects, queries
from approvals.audit import AuditAction
from approvals.models import Campaign, Decision, MessageKind, Revision
from approvals.policies import GroupMembers, require_approver
from approvals.refusals import (
    AlreadyDecidedError,
    AlreadySettledError,
    DecisionRefusedError,
    SupersededError,
)
from approvals.services import messages
from approvals.states import CampaignStatus, Verdict, require_transition

# Seconds; a refused person who has just joined the group is let in on the next try.
REFUSAL_TRUSTS = 30


@dataclass(frozen=True, slots=True)
class Ballot:
    """What an approver clicked: a verdict on the revision that was shown."""

    reference: str
    revision: int
    user_id: str
    verdict: Verdict
    reason: str = ""


@transaction.atomic
def record_decision(*, workspace_id: int, ballot: Ballot) -> Campaign:
    """Keep the decision, settle the campaign if it was the last one needed, queue the redraw.

    Opens a transaction (or a savepoint in one); the campaign's row stays locked until its end.

    Raises:
        DecisionRefusedError: in one of its kinds; nothing was written.
    """
    campaign, revision, group = _locked(workspace_id, ballot)
    _require_decidable(campaign, revision, group, ballot)
    decision = _keep(revision, group, ballot)
    _settle(campaign, revision)
    _queue_effects(campaign, ballot)
    _record(campaign, revision, decision)
    return campaign


@transaction.atomic
def record_refusal(*, workspace_id: int, ballot: Ballot, refusal: DecisionRefusedError) -> None:
    """Keep that somebody tried; ask Slack again where the group was the reason."""
    effects.sync_groups(workspace_id=workspace_id, unless_younger_than=REFUSAL_TRUSTS)
    audit.record(
        AuditAction.DECISION_REFUSED,
        workspace_id=workspace_id,
        actor_id=ballot.user_id,
        subject=f"{ballot.reference}/r{ballot.revision}",
        details={"verdict": str(ballot.verdict), "refusal": refusal.code},
    )


def require_can_decide(*, workspace_id: int, ballot: Ballot) -> None:
    """Pass when the decision would be taken now; for the forms that come before one.

    Must run inside a transaction; locks the campaign's row.

    Raises:
        DecisionRefusedError: in one of its kinds.
    """
    _require_decidable(*_locked(workspace_id, ballot), ballot)


def _locked(workspace_id: int, ballot: Ballot) -> tuple[Campaign, Revision, GroupMembers]:
    campaign = Campaign.objects.in_workspace(workspace_id).locked().of_reference(ballot.reference)
    revisions = campaign.revisions.select_related("policy__approver_group")
    revision = revisions.get(number=campaign.revision_number)
    return campaign, revision, queries.group_members(revision.policy.approver_group)


def _require_decidable(
    campaign: Campaign, revision: Revision, group: GroupMembers, ballot: Ballot
) -> None:
    """Ask the rules in the order in which a person should hear of them: first, whether they may."""
    authors = set(campaign.revisions.values_list("author_id", flat=True)) | {campaign.requester_id}
    require_approver(
        revision.rules.stages[0],
        group,
        user_id=ballot.user_id,
        authors=authors,
        now=timezone.now(),
    )
    if ballot.revision != revision.number:
        raise SupersededError(revision.number)
    if revision.decisions.filter(stage=0, approver_id=ballot.user_id).exists():
        raise AlreadyDecidedError
    if campaign.status != CampaignStatus.PENDING:
        raise AlreadySettledError(CampaignStatus(campaign.status).label, _settled_by(revision))


def _settled_by(revision: Revision) -> str:
    last = revision.decisions.order_by("pk").last()
    return f"<@{last.approver_id}>" if last else ""


def _keep(revision: Revision, group: GroupMembers, ballot: Ballot) -> Decision:
    return Decision.objects.create(
        revision=revision,
        approver_id=ballot.user_id,
        verdict=ballot.verdict,
        reason=ballot.reason,
        fingerprint=revision.fingerprint,
        group_synced_at=group.synced_at,
        decided_at=timezone.now(),
    )


def _settle(campaign: Campaign, revision: Revision) -> None:
    verdicts = [Verdict(value) for value in revision.decisions.values_list("verdict", flat=True)]
    outcome = revision.rules.stages[0].outcome(verdicts)
    if outcome is not CampaignStatus.PENDING:
        require_transition(campaign.status, outcome)
        campaign.status, campaign.settled_at = outcome, timezone.now()
    campaign.version += 1
    campaign.save(update_fields=["status", "settled_at", "version"])


def _queue_effects(campaign: Campaign, ballot: Ballot) -> None:
    messages.redraw_messages(campaign=campaign, revision_number=ballot.revision)
    if campaign.status != CampaignStatus.PENDING:
        messages.create_message(
            campaign=campaign, kind=MessageKind.OUTCOME, recipient_id=campaign.requester_id
        )
    for user_id in {ballot.user_id, campaign.requester_id}:
        effects.publish_home(workspace_id=campaign.workspace_id, user_id=user_id)


def _record(campaign: Campaign, revision: Revision, decision: Decision) -> None:
    audit.record(
        AuditAction.DECISION_RECORDED,
        workspace_id=campaign.workspace_id,
        actor_id=decision.approver_id,
        subject=f"{campaign.reference}/r{revision.number}",
        details={
            "verdict": str(decision.verdict),
            "reason": decision.reason,
            "fingerprint": decision.fingerprint,
            "group_synced_at": decision.group_synced_at.isoformat(),
            "status_after": str(campaign.status),
        },
    )
