"""Sends campaigns and their new versions for approval."""

from dataclasses import asdict
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from approvals import audit, effects, queries
from approvals.audit import AuditAction
from approvals.content import CampaignContent
from approvals.models import ApprovalPolicy, Campaign, MessageKind, Revision
from approvals.policies import PolicySnapshot, Stage, require_enough_approvers
from approvals.refusals import (
    AlreadyRevisedError,
    NotConfiguredError,
    NothingChangedError,
    NothingToReviseError,
    NotYoursError,
    SentAlreadyError,
)
from approvals.services import messages
from approvals.states import CampaignStatus
from installations.models import Workspace

# One statement, so that two campaigns sent in the same instant get two numbers, without a gap
# when one of them is rolled back.
NEXT_NUMBER = """
    INSERT INTO approvals_referencecounter (workspace_id, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (workspace_id, year) DO UPDATE SET last = approvals_referencecounter.last + 1
    RETURNING last
"""


@transaction.atomic
def submit_campaign(
    *, workspace: Workspace, requester_id: str, content: CampaignContent, submission_key: str
) -> Campaign:
    """Create a pending campaign with its first revision and queue its card.

    The same ``submission_key`` twice is one campaign: a form sent twice changes nothing.

    Raises:
        SentAlreadyError: it was sent before, with other content.
        NotConfiguredError: the workspace has no policy yet.
        NobodyCanApproveError: the quorum cannot be reached without the requester.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    sent = Campaign.objects.in_workspace(workspace.pk).filter(submission_key=submission_key).first()
    if sent is not None:
        _require_same(sent, content)
        return sent
    policy = _policy_that_can_approve(workspace, requester_id)
    campaign = Campaign.objects.create(
        workspace=workspace,
        reference=_next_reference(workspace.pk, timezone.now()),
        requester_id=requester_id,
        submission_key=submission_key,
    )
    revision = _add_revision(campaign, policy, content, author_id=requester_id)
    messages.create_message(
        campaign=campaign, kind=MessageKind.CARD, recipient_id=policy.channel_id
    )
    _tell(campaign, requester_id)
    _record(AuditAction.CAMPAIGN_SUBMITTED, campaign, revision, actor_id=requester_id)
    return campaign


@transaction.atomic
def revise_campaign(
    *,
    workspace: Workspace,
    reference: str,
    revision: int,
    author_id: str,
    content: CampaignContent,
) -> Campaign:
    """Answer a request for changes: a new revision replaces ``revision`` and waits from zero.

    Raises:
        NoSuchCampaignError: not in this workspace.
        NotYoursError: somebody else sent it.
        AlreadyRevisedError: there is a newer revision already.
        NothingToReviseError: nobody asked for changes.
        NothingChangedError: the content is that of ``revision``.
        NobodyCanApproveError: the quorum cannot be reached without the authors.
    """
    campaign = Campaign.objects.in_workspace(workspace.pk).locked().of_reference(reference)
    _require_revisable(campaign, revision, author_id, content)
    policy = _policy_that_can_approve(workspace, author_id)
    _reopen(campaign)
    added = _add_revision(campaign, policy, content, author_id=author_id)
    messages.create_message(
        campaign=campaign, kind=MessageKind.CARD, recipient_id=policy.channel_id
    )
    messages.redraw_messages(campaign=campaign, revision_number=revision)  # their buttons are done
    _tell(campaign, author_id)
    _record(AuditAction.CAMPAIGN_REVISED, campaign, added, actor_id=author_id)
    return campaign


def _require_same(sent: Campaign, content: CampaignContent) -> None:
    """Pass when a form that comes again says what it said before."""
    if not sent.revisions.filter(number=1, fingerprint=content.fingerprint()).exists():
        raise SentAlreadyError(sent.reference)


def _require_revisable(
    campaign: Campaign, revision: int, author_id: str, content: CampaignContent
) -> None:
    if campaign.requester_id != author_id:
        raise NotYoursError(f"<@{campaign.requester_id}>")
    if campaign.revision_number != revision:
        raise AlreadyRevisedError(campaign.revision_number)
    if campaign.status != CampaignStatus.CHANGES_REQUESTED:
        raise NothingToReviseError(CampaignStatus(campaign.status).label)
    if campaign.revisions.filter(number=revision, fingerprint=content.fingerprint()).exists():
        raise NothingChangedError(revision)


def _policy_that_can_approve(workspace: Workspace, author_id: str) -> ApprovalPolicy:
    """Return the policy in force, under which others than the author can reach the quorum."""
    policy = _policy(workspace)
    group = queries.group_members(policy.approver_group)
    require_enough_approvers(_rules(policy).stages[0], group, authors={author_id})
    return policy


def _policy(workspace: Workspace) -> ApprovalPolicy:
    policy = queries.current_policy(workspace.pk)
    if policy is None:
        raise NotConfiguredError
    return policy


def _rules(policy: ApprovalPolicy) -> PolicySnapshot:
    stage = Stage(
        name=policy.name,
        usergroup_id=policy.approver_group.usergroup_id,
        quorum=policy.quorum,
    )
    return PolicySnapshot(name=policy.name, version=policy.version, stages=(stage,))


def _next_reference(workspace_id: int, now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [workspace_id, now.year])
        [number] = cursor.fetchone()
    return f"C-{now.year}-{number:04}"


def _add_revision(
    campaign: Campaign, policy: ApprovalPolicy, content: CampaignContent, *, author_id: str
) -> Revision:
    return Revision.objects.create(
        campaign=campaign,
        number=campaign.revision_number,
        **{**asdict(content), "channels": list(content.channels)},
        fingerprint=content.fingerprint(),
        policy=policy,
        policy_snapshot=_rules(policy).to_json(),
        author_id=author_id,
    )


def _reopen(campaign: Campaign) -> None:
    campaign.revision_number += 1
    campaign.version += 1
    campaign.status = CampaignStatus.PENDING
    campaign.settled_at = None
    campaign.save(update_fields=["revision_number", "version", "status", "settled_at"])


def _tell(campaign: Campaign, author_id: str) -> None:
    """Queue what keeps the decision possible and the author's Home current."""
    effects.sync_groups(workspace_id=campaign.workspace_id)
    effects.publish_home(workspace_id=campaign.workspace_id, user_id=author_id)


def _record(action: AuditAction, campaign: Campaign, revision: Revision, *, actor_id: str) -> None:
    audit.record(
        action,
        workspace_id=campaign.workspace_id,
        actor_id=actor_id,
        subject=f"{campaign.reference}/r{revision.number}",
        details={
            "fingerprint": revision.fingerprint,
            "policy": revision.policy_snapshot,
            "title": revision.title,
        },
    )
