"""What the worker asks Slack about people and their groups."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from logging import getLogger
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from approvals.effects import Effect
from approvals.models import ApprovalPolicy, ApproverGroup, Person
from approvals.policies import Standing
from approvals.services import groups, people
from approvals.services.groups import SlackGroup
from installations.client import SlackLine
from installations.errors import RejectedError, SlackCallError
from installations.models import Workspace
from installations.retries import RETRY

STANDING_GOES_STALE = timedelta(hours=1)
NOT_SHOWN = frozenset({"user_not_found", "user_not_visible"})

logger = getLogger(__name__)


@app.task(name=Effect.SYNC_GROUPS, retry=RETRY)
def sync_groups(*, workspace_id: int, unless_younger_than: int = 0) -> None:
    """Ask Slack who is in which user group, and what those are who may be asked to decide."""
    asked_at = timezone.now()
    if not _synced_since(workspace_id, asked_at - timedelta(seconds=unless_younger_than)):
        line = SlackLine(Workspace.objects.get(pk=workspace_id))
        answer = line.call("usergroups.list", include_users=True)
        listed = [_slack_group(group) for group in answer.get("usergroups", [])]
        groups.record_groups(workspace_id=workspace_id, groups=listed, asked_at=asked_at)
    little_known = _little_known_approvers(workspace_id, asked_at - STANDING_GOES_STALE)
    if little_known:
        _ask_about(workspace_id, little_known)


def _ask_about(workspace_id: int, user_ids: Iterable[str]) -> None:
    """Ask about everyone, also past somebody about whom Slack fails; then fail with that."""
    line, failures = SlackLine(Workspace.objects.get(pk=workspace_id)), []
    for user_id in user_ids:
        try:
            _learn_standing(line, workspace_id, user_id)
        except SlackCallError as failed:
            failures.append(failed)
    if failures:
        raise failures[0]


@app.task(name=Effect.SYNC_PERSON, retry=RETRY)
def sync_person(*, workspace_id: int, user_id: str) -> None:
    """Ask Slack what somebody is in the workspace, and keep the answer."""
    _learn_standing(SlackLine(Workspace.objects.get(pk=workspace_id)), workspace_id, user_id)


def _learn_standing(line: SlackLine, workspace_id: int, user_id: str) -> None:
    asked_at = timezone.now()
    try:
        standing = standing_of(line.call("users.info", user=user_id).get("user") or {})
    except RejectedError as refused:
        if refused.code not in NOT_SHOWN:
            raise
        logger.info("Slack does not show us %s: %s", user_id, refused.code)
        standing = Standing.GONE
    people.record_person(
        workspace_id=workspace_id, user_id=user_id, standing=standing, asked_at=asked_at
    )


def standing_of(user: dict[str, Any]) -> Standing:
    """Read Slack's user object: docs.slack.dev/reference/objects/user-object."""
    if user.get("deleted"):
        return Standing.GONE
    if user.get("is_bot") or user.get("is_app_user"):
        return Standing.BOT
    if user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"):
        return Standing.GUEST
    if user.get("is_admin") or user.get("is_owner"):
        return Standing.ADMIN
    return Standing.MEMBER


def _little_known_approvers(workspace_id: int, before: datetime) -> list[str]:
    """Return the members of groups that approve of whom we last heard before ``before``."""
    used = ApprovalPolicy.objects.filter(workspace_id=workspace_id).values("approver_group")
    approving = ApproverGroup.objects.filter(pk__in=used).values_list("member_ids", flat=True)
    members = {user_id for member_ids in approving for user_id in member_ids}
    known = Person.objects.filter(workspace_id=workspace_id, synced_at__gte=before)
    return sorted(members - set(known.values_list("user_id", flat=True)))


def _synced_since(workspace_id: int, since: datetime) -> bool:
    known = ApproverGroup.objects.filter(workspace_id=workspace_id)
    return known.filter(synced_at__gte=since).exists()


def _slack_group(group: dict[str, Any]) -> SlackGroup:
    return SlackGroup(
        usergroup_id=group["id"],
        handle=group.get("handle", ""),
        name=group.get("name", ""),
        member_ids=tuple(group.get("users", [])),
    )
