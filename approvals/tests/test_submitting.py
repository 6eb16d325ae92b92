"""Sending a campaign, and its next version."""

from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine
from django.db import transaction

from approvals.effects import Effect
from approvals.models import AuditEntry, Campaign, PostedMessage, Revision
from approvals.refusals import (
    AlreadyRevisedError,
    NobodyCanApproveError,
    NoSuchCampaignError,
    NotConfiguredError,
    NothingToReviseError,
    NotYoursError,
    SentAlreadyError,
)
from approvals.services.campaigns import revise_campaign
from approvals.states import CampaignStatus, Verdict
from approvals.tests.factories import (
    ANA,
    BEN,
    CHANNEL_ID,
    OUTSIDER,
    REQUESTER,
    at_once,
    decide,
    make_content,
    make_group,
    queued,
    revise,
    set_up,
    submit,
)
from installations.tests.factories import make_workspace

BACK = Verdict.REQUEST_CHANGES
YEAR = datetime.now(UTC).year


def send_back(campaign: Campaign) -> Campaign:
    return decide(campaign, ANA, BACK, reason="Add the risk line.")


def test_a_sent_campaign_waits_with_its_rules_its_card_and_its_evidence(workspace):
    campaign = submit(workspace)

    revision = campaign.revisions.get()
    assert campaign.status == CampaignStatus.PENDING
    assert revision.content == make_content()
    assert revision.fingerprint == make_content().fingerprint()
    assert revision.rules.stages[0].quorum == 1
    assert campaign.messages.get().recipient_id == CHANNEL_ID
    assert queued(Effect.DELIVER_MESSAGE) == [{"message_id": campaign.messages.get().pk}]
    entry = AuditEntry.objects.get(action="campaign.submitted")
    assert (entry.actor_id, entry.subject) == (REQUESTER, f"{campaign.reference}/r1")
    assert entry.detail.details["fingerprint"] == revision.fingerprint


def test_stored_content_has_the_fingerprint_of_what_was_sent(workspace):
    campaign = submit(workspace, title="Cafe\u0301 & <Bar>", channels=("Print", "Email"))

    revision = Revision.objects.get(campaign=campaign)
    assert revision.content.fingerprint() == revision.fingerprint


def test_references_count_per_workspace_and_year(workspace):
    other = make_workspace("T222")
    set_up(other)
    references = [submit(workspace, key=str(number)).reference for number in range(3)]
    with time_machine.travel(datetime(YEAR + 1, 1, 1, tzinfo=UTC), tick=False):
        make_group(workspace)
        references.append(submit(workspace, key="next year").reference)
    references.append(submit(other, key="0").reference)

    assert references == [
        f"C-{YEAR}-0001",
        f"C-{YEAR}-0002",
        f"C-{YEAR}-0003",
        f"C-{YEAR + 1}-0001",
        f"C-{YEAR}-0001",
    ]


def test_a_campaign_that_is_rolled_back_leaves_no_gap(workspace):
    submit(workspace, key="first")
    with transaction.atomic():
        submit(workspace, key="lost")
        transaction.set_rollback(True)

    assert submit(workspace, key="second").reference == f"C-{YEAR}-0002"


def test_the_same_form_twice_is_one_campaign(workspace):
    first, second = submit(workspace, key="V1"), submit(workspace, key="V1")

    assert first == second
    assert Revision.objects.count() == PostedMessage.objects.count() == 1
    assert AuditEntry.objects.filter(action="campaign.submitted").count() == 1


def test_the_same_form_twice_is_one_campaign_even_when_the_group_has_shrunk_since(workspace):
    first = submit(workspace, key="V1")
    make_group(workspace, REQUESTER)

    assert submit(workspace, key="V1") == first


def test_the_same_form_key_in_another_workspace_is_another_campaign(workspace):
    other = make_workspace("T222")
    set_up(other)

    assert submit(workspace, key="V1") != submit(other, key="V1")


def test_without_a_policy_nothing_is_sent(unset):
    with pytest.raises(NotConfiguredError, match="Nobody has said yet"):
        submit(unset)

    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("_case", "members", "quorum", "words"),
    [
        ("only the requester", [REQUESTER], 1, "1 approval from .* none of its members"),
        ("one too few", [ANA, REQUESTER], 2, "2 approvals from .* only 1 of its members"),
    ],
)
def test_what_nobody_can_approve_is_not_sent(unset, _case, members, quorum, words):
    set_up(unset, *members, quorum=quorum)

    with pytest.raises(NobodyCanApproveError, match=words):
        submit(unset)
    assert not Campaign.objects.exists()
    assert not PostedMessage.objects.exists()


def test_a_disabled_group_approves_nothing(workspace):
    group = make_group(workspace)
    group.is_disabled = True
    group.save()

    with pytest.raises(NobodyCanApproveError):
        submit(workspace)


def test_campaigns_sent_in_the_same_instant_get_numbers_without_gap(committed):
    calls = [partial(submit, committed, key=str(number)) for number in range(12)]

    sent = at_once(*calls)

    assert sorted(campaign.reference for campaign in sent) == [
        f"C-{YEAR}-{number:04}" for number in range(1, 13)
    ]
    seqs = AuditEntry.objects.filter(workspace=committed).order_by("seq")
    assert list(seqs.values_list("seq", flat=True)) == list(range(1, 14))


def test_one_form_sent_twice_in_the_same_instant_is_one_campaign(committed):
    for number in range(10):
        key = f"V{number}"
        first, second = at_once(*[partial(submit, committed, key=key)] * 2)

        assert first == second
    assert Campaign.objects.count() == PostedMessage.objects.count() == 10


def test_a_new_version_waits_from_zero(workspace):
    campaign = send_back(submit(workspace))
    revised = revise(campaign, title="Second try")

    assert revised.status == CampaignStatus.PENDING
    assert (revised.revision_number, revised.settled_at) == (2, None)
    assert not revised.revisions.get(number=2).decisions.exists()
    assert revised.revisions.get(number=1).title == "Spring launch e-mail"
    entry = AuditEntry.objects.get(action="campaign.revised")
    assert entry.subject == f"{campaign.reference}/r2"
    assert decide(revised, ANA).status == CampaignStatus.APPROVED


def test_a_new_version_has_a_new_card_and_redraws_the_old_messages(workspace):
    campaign = send_back(submit(workspace))
    before = len(queued(Effect.DELIVER_MESSAGE))
    revise(campaign)

    drawn = {job["message_id"] for job in queued(Effect.DELIVER_MESSAGE)[before:]}
    assert drawn == set(campaign.messages.values_list("pk", flat=True))
    assert len(drawn) == 3


def test_a_new_version_follows_the_rules_of_its_day(workspace):
    campaign = send_back(submit(workspace))
    set_up(workspace, quorum=2)
    revised = revise(campaign)

    assert revised.revisions.get(number=2).rules.stages[0].quorum == 2
    assert revised.revisions.get(number=1).rules.stages[0].quorum == 1
    assert decide(revised, ANA).status == CampaignStatus.PENDING


@pytest.mark.parametrize("status", ["pending", "approved", "rejected"])
def test_only_what_was_sent_back_gets_a_new_version(workspace, status):
    campaign = submit(workspace)
    verdicts = {"approved": Verdict.APPROVE, "rejected": Verdict.REJECT}
    if status in verdicts:
        decide(campaign, ANA, verdicts[status])

    with pytest.raises(NothingToReviseError, match=f"is {status}, so nobody waits"):
        revise(campaign)
    assert Revision.objects.count() == 1


def test_only_the_requester_sends_a_new_version(workspace):
    campaign = send_back(submit(workspace))

    with pytest.raises(NotYoursError, match=f"Only <@{REQUESTER}>"):
        revise(campaign, by=OUTSIDER)


def test_a_form_opened_on_an_older_version_is_refused(workspace):
    campaign = send_back(submit(workspace))
    revise(campaign, title="Second try")

    with pytest.raises(AlreadyRevisedError, match="Version 2 has been sent since"):
        revise(campaign, revision=1)
    assert Revision.objects.count() == 2


def test_no_version_is_added_to_another_workspaces_campaign(workspace):
    campaign = send_back(submit(workspace))
    other = make_workspace("T222")
    set_up(other)

    with pytest.raises(NoSuchCampaignError):
        revise_campaign(
            workspace=other,
            reference=campaign.reference,
            revision=1,
            author_id=REQUESTER,
            content=make_content(),
        )


def test_a_new_version_that_nobody_can_approve_is_refused_and_nothing_moves(workspace):
    campaign = send_back(submit(workspace))
    make_group(workspace, REQUESTER)

    with pytest.raises(NobodyCanApproveError):
        revise(campaign)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.revision_number) == ("changes_requested", 1)


def test_a_new_version_sent_twice_in_the_same_instant_is_one(committed):
    for number in range(10):
        campaign = send_back(submit(committed, key=str(number)))
        answers = at_once(*[partial(revise, campaign)] * 2)

        assert sorted(type(answer).__name__ for answer in answers) == [
            "AlreadyRevisedError",
            "Campaign",
        ]
        assert campaign.revisions.count() == 2


def test_the_other_approver_may_decide_what_an_approver_sent(workspace):
    campaign = submit(workspace, by=ANA)

    assert decide(campaign, BEN).status == CampaignStatus.APPROVED


def test_a_form_that_comes_again_with_other_content_is_refused(workspace):
    sent = submit(workspace, key="V1", title="First title")

    with pytest.raises(SentAlreadyError, match=f"{sent.reference} was sent from this form"):
        submit(workspace, key="V1", title="Corrected title")
    assert submit(workspace, key="V1", title="First title") == sent
