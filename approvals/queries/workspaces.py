"""Who approves in a workspace, and what its people are."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from approvals.models import ApprovalPolicy, ApproverGroup, Person, PostedMessage
from approvals.policies import DECIDING, STANDING_TRUSTED_FOR, GroupMembers, Standing
from installations.models import Installation, Workspace


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
    people = Person.objects.filter(
        workspace_id=group.workspace_id,
        user_id__in=user_ids,
        synced_at__gte=timezone.now() - STANDING_TRUSTED_FOR,
    )
    standings = {person.user_id: Standing(person.standing) for person in people}
    return GroupMembers(
        user_ids=user_ids,
        synced_at=group.synced_at,
        barred=frozenset(uid for uid, standing in standings.items() if standing not in DECIDING),
        unknown=user_ids - set(standings),
    )


def group_choices(*, workspace_id: int, typed: str) -> tuple[GroupChoice, ...]:
    """Return up to 100 user groups whose handle or name contains ``typed``."""
    groups = ApproverGroup.objects.filter(workspace_id=workspace_id, is_disabled=False)
    if typed:
        groups = groups.filter(Q(handle__icontains=typed) | Q(name__icontains=typed))
    return tuple(
        GroupChoice(group.usergroup_id, group.handle, group.name, len(group.member_ids))
        for group in groups.order_by("handle")[:100]
    )


def person(*, workspace_id: int, user_id: str) -> Person | None:
    return Person.objects.filter(workspace_id=workspace_id, user_id=user_id).first()


def installer_id(workspace: Workspace) -> str:
    """Return who installed the app last, here or else for the organisation; may be empty."""
    rows = Installation.objects.filter(client_id=settings.SLACK_CLIENT_ID)
    installers = rows.of_installers_with_bot()
    of_organisation = installers.exactly(workspace.enterprise_id or "-", None)
    row = installers.filter(team_id=workspace.team_id).newest() or of_organisation.newest()
    return row.user_id if row else ""


def has_own_install(workspace: Workspace) -> bool:
    """Return whether the workspace installed the app itself, not only its organisation."""
    rows = Installation.objects.filter(client_id=settings.SLACK_CLIENT_ID)
    return rows.filter(team_id=workspace.team_id).speaking().exists()


def team_of_message(*, channel_id: str, ts: str) -> str:
    """Return the workspace into which we posted a message, or an empty string."""
    posted = PostedMessage.objects.filter(channel_id=channel_id, ts=ts).exclude(ts="")
    return posted.values_list("campaign__workspace__team_id", flat=True).first() or ""
