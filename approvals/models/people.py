"""What somebody is in a workspace."""

from django.db import models

from approvals.policies import Standing
from installations.models import Workspace


class Person(models.Model):
    """What Slack last said of somebody; ``synced_at`` is when we asked. May be erased."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    user_id = models.CharField(max_length=32)
    standing = models.CharField(
        max_length=16, choices=[(standing, standing.value) for standing in Standing]
    )
    synced_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(name="person_once", fields=["workspace", "user_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.standing}"
