"""What waits for somebody, what they sent, what they decided."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet

from approvals.models import Decision, MessageKind, Person, PostedMessage, Revision
from approvals.policies import DECIDING, Standing
from approvals.queries.workspaces import Setup, person, setup
from approvals.states import CampaignStatus
from installations.models import Workspace

LISTED = 10  # lines of each list; longer ones are not read in Slack


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
    setup: Setup | None
    may_set_up: bool
    site_url: str


def home(*, workspace: Workspace, user_id: str) -> HomePage:
    viewer = person(workspace_id=workspace.pk, user_id=user_id)
    return HomePage(
        waiting=_waiting_for(workspace.pk, user_id, viewer),
        sent=sent_by(workspace_id=workspace.pk, user_id=user_id),
        decided=_decided_by(workspace_id=workspace.pk, user_id=user_id),
        setup=setup(workspace_id=workspace.pk),
        may_set_up=viewer is not None and viewer.standing == Standing.ADMIN,
        site_url=settings.APP_URL,
    )


def waiting_for(*, workspace_id: int, user_id: str) -> tuple[CampaignLine, ...]:
    """Return the pending campaigns on which ``user_id`` may still decide, oldest launch first."""
    known = person(workspace_id=workspace_id, user_id=user_id)
    return _waiting_for(workspace_id, user_id, known)


def _waiting_for(workspace_id: int, user_id: str, known: Person | None) -> tuple[CampaignLine, ...]:
    if known is not None and known.standing not in DECIDING:
        return ()
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


def _current_revisions(workspace_id: int) -> QuerySet[Revision]:
    """Return the latest revision of each campaign of the workspace."""
    # Joined through the campaign, so that its indexes carry the filters.
    return Revision.objects.filter(
        campaign__workspace_id=workspace_id,
        campaign__erased_at=None,
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
