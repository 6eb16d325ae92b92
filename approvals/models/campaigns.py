"""Campaigns with their versions and the decisions on them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from approvals.content import CampaignContent
from approvals.models.policies import ApprovalPolicy
from approvals.policies import PolicySnapshot
from approvals.refusals import NoSuchCampaignError
from approvals.states import CampaignStatus, Verdict
from installations.models import Workspace


class ReferenceCounter(models.Model):
    """The last campaign number that a workspace gave out in a year."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="counter_once", fields=["workspace", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def in_workspace(self, workspace_id: int) -> "CampaignQuerySet":
        """Return one tenant's campaigns; every read that starts in Slack starts here.

        Those whose content was purged are evidence only, and nobody's to see in Slack.
        """
        return self.filter(workspace_id=workspace_id, erased_at=None)

    def locked(self) -> "CampaignQuerySet":
        """Return the rows locked until the end of the transaction."""
        return self.select_for_update(of=("self",))

    def of_reference(self, reference: str) -> "Campaign":
        """Return the one campaign that people call ``reference``.

        Raises:
            NoSuchCampaignError: there is none among these.
        """
        campaign = self.filter(reference=reference).first()
        if campaign is None:
            raise NoSuchCampaignError
        return campaign


class Campaign(models.Model):
    """A business item that needs approval, known to people by its reference.

    ``version`` grows with every change that people can see; messages remember which they show.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=20)  # C-2026-0042
    requester_id = models.CharField(max_length=32)
    status = models.CharField(
        max_length=20, choices=CampaignStatus.choices, default=CampaignStatus.PENDING
    )
    revision_number = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    submission_key = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)  # its content; the evidence stays

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="campaign_reference_once", fields=["workspace", "reference"]
            ),
            models.UniqueConstraint(
                name="campaign_submitted_once", fields=["workspace", "submission_key"]
            ),
            models.CheckConstraint(
                name="campaign_status_known",
                condition=models.Q(status__in=CampaignStatus.values),
            ),
        ]
        indexes = [
            models.Index(
                name="campaign_sent", fields=["workspace", "requester_id", "-submitted_at"]
            ),
            models.Index(
                name="campaign_pending",
                fields=["workspace", "-submitted_at"],
                condition=models.Q(status=CampaignStatus.PENDING),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Revision(models.Model):
    """Frozen content of a campaign, with the rules it was submitted under."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=150)
    brief = models.TextField()
    channels = ArrayField(models.CharField(max_length=40))
    budget = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    launch_on = models.DateField()
    asset_url = models.URLField(max_length=2000, blank=True)
    fingerprint = models.CharField(max_length=64)
    policy = models.ForeignKey(ApprovalPolicy, on_delete=models.PROTECT, related_name="+")
    policy_snapshot = models.JSONField()
    author_id = models.CharField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="revision_once", fields=["campaign", "number"]),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    @property
    def content(self) -> CampaignContent:
        return CampaignContent(
            title=self.title,
            brief=self.brief,
            channels=tuple(self.channels),
            budget=self.budget,
            currency=self.currency,
            launch_on=self.launch_on,
            asset_url=self.asset_url,
        )

    @property
    def rules(self) -> PolicySnapshot:
        return PolicySnapshot.from_json(self.policy_snapshot)


class Decision(models.Model):
    """One approver's answer to one revision in one stage; the key allows one, ever."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions")
    stage = models.PositiveSmallIntegerField(default=0)
    approver_id = models.CharField(max_length=32)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    group_synced_at = models.DateTimeField()
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="decision_once", fields=["revision", "stage", "approver_id"]
            ),
            models.CheckConstraint(
                name="decision_verdict_known", condition=models.Q(verdict__in=Verdict.values)
            ),
        ]
        indexes = [models.Index(name="decided_by", fields=["approver_id", "-decided_at"])]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.approver_id}"
