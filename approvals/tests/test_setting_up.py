"""Who approves: saying so, and what Slack says about groups."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from approvals import audit, queries
from approvals.effects import Effect
from approvals.models import ApprovalPolicy, ApproverGroup, AuditEntry, MessageState, Person
from approvals.policies import Standing
from approvals.refusals import (
    NoSuchGroupError,
    NotAllowedToSetUpError,
    StandingUnconfirmedError,
    TooFewMembersError,
)
from approvals.services.groups import SlackGroup, record_groups
from approvals.services.policies import require_may_set_up, set_policy
from approvals.tests.factories import (
    ADMIN,
    ANA,
    BEN,
    CHANNEL_ID,
    GROUP_ID,
    OUTSIDER,
    at_once,
    make_group,
    make_person,
    queued,
    submit,
)
from installations.models import Workspace
from installations.tests.factories import make_workspace

NOW = timezone.now() + timedelta(days=1)  # after whatever the factories make


def save(workspace: Workspace, *, by: str = ADMIN, **changes) -> ApprovalPolicy:
    values = {"usergroup_id": GROUP_ID, "quorum": 1, "channel_id": CHANNEL_ID}
    return set_policy(workspace=workspace, actor_id=by, **{**values, **changes})


def listed(*members: str, usergroup_id: str = GROUP_ID, **changes) -> SlackGroup:
    values = {"handle": "campaign-approvers", "name": "Campaign approvers", **changes}
    return SlackGroup(usergroup_id=usergroup_id, member_ids=members, **values)


def hear(workspace: Workspace, *groups: SlackGroup, seconds: int = 0) -> None:
    asked_at = NOW + timedelta(seconds=seconds)
    record_groups(workspace_id=workspace.pk, groups=groups, asked_at=asked_at)


def members(workspace: Workspace, usergroup_id: str = GROUP_ID) -> set[str]:
    group = ApproverGroup.objects.get(workspace=workspace, usergroup_id=usergroup_id)
    return set(queries.group_members(group).user_ids)


def test_a_change_adds_a_version_and_its_evidence(workspace):
    save(workspace, quorum=2, channel_id="C0OTHER")

    setup = queries.setup(workspace_id=workspace.pk)
    assert setup is not None
    assert (setup.policy_version, setup.quorum, setup.channel_id) == (2, 2, "C0OTHER")
    entry = AuditEntry.objects.filter(action="policy.changed").last()
    assert entry is not None
    assert (entry.actor_id, entry.subject) == (ADMIN, "Campaign approval v2")
    assert entry.detail.details == {
        "before": {"approver_group": GROUP_ID, "quorum": 1, "channel_id": CHANNEL_ID},
        "after": {"approver_group": GROUP_ID, "quorum": 2, "channel_id": "C0OTHER"},
    }


@pytest.mark.parametrize("standing", [Standing.MEMBER, Standing.GUEST, Standing.BOT, Standing.GONE])
def test_only_admins_and_the_app_itself_set_up(workspace, standing):
    make_person(workspace, OUTSIDER, standing)

    with pytest.raises(NotAllowedToSetUpError, match="Only admins and owners"):
        save(workspace, by=OUTSIDER)
    require_may_set_up(workspace=workspace, actor_id=ADMIN)
    require_may_set_up(workspace=workspace, actor_id=audit.SYSTEM)
    assert ApprovalPolicy.objects.count() == 1


def test_whoever_installed_the_app_is_nobody_special(workspace):
    make_person(workspace, "U_INSTALLER", Standing.MEMBER)

    with pytest.raises(NotAllowedToSetUpError, match="Only admins and owners"):
        save(workspace, by="U_INSTALLER")


@pytest.mark.parametrize("user_id", ["U0STRANGER", ""])
def test_somebody_slack_has_not_told_us_of_is_asked_to_try_again(workspace, user_id):
    with pytest.raises(StandingUnconfirmedError, match="Try again"):
        save(workspace, by=user_id)


def test_an_admin_whom_slack_has_not_confirmed_lately_is_asked_to_try_again(workspace):
    Person.objects.filter(user_id=ADMIN).update(synced_at=timezone.now() - timedelta(minutes=121))

    with pytest.raises(StandingUnconfirmedError):
        save(workspace)


def test_an_admin_of_one_workspace_is_none_in_another(workspace):
    other = make_workspace("T222")
    hear(other, listed(ANA, BEN))

    with pytest.raises(StandingUnconfirmedError):
        save(other)


def test_guests_do_not_count_towards_a_quorum(workspace):
    make_person(workspace, BEN, Standing.GUEST)

    with pytest.raises(TooFewMembersError, match="1 person"):
        save(workspace, quorum=2)


@pytest.mark.parametrize("usergroup_id", ["S0NOBODY", ""])
def test_a_group_slack_does_not_list_is_refused(workspace, usergroup_id):
    with pytest.raises(NoSuchGroupError, match="Choose another"):
        save(workspace, usergroup_id=usergroup_id)


def test_another_workspaces_group_is_refused(workspace):
    other = make_workspace("T222")
    make_person(other, ADMIN, Standing.ADMIN)

    with pytest.raises(NoSuchGroupError):
        save(other)


def test_a_disabled_group_is_refused(workspace):
    hear(workspace, seconds=60)

    with pytest.raises(NoSuchGroupError):
        save(workspace)


@pytest.mark.parametrize(
    ("members", "words"),
    [((), "has 0 people"), ((ANA,), "has 1 person."), ((ANA, BEN), "2 people")],
)
def test_a_quorum_that_the_group_can_never_reach_is_refused(unset, members, words):
    hear(unset, listed(*members))

    with pytest.raises(TooFewMembersError, match=words):
        save(unset, quorum=len(members) + 1)
    assert not ApprovalPolicy.objects.exists()


def test_two_changes_in_the_same_instant_are_two_versions(committed):
    answers = at_once(*[partial(save, committed, quorum=number) for number in (1, 2, 1, 2)])

    assert sorted(policy.version for policy in answers) == [2, 3, 4, 5]


def test_a_card_slack_refused_goes_to_the_new_channel(workspace):
    refused, posted, waiting = (submit(workspace, key=str(number)) for number in range(3))
    refused.messages.update(state=MessageState.FAILED, last_error="is_archived")
    posted.messages.update(state=MessageState.POSTED, ts="1.1", channel_id=CHANNEL_ID)
    before = len(queued(Effect.DELIVER_MESSAGE))
    save(workspace, channel_id="C0OTHER")

    assert refused.messages.get().recipient_id == "C0OTHER"
    assert posted.messages.get().recipient_id == waiting.messages.get().recipient_id == CHANNEL_ID
    assert queued(Effect.DELIVER_MESSAGE)[before:] == [{"message_id": refused.messages.get().pk}]


def test_groups_are_kept_as_slack_lists_them(unset):
    hear(unset, listed(BEN, ANA), listed(usergroup_id="S2", handle="legal"))

    assert members(unset) == {ANA, BEN}
    assert [group.handle for group in queries.group_choices(workspace_id=unset.pk, typed="")] == [
        "campaign-approvers",
        "legal",
    ]


def test_a_newer_listing_replaces_an_older_one(unset):
    hear(unset, listed(ANA))
    hear(unset, listed(BEN, handle="renamed"), seconds=1)

    assert members(unset) == {BEN}
    assert ApproverGroup.objects.get().handle == "renamed"


def test_an_older_listing_that_comes_late_changes_nothing(unset):
    hear(unset, listed(BEN), seconds=1)
    hear(unset, listed(ANA), listed(ANA, usergroup_id="S2"))
    hear(unset)

    assert members(unset) == {BEN}
    assert ApproverGroup.objects.get(usergroup_id=GROUP_ID).synced_at == NOW + timedelta(seconds=1)
    assert members(unset, "S2") == {ANA}  # nobody has heard of it since


def test_a_group_that_is_no_longer_listed_has_no_members(unset):
    hear(unset, listed(ANA), listed(BEN, usergroup_id="S2"))
    hear(unset, listed(BEN, usergroup_id="S2"), seconds=1)

    assert members(unset) == set()
    assert ApproverGroup.objects.get(usergroup_id=GROUP_ID).is_disabled
    assert members(unset, "S2") == {BEN}


def test_a_group_that_is_listed_again_is_back(unset):
    hear(unset, listed(ANA))
    hear(unset, seconds=1)
    hear(unset, listed(ANA), seconds=2)

    assert members(unset) == {ANA}


def test_one_workspaces_listing_does_not_touch_anothers(unset):
    other = make_workspace("T222")
    make_group(other)
    hear(unset, seconds=60)

    assert members(other) == {ANA, BEN}


def test_of_two_listings_in_the_same_instant_the_newer_wins(committed):
    for number in range(20):
        older = partial(hear, committed, listed(ANA), seconds=60 + 2 * number)
        newer = partial(hear, committed, listed(BEN), seconds=61 + 2 * number)
        answers = at_once(older, newer, older, newer)

        assert answers == [None] * 4
        assert members(committed) == {BEN}


def test_groups_are_offered_by_handle_or_name_and_never_anothers(workspace):
    make_group(make_workspace("T222"))
    hear(
        workspace,
        listed(ANA),
        listed(usergroup_id="S2", handle="legal", name="Juristes"),
        seconds=1,
    )

    def offered(typed: str) -> list[str]:
        found = queries.group_choices(workspace_id=workspace.pk, typed=typed)
        return [group.handle for group in found]

    assert offered("") == ["campaign-approvers", "legal"]
    assert offered("JURIS") == offered("leg") == ["legal"]
    assert offered("%") == offered("nobody") == []
