"""What a campaign's messages show."""

from dataclasses import dataclass
from datetime import datetime

from approvals.content import CampaignContent, short_code
from approvals.models import Campaign, Decision, MessageKind, PostedMessage, Revision
from approvals.policies import Stage
from approvals.states import CampaignStatus, Verdict


@dataclass(frozen=True, slots=True)
class DecisionLine:
    approver_id: str
    verdict: Verdict
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """Everything that a campaign's messages show, at one version of the campaign."""

    reference: str
    revision: int
    version: int
    status: CampaignStatus
    requester_id: str
    content: CampaignContent
    code: str
    stage: Stage
    decisions: tuple[DecisionLine, ...]
    submitted_at: datetime
    replaced_by: int = 0  # the number of the revision that came after this one
    answers: DecisionLine | None = None  # the request for changes that this revision answers
    permalink: str = ""  # of this revision's card in the channel

    @property
    def approvals(self) -> int:
        return sum(line.verdict is Verdict.APPROVE for line in self.decisions)

    @property
    def settling(self) -> DecisionLine | None:
        """The decision that ended the wait, if one did."""
        settled = self.status is not CampaignStatus.PENDING
        return self.decisions[-1] if settled and self.decisions else None


def card(campaign: Campaign, *, number: int | None = None) -> CampaignCard:
    """Return the snapshot to draw, of revision ``number`` or the current one.

    The caller holds the campaign's row lock. A revision that another has replaced stays as it
    was left: sent back for changes.
    """
    revision = campaign.revisions.get(number=number or campaign.revision_number)
    replaced = revision.number < campaign.revision_number
    decisions = revision.decisions.order_by("pk")  # given out under the campaign's row lock
    return CampaignCard(
        reference=campaign.reference,
        revision=revision.number,
        version=campaign.version,
        status=(CampaignStatus.CHANGES_REQUESTED if replaced else CampaignStatus(campaign.status)),
        requester_id=campaign.requester_id,
        content=revision.content,
        code=short_code(revision.fingerprint),
        stage=revision.rules.stages[0],
        decisions=tuple(_decision_line(decision) for decision in decisions),
        submitted_at=campaign.submitted_at,
        replaced_by=campaign.revision_number if replaced else 0,
        answers=_answered(revision),
        permalink=_permalink(revision),
    )


def find_card(*, workspace_id: int, reference: str) -> CampaignCard:
    """Return the current state of a campaign of this workspace.

    Raises:
        NoSuchCampaignError: the workspace has none of that reference.
    """
    return card(Campaign.objects.in_workspace(workspace_id).of_reference(reference))


def _permalink(revision: Revision) -> str:
    cards = PostedMessage.objects.filter(
        campaign=revision.campaign_id, revision_number=revision.number, kind=MessageKind.CARD
    )
    return cards.values_list("permalink", flat=True).first() or ""


def _answered(revision: Revision) -> DecisionLine | None:
    """Return the request for changes that led to the revision."""
    requests = Decision.objects.filter(
        revision__campaign=revision.campaign_id,
        revision__number=revision.number - 1,
        verdict=Verdict.REQUEST_CHANGES,
    )
    asked = requests.order_by("pk").last()
    return _decision_line(asked) if asked else None


def _decision_line(decision: Decision) -> DecisionLine:
    return DecisionLine(
        approver_id=decision.approver_id,
        verdict=Verdict(decision.verdict),
        reason=decision.reason,
        decided_at=decision.decided_at,
    )
