"""Approving, rejecting, sending back; and every reason why a click does not count."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import queries
from approvals.effects import Effect
from approvals.models import AuditEntry, Decision, MessageKind
from approvals.refusals import (
    AlreadyDecidedError,
    AlreadySettledError,
    GroupUnconfirmedError,
    NoSuchCampaignError,
    NotAnApproverError,
    OwnRequestError,
    SupersededError,
)
from approvals.services.decisions import (
    record_decision,
    record_refusal,
    require_can_decide,
)
from approvals.states import CampaignStatus, Verdict
from approvals.tests.factories import (
    ANA,
    BEN,
    OUTSIDER,
    REQUESTER,
    decide,
    make_ballot,
    make_group,
    queued,
    revise,
    set_up,
    submit,
)
from installations.tests.factories import make_workspace

YES, NO, BACK = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES


def sent_back_and_revised(workspace):
    campaign = submit(workspace)
    decide(campaign, ANA, BACK, reason="Add the risk line.")
    return revise(campaign)


def test_one_approval_settles_a_quorum_of_one(workspace):
    campaign = decide(submit(workspace), ANA)

    decision = Decision.objects.get()
    assert campaign.status == CampaignStatus.APPROVED
    assert campaign.settled_at is not None
    assert decision.fingerprint == campaign.revisions.get().fingerprint
    assert timezone.now() - decision.group_synced_at < timedelta(minutes=1)


def test_a_quorum_of_two_needs_two_people(unset):
    set_up(unset, quorum=2)
    campaign = submit(unset)

    assert decide(campaign, ANA).status == CampaignStatus.PENDING
    assert not campaign.messages.filter(kind=MessageKind.OUTCOME).exists()
    assert decide(campaign, BEN).status == CampaignStatus.APPROVED
    assert campaign.messages.filter(kind=MessageKind.OUTCOME).count() == 1


@pytest.mark.parametrize(("verdict", "status"), [(NO, "rejected"), (BACK, "changes_requested")])
def test_one_voice_against_settles_whatever_the_quorum(unset, verdict, status):
    set_up(unset, quorum=2)
    campaign = submit(unset)
    decide(campaign, ANA)

    assert decide(campaign, BEN, verdict, reason="No.").status == status


def test_the_evidence_tells_who_what_why_and_on_whose_word(workspace):
    campaign = decide(submit(workspace), ANA, NO, reason="Claim not substantiated.")

    entry = AuditEntry.objects.get(action="decision.recorded")
    decision = Decision.objects.get()
    assert (entry.actor_id, entry.subject) == (ANA, f"{campaign.reference}/r1")
    assert entry.detail.details == {
        "verdict": "reject",
        "reason": "Claim not substantiated.",
        "fingerprint": decision.fingerprint,
        "group_synced_at": decision.group_synced_at.isoformat(),
        "status_after": "rejected",
    }


def test_a_decision_queues_the_card_the_outcome_and_both_homes(workspace):
    campaign = submit(workspace)
    before = len(queued(Effect.DELIVER_MESSAGE))
    decide(campaign, ANA)

    drawn = [job["message_id"] for job in queued(Effect.DELIVER_MESSAGE)[before:]]
    assert sorted(drawn) == sorted(campaign.messages.values_list("pk", flat=True))
    homes = [job["user_id"] for job in queued(Effect.PUBLISH_HOME)[-2:]]
    assert set(homes) == {ANA, REQUESTER}


def test_what_was_sent_back_is_decided_afresh(workspace):
    campaign = decide(sent_back_and_revised(workspace), ANA)

    assert campaign.status == CampaignStatus.APPROVED
    assert list(Decision.objects.order_by("pk").values_list("revision__number", flat=True)) == [
        1,
        2,
    ]
    outcomes = campaign.messages.filter(kind=MessageKind.OUTCOME)
    assert list(outcomes.order_by("pk").values_list("revision_number", flat=True)) == [1, 2]


def refused(campaign, by: str, error: type[Exception], words: str, **changes) -> None:
    """Assert that the click is refused with these words and leaves nothing behind."""
    before = (Decision.objects.count(), campaign.messages.count(), AuditEntry.objects.count())
    with pytest.raises(error, match=words):
        decide(campaign, by, **changes)
    after = (Decision.objects.count(), campaign.messages.count(), AuditEntry.objects.count())
    assert after == before


def test_somebody_outside_the_group_is_refused(workspace):
    refused(
        submit(workspace), OUTSIDER, NotAnApproverError, "Only members of <!subteam.*Nothing was"
    )


def test_the_requester_is_refused_even_as_an_approver(workspace):
    refused(submit(workspace, by=ANA), ANA, OwnRequestError, "<@U0BEN> can. Nothing was recorded")


def test_the_author_of_an_earlier_version_is_refused(workspace):
    campaign = submit(workspace, by=ANA)
    decide(campaign, BEN, BACK, reason="Shorter.")
    revised = revise(campaign, by=ANA)

    refused(revised, ANA, OwnRequestError, "You wrote or edited this campaign")


def test_a_second_click_is_refused(unset):
    set_up(unset, quorum=2)
    campaign = submit(unset)
    decide(campaign, ANA)

    refused(campaign, ANA, AlreadyDecidedError, "your first decision stands")
    refused(campaign, ANA, AlreadyDecidedError, "your first decision stands", verdict=NO)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [(YES, "approved"), (NO, "rejected"), (BACK, "sent back for changes")],
)
def test_a_click_after_the_end_hears_who_settled_it(workspace, verdict, status):
    campaign = decide(submit(workspace), ANA, verdict, reason="Because.")

    refused(campaign, BEN, AlreadySettledError, f"This is {status} already by <@{ANA}>")


def test_the_last_decision_counts_as_the_one_that_settled_whatever_the_clocks_say(unset):
    set_up(unset, quorum=2)
    campaign = submit(unset)
    decide(campaign, ANA)
    late = Decision.objects.create(
        revision=campaign.revisions.get(),
        approver_id=BEN,
        verdict=NO,
        fingerprint="f" * 64,
        group_synced_at=timezone.now(),
        decided_at=timezone.now() - timedelta(seconds=30),  # a web server whose clock is behind
    )
    campaign.status = CampaignStatus.REJECTED
    campaign.save()

    settling = queries.card(campaign).settling
    assert settling is not None
    assert settling.approver_id == late.approver_id


def test_a_click_on_an_older_version_is_refused(workspace):
    refused(
        sent_back_and_revised(workspace),
        BEN,
        SupersededError,
        "Version 2 has replaced the one you were looking at",
        revision=1,
    )


def test_a_click_on_a_version_to_come_is_refused(workspace):
    refused(submit(workspace), BEN, SupersededError, "Version 1", revision=7)


def test_another_workspaces_campaign_does_not_exist_here(workspace):
    campaign = submit(workspace)
    other = make_workspace("T222")
    set_up(other)

    with pytest.raises(NoSuchCampaignError, match="no such campaign in this workspace"):
        record_decision(workspace_id=other.pk, ballot=make_ballot(campaign, ANA))
    assert not Decision.objects.exists()


def test_a_group_slack_has_not_confirmed_lately_decides_nothing(workspace):
    campaign = submit(workspace)
    make_group(workspace, age=timedelta(minutes=61))

    refused(campaign, ANA, GroupUnconfirmedError, "try again in a minute. Nothing was recorded")


def test_a_disabled_group_decides_nothing(workspace):
    campaign = submit(workspace)
    group = make_group(workspace)
    group.is_disabled = True
    group.save()

    refused(campaign, ANA, NotAnApproverError, "Only members of")


def test_somebody_who_left_the_group_since_is_refused(workspace):
    campaign = submit(workspace)
    make_group(workspace, BEN)

    refused(campaign, ANA, NotAnApproverError, "Only members of")


def test_a_campaign_keeps_its_rules_while_it_waits(workspace):
    campaign = submit(workspace)
    set_up(workspace, quorum=2)

    assert decide(campaign, ANA).status == CampaignStatus.APPROVED


def test_people_hear_first_whether_they_may_decide_at_all(workspace):
    campaign = decide(submit(workspace), ANA)
    old = {"revision": 9}

    refused(campaign, OUTSIDER, NotAnApproverError, "Only members", **old)
    refused(campaign, BEN, SupersededError, "Version 1", **old)
    refused(campaign, ANA, AlreadyDecidedError, "first decision stands")
    refused(campaign, BEN, AlreadySettledError, "approved already")
    make_group(workspace, age=timedelta(hours=2))
    refused(campaign, OUTSIDER, GroupUnconfirmedError, "try again", **old)


def test_a_form_opens_only_for_those_who_may_decide(workspace):
    campaign = submit(workspace)

    require_can_decide(workspace_id=workspace.pk, ballot=make_ballot(campaign, ANA, NO))
    with pytest.raises(NotAnApproverError):
        require_can_decide(workspace_id=workspace.pk, ballot=make_ballot(campaign, OUTSIDER, NO))


def test_a_refusal_is_evidence_and_has_slack_asked_again(workspace):
    campaign = submit(workspace)
    ballot = make_ballot(campaign, OUTSIDER)
    refusal = NotAnApproverError("<!subteam^S1>")
    record_refusal(workspace_id=workspace.pk, ballot=ballot, refusal=refusal)

    entry = AuditEntry.objects.get(action="decision.refused")
    assert entry.actor_id == OUTSIDER
    assert entry.detail.details == {"verdict": "approve", "refusal": "not_an_approver"}
    assert queued(Effect.SYNC_GROUPS)[-1] == {
        "workspace_id": workspace.pk,
        "unless_younger_than": 30,
    }


def test_the_database_itself_allows_one_decision_per_person(workspace):
    campaign = decide(submit(workspace), ANA)
    first = Decision.objects.get()

    with pytest.raises(IntegrityError, match="decision_once"), transaction.atomic():
        Decision.objects.create(
            revision=campaign.revisions.get(),
            approver_id=ANA,
            verdict=NO,
            fingerprint=first.fingerprint,
            group_synced_at=first.group_synced_at,
        )


def test_lists_show_what_waits_for_whom(unset):
    set_up(unset, ANA, BEN, "U0KIM", quorum=2)
    waiting, half = submit(unset, key="1"), submit(unset, key="2")
    decide(half, ANA)
    own = submit(unset, key="3", by=ANA)

    ana = queries.home(workspace=unset, user_id=ANA)
    ben = queries.home(workspace=unset, user_id=BEN)
    assert {line.reference for line in ana.waiting} == {waiting.reference}
    assert [line.reference for line in ana.sent] == [own.reference]
    assert [line.reference for line in ana.decided] == [half.reference]
    assert {line.reference for line in ben.waiting} == {
        waiting.reference,
        half.reference,
        own.reference,
    }
    assert not queries.home(workspace=unset, user_id=OUTSIDER).waiting


def test_a_campaign_that_two_decided_on_is_listed_once(unset):
    set_up(unset, quorum=2)
    campaign = submit(unset)
    decide(campaign, ANA)
    decide(campaign, BEN)

    assert len(queries.home(workspace=unset, user_id=ANA).decided) == 1


def test_lists_end_at_the_workspaces_border(workspace):
    submit(workspace)
    other = make_workspace("T222")
    set_up(other)

    assert not queries.home(workspace=other, user_id=ANA).waiting
    assert not queries.home(workspace=other, user_id=REQUESTER).sent


def test_a_home_takes_as_many_queries_for_many_campaigns_as_for_one(
    workspace, django_assert_num_queries
):
    for number in range(12):
        submit(workspace, key=str(number))
        decide(submit(workspace, key=f"decided {number}"), ANA)

    with django_assert_num_queries(7):  # three lists, places for two, policy, the viewer
        page = queries.home(workspace=workspace, user_id=ANA)
    assert len(page.waiting) == len(page.decided) == 10
