"""Decisions in the same instant, on real connections: one settled outcome, one entry each.

Every test repeats its race: one that is lost once in a while is lost.
"""

from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from approvals.models import AuditEntry, Campaign, Decision, MessageKind, PostedMessage
from approvals.refusals import (
    AlreadyDecidedError,
    AlreadySettledError,
    NotAnApproverError,
    NothingToReviseError,
    SupersededError,
)
from approvals.services import messages
from approvals.services.decisions import record_refusal
from approvals.services.groups import SlackGroup, record_groups
from approvals.states import CampaignStatus, Verdict
from approvals.tests.factories import (
    ANA,
    BEN,
    GROUP_ID,
    OUTSIDER,
    at_once,
    decide,
    make_ballot,
    revise,
    set_up,
    submit,
)
from installations.models import Workspace

RACES = 20
YES, NO, BACK = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES


@pytest.fixture
def races(committed):
    """Return campaigns to race on, one after the other."""
    return (submit(committed, key=f"V{number}") for number in range(RACES))


def settled(answers: list[Any]) -> list[Campaign]:
    """Return the calls that were let through; the others were refused, not broken."""
    refusals = (AlreadyDecidedError, AlreadySettledError, SupersededError, NothingToReviseError)
    unexpected = [answer for answer in answers if not isinstance(answer, (Campaign, *refusals))]
    assert not unexpected, unexpected
    return [answer for answer in answers if isinstance(answer, Campaign)]


def recorded(campaign: Campaign) -> int:
    subject = f"{campaign.reference}/r1"
    entries = AuditEntry.objects.filter(workspace=campaign.workspace, subject=subject)
    return entries.filter(action="decision.recorded").count()


def outcomes(campaign: Campaign) -> int:
    return campaign.messages.filter(kind=MessageKind.OUTCOME).count()


def test_two_approvers_in_the_same_instant_are_one_decision(races):
    for campaign in races:
        answers = at_once(partial(decide, campaign, ANA), partial(decide, campaign, BEN))

        assert len(settled(answers)) == 1
        [refusal] = [answer for answer in answers if isinstance(answer, AlreadySettledError)]
        [decision] = Decision.objects.filter(revision__campaign=campaign)
        assert f"by <@{decision.approver_id}>" in str(refusal)
        assert recorded(campaign) == outcomes(campaign) == 1


def test_one_approver_clicking_three_times_in_the_same_instant_decides_once(races):
    for campaign in races:
        answers = at_once(*[partial(decide, campaign, ANA)] * 3)

        assert len(settled(answers)) == 1
        assert sum(isinstance(answer, AlreadyDecidedError) for answer in answers) == 2
        assert Decision.objects.filter(revision__campaign=campaign).count() == 1
        assert recorded(campaign) == outcomes(campaign) == 1


@pytest.mark.parametrize("against", [NO, BACK])
def test_approval_against_its_opposite_has_one_winner(races, against):
    ends = {YES: "approved", NO: "rejected", BACK: "changes_requested"}
    for campaign in races:
        answers = at_once(
            partial(decide, campaign, ANA, YES),
            partial(decide, campaign, BEN, against, reason="No."),
        )

        assert len(settled(answers)) == 1
        [decision] = Decision.objects.filter(revision__campaign=campaign)
        campaign.refresh_from_db()
        assert campaign.status == ends[Verdict(decision.verdict)]
        assert recorded(campaign) == outcomes(campaign) == 1


def test_a_quorum_filled_in_the_same_instant_settles_once(committed):
    people = [f"U{number}" for number in range(5)]
    set_up(committed, *people, quorum=3)
    for number in range(RACES):
        campaign = submit(committed, key=f"V{number}")
        answers = at_once(*[partial(decide, campaign, person) for person in people])

        assert len(settled(answers)) == 3
        campaign.refresh_from_db()
        assert campaign.status == CampaignStatus.APPROVED
        assert campaign.version == 4
        assert recorded(campaign) == 3
        assert outcomes(campaign) == 1


def test_a_decision_against_a_new_version_in_the_same_instant_never_reaches_it(races):
    for campaign in races:
        decide(campaign, ANA, BACK, reason="Shorter.")
        late = partial(decide, campaign, BEN, revision=1)
        answers = at_once(partial(revise, campaign), late)

        assert len(settled(answers)) == 1
        campaign.refresh_from_db()
        assert (campaign.status, campaign.revision_number) == ("pending", 2)
        assert not Decision.objects.filter(revision__campaign=campaign, revision__number=2)
        assert recorded(campaign) == 1


def test_everything_that_happens_in_a_workspace_may_happen_at_once(committed):
    for number in range(5):
        first, second = (submit(committed, key=f"{number} {key}") for key in "ab")
        decide(second, ANA, BACK, reason="Shorter.")
        answers = at_once(
            *[partial(decide, first, person) for person in (ANA, BEN)],
            partial(revise, second),
            partial(submit, committed, key=f"{number} c"),
            partial(_refuse, second),
            *[partial(_draw, message) for message in first.messages.all()],
            *[partial(_draw, message) for message in second.messages.all()],
            partial(set_up, committed),
            partial(_hear, committed),
        )

        assert not [answer for answer in answers if isinstance(answer, DatabaseError)]
        assert sum(isinstance(answer, Campaign) for answer in answers) == 3


def _refuse(campaign: Campaign) -> None:
    ballot = make_ballot(campaign, OUTSIDER)
    refusal = NotAnApproverError("the group")
    record_refusal(workspace_id=campaign.workspace_id, ballot=ballot, refusal=refusal)


def _draw(message: PostedMessage) -> None:
    drawing = messages.start_drawing(message_id=message.pk)
    if drawing is not None:
        messages.finish_drawing(drawing=drawing, channel_id="C1", ts="1.1")


def _hear(workspace: Workspace) -> None:
    group = SlackGroup(GROUP_ID, "campaign-approvers", "Campaign approvers", (ANA, BEN))
    record_groups(workspace_id=workspace.pk, groups=[group], asked_at=timezone.now())
