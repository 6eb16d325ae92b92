"""Keeps what Slack says about user groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from approvals.models import ApproverGroup
from installations.models import Workspace

REFRESHED = ["handle", "name", "member_ids", "is_disabled", "synced_at"]


@dataclass(frozen=True, slots=True)
class SlackGroup:
    """A user group as Slack listed it."""

    usergroup_id: str
    handle: str
    name: str
    member_ids: tuple[str, ...]


@transaction.atomic
def record_groups(*, workspace_id: int, groups: Iterable[SlackGroup], asked_at: datetime) -> None:
    """Keep the workspace's groups as Slack listed them at ``asked_at``; the missing are disabled.

    An older listing never overwrites a newer one; the workspace's lock puts them in order.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)
    listed = [_row(workspace_id, group, asked_at) for group in groups]
    known = ApproverGroup.objects.filter(workspace_id=workspace_id)
    newer = set(known.filter(synced_at__gte=asked_at).values_list("usergroup_id", flat=True))
    ApproverGroup.objects.bulk_create(
        [row for row in listed if row.usergroup_id not in newer],
        update_conflicts=True,
        unique_fields=["workspace", "usergroup_id"],
        update_fields=REFRESHED,
    )
    missing = known.exclude(usergroup_id__in=[row.usergroup_id for row in listed])
    missing.filter(synced_at__lt=asked_at).update(
        is_disabled=True, member_ids=[], synced_at=asked_at
    )


def _row(workspace_id: int, group: SlackGroup, asked_at: datetime) -> ApproverGroup:
    return ApproverGroup(
        workspace_id=workspace_id,
        usergroup_id=group.usergroup_id,
        handle=group.handle,
        name=group.name,
        member_ids=sorted(group.member_ids),
        is_disabled=False,
        synced_at=asked_at,
    )
