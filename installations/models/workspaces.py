"""Tenants."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper


class WorkspaceState(models.TextChoices):
    """Whether we can act in a workspace."""

    ACTIVE = "active"
    NEEDS_REAUTH = "needs_reauth", "needs re-authorisation"
    UNINSTALLED = "uninstalled"


class Workspace(models.Model):
    """One Slack workspace, the anchor of everything that belongs to a tenant.

    ``team_id`` is unique across all of Slack; ``enterprise_id`` changes when a workspace moves
    into an Enterprise Grid organisation.
    """

    team_id = models.CharField(max_length=32, unique=True)
    enterprise_id = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=WorkspaceState.choices, default=WorkspaceState.ACTIVE
    )
    created_at = models.DateTimeField(auto_now_add=True)
    settings = models.JSONField(default=dict, blank=True)
    uninstalled_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)  # its content is gone since

    last_event_at = models.DateTimeField(null=True, blank=True)  # to within five minutes
    api_error = models.CharField(max_length=64, blank=True, default="")  # Slack's word, the last
    api_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="workspace_state_known",
                condition=models.Q(state__in=WorkspaceState.values),
            ),
        ]
        indexes = [
            models.Index(fields=["enterprise_id"]),
            models.Index(fields=["state"]),
            # What the admin's search asks: UPPER(name) LIKE 'ACME%'
            models.Index(OpClass(Upper("name"), "varchar_pattern_ops"), name="workspace_by_name"),
            models.Index(
                name="workspace_to_purge",
                fields=["uninstalled_at"],
                condition=models.Q(purged_at=None) & ~models.Q(uninstalled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'unnamed'} ({self.team_id})"
