"""Who approves in a workspace."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

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
