"""The audit chain."""

from django.db import models

from installations.models import Workspace


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
