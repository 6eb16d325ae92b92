"""Whether a decision shows who made it, and is theirs to make."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils import timezone

from approvals import audit, queries
from approvals.content import CampaignContent
from approvals.policies import Standing
from approvals.refusals import DecisionRefusedError
from approvals.services.campaigns import submit_campaign
from approvals.services.decisions import Ballot, record_decision
from approvals.services.groups import SlackGroup, record_groups
from approvals.services.people import record_person
from approvals.services.policies import set_policy
from approvals.slack.messages import campaign_card
from approvals.states import Verdict
from installations.models import Workspace
from slackapp.marketplace import trial
from slackapp.marketplace.requirement import Requirement

REQUESTER, APPROVER, GUEST, GROUP = "U0REQUESTER", "U0APPROVER", "U0GUEST", "S0APPROVERS"


def names_who_decided() -> Iterator[str]:
    workspace, reference = _waiting_campaign()
    record_decision(workspace_id=workspace.pk, ballot=_ballot(reference, APPROVER))
    card = queries.find_card(workspace_id=workspace.pk, reference=reference)
    drawn = json.dumps(campaign_card(card))
    for user_id in (REQUESTER, APPROVER):
        if f"<@{user_id}>" not in drawn:
            yield f"A decided campaign's card does not show {user_id}, who took part."


def keeps_guests_from_deciding() -> Iterator[str]:
    workspace, reference = _waiting_campaign()
    for user_id in (GUEST, REQUESTER, "U0STRANGER"):
        try:
            record_decision(workspace_id=workspace.pk, ballot=_ballot(reference, user_id))
        except DecisionRefusedError:
            continue
        yield f"{user_id} could decide on a campaign, and must not."


def _waiting_campaign() -> tuple[Workspace, str]:
    """Return a campaign that waits, in the trial's workspace, and its reference."""
    trial.installed()
    workspace, now = Workspace.objects.get(team_id=trial.TEAM_ID), timezone.now()
    members = (APPROVER, GUEST, REQUESTER)
    group = SlackGroup(GROUP, "approvers", "Approvers", members)
    record_groups(workspace_id=workspace.pk, groups=[group], asked_at=now)
    for user_id in members:
        standing = Standing.GUEST if user_id == GUEST else Standing.MEMBER
        record_person(workspace_id=workspace.pk, user_id=user_id, standing=standing, asked_at=now)
    set_policy(
        workspace=workspace,
        actor_id=audit.SYSTEM,
        usergroup_id=GROUP,
        quorum=1,
        channel_id="C0APPROVALS",
    )
    campaign = submit_campaign(
        workspace=workspace,
        requester_id=REQUESTER,
        content=CampaignContent(
            title="Marketplace check",
            brief="Nobody sees this.",
            channels=("Email",),
            budget=Decimal("1.00"),
            currency="EUR",
            launch_on=date(2100, 1, 1),
            asset_url="",
        ),
        submission_key="marketplace-check",
    )
    return workspace, campaign.reference


def _ballot(reference: str, user_id: str) -> Ballot:
    return Ballot(reference=reference, revision=1, user_id=user_id, verdict=Verdict.APPROVE)


REQUIREMENTS = (
    Requirement(
        name="attribution",
        area="Attribution",
        rule="A card shows who asked and who decided",
        check=names_who_decided,
        writes=True,
    ),
    Requirement(
        name="guests",
        area="Privacy model",
        rule="Guests, strangers and authors decide nothing",
        check=keeps_guests_from_deciding,
        writes=True,
    ),
)
