"""What was done to credentials, for good."""

from django.db import models

from installations.models.workspaces import Workspace


class InstallationAuditEntry(models.Model):
    """What was done to a workspace's credentials, by whom; the database refuses to change it.

    ``actor`` is a Slack user id, ``admin:`` and a user name, or ``countersign``. Entries about an
    organisation or about the keys have no workspace.
    """

    at = models.DateTimeField(auto_now_add=True)
    workspace = models.ForeignKey(
        Workspace, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    enterprise_id = models.CharField(max_length=32, blank=True, default="")
    actor = models.CharField(max_length=160)
    action = models.CharField(max_length=64)
    details = models.JSONField(default=dict, blank=True)  # never a secret

    class Meta:
        verbose_name_plural = "installation audit entries"
        indexes = [models.Index(fields=["workspace", "-at"]), models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"
