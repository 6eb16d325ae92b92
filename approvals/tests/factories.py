"""A workspace in which campaigns get approved, with people who play their parts."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from approvals import audit
from approvals.content import CampaignContent
from approvals.models import ApproverGroup, Campaign
from approvals.services.campaigns import submit_campaign
from approvals.services.decisions import Ballot, record_decision
from approvals.services.policies import set_policy
from approvals.states import Verdict
from installations.models import Workspace

REQUESTER, ANA, BEN, OUTSIDER = "U_DANA", "U_ANA", "U_BEN", "U_OLGA"
GROUP_ID, CHANNEL_ID = "S_APPROVERS", "C_APPROVALS"


def make_content(**changes) -> CampaignContent:
    values = {
        "title": "Spring launch e-mail",
        "brief": "Two-part announcement to 42,000 customers.",
        "channels": ("Email", "Paid social"),
        "budget": Decimal("12000.00"),
        "currency": "EUR",
        "launch_on": date(2027, 3, 2),
        "asset_url": "https://assets.example/spring",
    }
    return CampaignContent(**{**values, **changes})


def make_group(workspace: Workspace, *members: str, age: timedelta = timedelta(0)) -> ApproverGroup:
    group, _ = ApproverGroup.objects.update_or_create(
        workspace=workspace,
        usergroup_id=GROUP_ID,
        defaults={
            "handle": "campaign-approvers",
            "name": "Campaign approvers",
            "member_ids": list(members or (ANA, BEN)),
            "synced_at": timezone.now() - age,
        },
    )
    return group


def set_up(workspace: Workspace, *, quorum: int = 1) -> None:
    """Let @campaign-approvers (Ana and Ben) approve, ``quorum`` of them needed."""
    make_group(workspace)
    set_policy(
        workspace=workspace,
        actor_id=audit.SYSTEM,
        usergroup_id=GROUP_ID,
        quorum=quorum,
        channel_id=CHANNEL_ID,
    )


def submit(workspace: Workspace, *, by: str = REQUESTER, key: str = "V1", **changes) -> Campaign:
    return submit_campaign(
        workspace=workspace,
        requester_id=by,
        content=make_content(**changes),
        submission_key=key,
    )


def make_ballot(campaign: Campaign, by: str, verdict: Verdict = Verdict.APPROVE, **changes):
    values = {
        "reference": campaign.reference,
        "revision": campaign.revision_number,
        "user_id": by,
        "verdict": verdict,
    }
    return Ballot(**{**values, **changes})


def decide(campaign: Campaign, by: str, verdict: Verdict = Verdict.APPROVE, **changes) -> Campaign:
    ballot = make_ballot(campaign, by, verdict, **changes)
    return record_decision(workspace_id=campaign.workspace_id, ballot=ballot)
