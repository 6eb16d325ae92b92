"""The cupboards: campaigns with their versions, decisions and evidence."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from approvals.content import CampaignContent
from approvals.policies import GroupMembers, PolicySnapshot
from approvals.states import CampaignStatus, Verdict
from installations.models import Workspace


class ApproverGroup(models.Model):
    """What Slack last said about a user group; ``synced_at`` is when we asked."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    usergroup_id = models.CharField(max_length=32)
    handle = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    member_ids = ArrayField(models.CharField(max_length=32), default=list)
    is_disabled = models.BooleanField(default=False)
    synced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="approver_group_once", fields=["workspace", "usergroup_id"]
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    @property
    def members(self) -> GroupMembers:
        user_ids = frozenset() if self.is_disabled else frozenset(self.member_ids)
        return GroupMembers(user_ids, self.synced_at)


class ApprovalPolicy(models.Model):
    """One version of a workspace's rules; a change adds a version, none is ever edited."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    approver_group = models.ForeignKey(ApproverGroup, on_delete=models.PROTECT, related_name="+")
    quorum = models.PositiveSmallIntegerField()
    channel_id = models.CharField(max_length=32)
    created_by = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "approval policies"
        constraints = [
            models.UniqueConstraint(
                name="policy_version_once", fields=["workspace", "name", "version"]
            ),
            models.CheckConstraint(
                name="policy_quorum_positive", condition=models.Q(quorum__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


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
        """Return one tenant's campaigns; every read that starts in Slack starts here."""
        return self.filter(workspace_id=workspace_id)

    def locked(self) -> "CampaignQuerySet":
        """Return the rows locked until the end of the transaction."""
        return self.select_for_update(of=("self",))

    def newest_first(self) -> "CampaignQuerySet":
        return self.order_by("-submitted_at", "-pk")


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

    def __str__(self) -> str:
        return f"{self.verdict} by {self.approver_id}"


class MessageKind(models.TextChoices):
    CARD = "card"
    OUTCOME = "outcome"


class MessageState(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"
    RETIRED = "retired"  # says that a newer revision replaced its own; nothing changes it again


class PostedMessage(models.Model):
    """The delivery ledger: which message tells what to whom, and how far it got.

    Written in the transaction of the fact it tells, so that a lost wake-up loses no message.
    ``drawn_version`` is the campaign's version that the message shows. A revision has messages
    of its own: a new card is noticed, an edited one is not.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="messages")
    revision_number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=MessageKind.choices)
    recipient_id = models.CharField(max_length=32)  # a channel, or a person for a DM
    channel_id = models.CharField(max_length=32, blank=True, default="")
    ts = models.CharField(max_length=32, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=MessageState.choices, default=MessageState.WAITING
    )
    drawn_version = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="message_once", fields=["campaign", "revision_number", "kind"]
            ),
        ]
        indexes = [
            models.Index(
                name="message_unsent",
                fields=["created_at"],
                condition=models.Q(state__in=[MessageState.WAITING, MessageState.SENDING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.campaign_id} to {self.recipient_id}"


class AuditHead(models.Model):
    """The end of a workspace's chain; locking it gives entries their order."""

    workspace = models.OneToOneField(
        Workspace, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.seq}"


class AuditEntry(models.Model):
    """One link of a workspace's chain. Written once: the database refuses to change or drop it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveBigIntegerField()  # gapless per workspace, from 1
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=32)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)  # C-2026-0042/r3
    commitment = models.CharField(max_length=64)  # HMAC of the details under their salt
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [
            models.UniqueConstraint(name="audit_seq_once", fields=["workspace", "seq"]),
        ]
        indexes = [models.Index(name="audit_subject", fields=["workspace", "subject"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject}"


class AuditDetail(models.Model):
    """What an entry commits to; can be erased for privacy, and the chain still verifies."""

    entry = models.OneToOneField(
        AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="detail"
    )
    salt = models.CharField(max_length=64)
    details = models.JSONField()

    def __str__(self) -> str:
        return str(self.entry_id)
