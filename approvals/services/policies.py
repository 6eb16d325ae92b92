"""Sets who approves in a workspace."""

from django.db import transaction
from django.utils import timezone

from approvals import audit, effects, queries
from approvals.audit import AuditAction
from approvals.models import ApprovalPolicy, ApproverGroup
from approvals.policies import Standing, require_admin
from approvals.refusals import NoSuchGroupError, TooFewMembersError
from approvals.services import messages
from installations.models import Workspace

POLICY_NAME = "Campaign approval"


@transaction.atomic
def set_policy(
    *, workspace: Workspace, actor_id: str, usergroup_id: str, quorum: int, channel_id: str
) -> ApprovalPolicy:
    """Add a version of the workspace's policy; campaigns under way keep theirs.

    Cards that Slack refused to post so far go to the new channel.

    Raises:
        NotAllowedToSetUpError: ``actor_id`` is neither an admin nor the app itself.
        NoSuchGroupError: Slack does not list such a group.
        TooFewMembersError: the group could never reach the quorum.
    """
    require_may_set_up(workspace=workspace, actor_id=actor_id)
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)  # one at a time
    group = _group(workspace, usergroup_id, quorum)
    before = queries.current_policy(workspace.pk)
    policy = ApprovalPolicy.objects.create(
        workspace=workspace,
        name=POLICY_NAME,
        version=before.version + 1 if before else 1,
        approver_group=group,
        quorum=quorum,
        channel_id=channel_id,
        created_by=actor_id,
    )
    effects.sync_groups(workspace_id=workspace.pk)  # what are its members?
    messages.move_refused_cards(workspace_id=workspace.pk, channel_id=channel_id)
    audit.record(
        AuditAction.POLICY_CHANGED,
        workspace_id=workspace.pk,
        actor_id=actor_id,
        subject=str(policy),
        details={"before": _described(before), "after": _described(policy)},
    )
    return policy


def _group(workspace: Workspace, usergroup_id: str, quorum: int) -> ApproverGroup:
    group = ApproverGroup.objects.filter(workspace=workspace, usergroup_id=usergroup_id).first()
    if group is None or group.is_disabled:
        raise NoSuchGroupError
    deciders = len(queries.group_members(group).deciders)
    if deciders < quorum:
        raise TooFewMembersError(group.handle, deciders)
    return group


def require_may_set_up(*, workspace: Workspace, actor_id: str) -> None:
    """Pass for an admin of the workspace, or for the app setting itself up.

    Raises:
        NotAllowedToSetUpError: for everybody else.
    """
    if actor_id == audit.SYSTEM:
        return
    person = queries.person(workspace_id=workspace.pk, user_id=actor_id)
    require_admin(
        Standing(person.standing) if person else None,
        synced_at=person.synced_at if person else None,
        now=timezone.now(),
    )


def _described(policy: ApprovalPolicy | None) -> dict[str, str | int] | None:
    if policy is None:
        return None
    return {
        "approver_group": policy.approver_group.usergroup_id,
        "quorum": policy.quorum,
        "channel_id": policy.channel_id,
    }
