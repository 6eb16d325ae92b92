"""The window: reads for drawing, as frozen snapshots."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from approvals.content import CampaignContent, short_code
from approvals.models import (
    ApprovalPolicy,
    ApproverGroup,
    Campaign,
    Decision,
    MessageKind,
    Person,
    PostedMessage,
    Revision,
)
from approvals.policies import DECIDING, GroupMembers, Stage, Standing
from approvals.refusals import NoSuchCampaignError
from approvals.states import CampaignStatus, Verdict
from installations.models import Installation, Workspace

LISTED = 10  # lines of each list; longer ones are not read in Slack


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


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in a list; ``permalink`` leads to its card, and is empty until posted."""

    reference: str
    revision: int
    title: str
    status: CampaignStatus
    requester_id: str
    launch_on: date
    budget: Decimal
    currency: str
    permalink: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the App Home shows one person."""

    waiting: tuple[CampaignLine, ...]
    sent: tuple[CampaignLine, ...]
    decided: tuple[CampaignLine, ...]
    setup: "Setup | None"
    may_set_up: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """Who approves in a workspace, and where."""

    usergroup_id: str
    handle: str
    quorum: int
    channel_id: str
    policy_version: int


@dataclass(frozen=True, slots=True)
class GroupChoice:
    usergroup_id: str
    handle: str
    name: str
    size: int


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


def find_card(*, workspace_id: int, reference: str) -> CampaignCard:
    """Return the current state of a campaign of this workspace.

    Raises:
        NoSuchCampaignError: the workspace has none of that reference.
    """
    campaign = Campaign.objects.in_workspace(workspace_id).filter(reference=reference).first()
    if campaign is None:
        raise NoSuchCampaignError
    return card(campaign)


def home(*, workspace: Workspace, user_id: str) -> HomePage:
    return HomePage(
        waiting=waiting_for(workspace_id=workspace.pk, user_id=user_id),
        sent=sent_by(workspace_id=workspace.pk, user_id=user_id),
        decided=_decided_by(workspace_id=workspace.pk, user_id=user_id),
        setup=setup(workspace_id=workspace.pk),
        may_set_up=_is_admin(workspace.pk, user_id),
    )


def waiting_for(*, workspace_id: int, user_id: str) -> tuple[CampaignLine, ...]:
    """Return the pending campaigns on which ``user_id`` may still decide, oldest launch first."""
    mine = Decision.objects.filter(revision=OuterRef("pk"), approver_id=user_id)
    edited = Revision.objects.filter(campaign=OuterRef("campaign"), author_id=user_id)
    current = (
        _current_revisions(workspace_id)
        .filter(
            campaign__status=CampaignStatus.PENDING,
            policy__approver_group__member_ids__contains=[user_id],
            policy__approver_group__is_disabled=False,
        )
        .filter(~Exists(mine), ~Exists(edited))
    )
    return _lines(current.order_by("launch_on", "pk"))


def sent_by(*, workspace_id: int, user_id: str) -> tuple[CampaignLine, ...]:
    """Return what ``user_id`` sent, newest first."""
    sent = _current_revisions(workspace_id).filter(campaign__requester_id=user_id)
    return _lines(sent.order_by("-campaign__submitted_at", "-pk"))


def _decided_by(*, workspace_id: int, user_id: str) -> tuple[CampaignLine, ...]:
    """Return the campaigns whose current version ``user_id`` decided on, latest first."""
    decided = _current_revisions(workspace_id).filter(decisions__approver_id=user_id)
    return _lines(decided.order_by("-decisions__decided_at", "-pk"))


def setup(*, workspace_id: int) -> Setup | None:
    """Return the rules in force, or None where nobody has set any."""
    policy = current_policy(workspace_id)
    if policy is None:
        return None
    return Setup(
        usergroup_id=policy.approver_group.usergroup_id,
        handle=policy.approver_group.handle,
        quorum=policy.quorum,
        channel_id=policy.channel_id,
        policy_version=policy.version,
    )


def current_policy(workspace_id: int) -> ApprovalPolicy | None:
    policies = ApprovalPolicy.objects.select_related("approver_group")
    return policies.filter(workspace_id=workspace_id).order_by("-version").first()


def group_members(group: ApproverGroup) -> GroupMembers:
    """Return who is in a group, and which of them cannot decide as far as Slack has told us."""
    if group.is_disabled:
        return GroupMembers(frozenset(), group.synced_at)
    user_ids = frozenset(group.member_ids)
    people = Person.objects.filter(workspace_id=group.workspace_id, user_id__in=user_ids)
    standings = {person.user_id: Standing(person.standing) for person in people}
    return GroupMembers(
        user_ids=user_ids,
        synced_at=group.synced_at,
        barred=frozenset(uid for uid, standing in standings.items() if standing not in DECIDING),
        unknown=user_ids - set(standings),
    )


def person(*, workspace_id: int, user_id: str) -> Person | None:
    return Person.objects.filter(workspace_id=workspace_id, user_id=user_id).first()


def _is_admin(workspace_id: int, user_id: str) -> bool:
    known = person(workspace_id=workspace_id, user_id=user_id)
    return known is not None and known.standing == Standing.ADMIN


def group_choices(*, workspace_id: int, typed: str) -> tuple[GroupChoice, ...]:
    """Return up to 100 user groups whose handle or name contains ``typed``."""
    groups = ApproverGroup.objects.filter(workspace_id=workspace_id, is_disabled=False)
    if typed:
        groups = groups.filter(Q(handle__icontains=typed) | Q(name__icontains=typed))
    return tuple(
        GroupChoice(group.usergroup_id, group.handle, group.name, len(group.member_ids))
        for group in groups.order_by("handle")[:100]
    )


def installer_id(workspace: Workspace) -> str:
    """Return who installed the app last, or an empty string."""
    rows = Installation.objects.filter(team_id=workspace.team_id)
    row = rows.of_installers().newest()
    return row.user_id if row else ""


def _current_revisions(workspace_id: int) -> QuerySet[Revision]:
    """Return the latest revision of each campaign of the workspace."""
    # Joined through the campaign, so that its indexes carry the filters.
    return Revision.objects.filter(
        campaign__workspace_id=workspace_id,
        campaign__revision_number=F("number"),
    ).select_related("campaign")


def _lines(revisions: QuerySet[Revision]) -> tuple[CampaignLine, ...]:
    listed = list(revisions[:LISTED])
    cards = PostedMessage.objects.filter(
        campaign__in=[revision.campaign_id for revision in listed],
        kind=MessageKind.CARD,
        revision_number=F("campaign__revision_number"),
    )
    places = {message.campaign_id: message for message in cards}
    return tuple(_line(revision, places.get(revision.campaign_id)) for revision in listed)


def _line(revision: Revision, message: PostedMessage | None) -> CampaignLine:
    return CampaignLine(
        reference=revision.campaign.reference,
        revision=revision.number,
        title=revision.title,
        status=CampaignStatus(revision.campaign.status),
        requester_id=revision.campaign.requester_id,
        launch_on=revision.launch_on,
        budget=revision.budget,
        currency=revision.currency,
        permalink=message.permalink if message else "",
    )


def _decision_line(decision: Decision) -> DecisionLine:
    return DecisionLine(
        approver_id=decision.approver_id,
        verdict=Verdict(decision.verdict),
        reason=decision.reason,
        decided_at=decision.decided_at,
    )
