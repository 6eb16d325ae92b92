"""The pure rules: what may follow what, who may decide, what decisions amount to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from approvals.policies import (
    GROUP_TRUSTED_FOR,
    GroupMembers,
    PolicySnapshot,
    Stage,
    require_approver,
    require_enough_approvers,
)
from approvals.refusals import (
    AlreadySettledError,
    BarredError,
    GroupUnconfirmedError,
    NobodyCanApproveError,
    NotAnApproverError,
    OwnRequestError,
)
from approvals.states import NEXT, CampaignStatus, Verdict, require_transition
from approvals.tests.factories import ANA, BEN, OUTSIDER, REQUESTER

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
YES, NO, BACK = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES
PENDING, APPROVED = CampaignStatus.PENDING, CampaignStatus.APPROVED
REJECTED, SENT_BACK = CampaignStatus.REJECTED, CampaignStatus.CHANGES_REQUESTED


def stage(*, quorum: int = 1, rejection_threshold: int = 1) -> Stage:
    return Stage("Approval", "S1", quorum, rejection_threshold)


def group(*members: str, age: timedelta = timedelta(0)) -> GroupMembers:
    return GroupMembers(frozenset(members), NOW - age)


def may(user_id: str, members: GroupMembers, *authors: str) -> None:
    require_approver(stage(), members, user_id=user_id, authors=authors, now=NOW)


def test_every_status_says_what_may_follow_it():
    assert set(NEXT) == set(CampaignStatus)


@pytest.mark.parametrize(
    ("current", "following"), [(a, b) for a in CampaignStatus for b in CampaignStatus]
)
def test_only_what_the_table_allows_may_follow(current, following):
    allowed = {
        (PENDING, APPROVED),
        (PENDING, REJECTED),
        (PENDING, SENT_BACK),
        (SENT_BACK, PENDING),
    }

    if (current, following) in allowed:
        require_transition(current, following)
    else:
        with pytest.raises(AlreadySettledError, match=f"This is {current.label} already"):
            require_transition(current, following)


@pytest.mark.parametrize(
    ("_case", "rules", "verdicts", "outcome"),
    [
        ("nobody has decided", {}, [], PENDING),
        ("one of one", {}, [YES], APPROVED),
        ("one of two", {"quorum": 2}, [YES], PENDING),
        ("two of two", {"quorum": 2}, [YES, YES], APPROVED),
        ("one rejection is enough", {"quorum": 3}, [YES, YES, NO], REJECTED),
        ("one rejection of two", {"rejection_threshold": 2}, [NO], PENDING),
        ("two rejections of two", {"quorum": 3, "rejection_threshold": 2}, [NO, YES, NO], REJECTED),
        ("both thresholds at once", {"quorum": 1}, [YES, NO], REJECTED),
        ("changes before everything else", {"quorum": 1}, [YES, NO, BACK], SENT_BACK),
        ("changes alone", {"quorum": 5}, [BACK], SENT_BACK),
    ],
)
def test_verdicts_amount_to_an_outcome(_case, rules, verdicts, outcome):
    assert stage(**rules).outcome(verdicts) is outcome
    assert stage(**rules).outcome(reversed(verdicts)) is outcome


def test_a_member_of_the_group_may_decide():
    may(ANA, group(ANA, BEN), REQUESTER)


def test_somebody_else_may_not():
    with pytest.raises(NotAnApproverError, match=r"Only members of <!subteam\^S1>"):
        may(OUTSIDER, group(ANA, BEN), REQUESTER)


def test_an_author_may_not_and_hears_who_can():
    with pytest.raises(OwnRequestError, match="<@U0BEN> can"):
        may(ANA, group(ANA, BEN), ANA)


def test_an_author_alone_in_the_group_hears_that_nobody_can():
    with pytest.raises(OwnRequestError, match="Nobody else in the group can"):
        may(ANA, group(ANA), ANA)


def test_a_refusal_names_five_people_and_counts_the_rest():
    many = [f"U{number}" for number in range(9)]

    with pytest.raises(OwnRequestError, match=r"<@U1>, .*<@U5> and 3 more can"):
        may("U0", group(*many), "U0")


@pytest.mark.parametrize(
    ("age", "trusted"),
    [
        (timedelta(0), True),
        (GROUP_TRUSTED_FOR, True),
        (GROUP_TRUSTED_FOR + timedelta(microseconds=1), False),
        (-timedelta(seconds=5), True),  # another machine's clock
    ],
)
def test_a_group_is_trusted_for_one_hour(age, trusted):
    assert group(ANA, age=age).is_confirmed(ANA, NOW) is trusted


@pytest.mark.parametrize(
    ("_case", "refusal", "known"),
    [
        ("barred", BarredError, {"barred": frozenset({ANA})}),
        ("not told of yet", GroupUnconfirmedError, {"unknown": frozenset({ANA})}),
    ],
)
def test_a_member_who_may_not_be_one_of_the_deciders_is_refused(_case, refusal, known):
    members = replace(group(ANA, BEN), **known)

    with pytest.raises(refusal):
        may(ANA, members)
    may(BEN, members)


def test_the_barred_do_not_make_a_quorum():
    members = replace(group(ANA, BEN), barred=frozenset({BEN}))

    with pytest.raises(NobodyCanApproveError, match="only 1 of its members"):
        require_enough_approvers(stage(quorum=2), members, authors=set())


def test_an_author_hears_first_that_it_is_their_own():
    stale = group(BEN, age=GROUP_TRUSTED_FOR * 2)

    with pytest.raises(OwnRequestError):
        may(ANA, stale, ANA)


def test_a_group_nobody_confirmed_lets_nobody_decide():
    with pytest.raises(GroupUnconfirmedError, match="try again in a minute"):
        may(ANA, group(ANA, age=timedelta(hours=2)), REQUESTER)


def test_an_unconfirmed_group_does_not_say_who_is_in_it():
    with pytest.raises(GroupUnconfirmedError):
        may(OUTSIDER, group(ANA, age=timedelta(hours=2)), REQUESTER)


@pytest.mark.parametrize(
    ("_case", "members", "quorum", "words"),
    [
        ("an empty group", [], 1, "1 approval from .* none of its members"),
        ("only the author", [REQUESTER], 1, "1 approval from .* none of its members"),
        ("one too few", [ANA, REQUESTER], 2, "2 approvals from .* only 1 of its members"),
    ],
)
def test_too_few_approvers_are_refused(_case, members, quorum, words):
    with pytest.raises(NobodyCanApproveError, match=words):
        require_enough_approvers(stage(quorum=quorum), group(*members), authors={REQUESTER})


def test_just_enough_approvers_pass():
    require_enough_approvers(stage(quorum=2), group(ANA, BEN, REQUESTER), authors={REQUESTER})


def test_a_policy_survives_storage():
    policy = PolicySnapshot("Approval", 3, (stage(quorum=2), stage(rejection_threshold=2)))

    assert PolicySnapshot.from_json(policy.to_json()) == policy
