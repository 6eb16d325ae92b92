"""Workspaces, their credentials, and installs under way."""

from django.conf import settings
from django.db import models

from installations.crypto import FieldCipher, KeyRing, Place, Purpose


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

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="workspace_state_known",
                condition=models.Q(state__in=WorkspaceState.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'unnamed'} ({self.team_id})"


class InstallationQuerySet(models.QuerySet["Installation"]):
    def exactly(self, enterprise_id: str | None, team_id: str | None) -> "InstallationQuerySet":
        """Return the rows of one enterprise and team; None matches only None."""
        return self.filter(enterprise_id=enterprise_id or None, team_id=team_id or None)

    def with_bot(self) -> "InstallationQuerySet":
        return self.exclude(bot_token="")

    def of_installers(self) -> "InstallationQuerySet":
        """Return the rows that still stand for somebody's installation."""
        return self.filter(removed_at=None).exclude(user_id="")

    def newest(self) -> "Installation | None":
        return self.order_by("-installed_at", "-pk").first()


class Installation(models.Model):
    """What one person's consent gave us: credentials of one client, enterprise and team.

    Every consent is a row and rows are kept; revoking wipes the ciphertexts in them. An org-wide
    installation has no ``team_id``. Secrets are sealed text, opened only by the methods below.
    """

    workspace = models.ForeignKey(
        Workspace, null=True, blank=True, on_delete=models.PROTECT, related_name="installations"
    )
    client_id = models.CharField(max_length=64)
    app_id = models.CharField(max_length=32, blank=True, default="")
    enterprise_id = models.CharField(max_length=32, null=True, blank=True)  # noqa: DJ001  # part of a NULL-safe key
    enterprise_name = models.CharField(max_length=255, blank=True, default="")
    enterprise_url = models.CharField(max_length=255, blank=True, default="")
    team_id = models.CharField(max_length=32, null=True, blank=True)  # noqa: DJ001  # likewise
    team_name = models.CharField(max_length=255, blank=True, default="")
    is_enterprise_install = models.BooleanField(default=False)
    token_type = models.CharField(max_length=32, blank=True, default="")

    user_id = models.CharField("installer", max_length=32, blank=True, default="")
    user_scopes = models.TextField(blank=True, default="")
    user_token = models.TextField(blank=True, default="", editable=False)
    user_refresh_token = models.TextField(blank=True, default="", editable=False)
    user_token_expires_at = models.DateTimeField(null=True, blank=True)

    bot_id = models.CharField(max_length=32, blank=True, default="")
    bot_user_id = models.CharField(max_length=32, blank=True, default="")
    bot_scopes = models.TextField(blank=True, default="")
    bot_token = models.TextField(blank=True, default="", editable=False)
    bot_refresh_token = models.TextField(blank=True, default="", editable=False)
    bot_token_expires_at = models.DateTimeField(null=True, blank=True)

    incoming_webhook_url = models.TextField(blank=True, default="", editable=False)
    incoming_webhook_channel = models.CharField(max_length=255, blank=True, default="")
    incoming_webhook_channel_id = models.CharField(max_length=32, blank=True, default="")
    incoming_webhook_configuration_url = models.TextField(blank=True, default="")

    custom_values = models.JSONField(default=dict, blank=True)
    installed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = InstallationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="installation_once",
                fields=["client_id", "enterprise_id", "team_id", "user_id", "installed_at"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="org_wide_installation_has_no_team",
                condition=models.Q(is_enterprise_install=False) | models.Q(team_id=None),
            ),
        ]
        indexes = [models.Index(fields=["client_id", "team_id", "enterprise_id", "-installed_at"])]

    def __str__(self) -> str:
        where = self.team_name or self.enterprise_name or self.team_id or self.enterprise_id
        return f"{where} by {self.user_id or 'bot'}"

    def place(self, column: str) -> Place:
        """Return where a secret of this row lives; needs every part of the natural key set."""
        natural_key = (
            self.client_id,
            self.enterprise_id or "",
            self.team_id or "",
            self.user_id,
            self.installed_at.isoformat(),
        )
        return Place("installation", column, natural_key)

    def seal(self, column: str, secret: str | None) -> None:
        """Put ``secret``, encrypted, into ``column``; None or empty clears it."""
        sealed = cipher_for(column).seal(secret, self.place(column)) if secret else ""
        setattr(self, column, sealed)

    def reveal(self, column: str) -> str | None:
        """Return the secret of ``column``, or None where there is none.

        Raises:
            SecretUnreadableError: the stored value does not belong there or its key is missing.
        """
        sealed: str = getattr(self, column)
        return cipher_for(column).open(sealed, self.place(column)) if sealed else None


def cipher_for(column: str) -> FieldCipher:
    purpose, ring = _SEALED_COLUMNS[column]
    return FieldCipher(ring, purpose)


_BOT_RING: KeyRing = settings.FIELD_KEYS
_USER_RING: KeyRing = settings.FIELD_KEYS_USER
_SEALED_COLUMNS: dict[str, tuple[Purpose, KeyRing]] = {
    "bot_token": (Purpose.BOT, _BOT_RING),
    "bot_refresh_token": (Purpose.BOT_REFRESH, _BOT_RING),
    "user_token": (Purpose.USER, _USER_RING),
    "user_refresh_token": (Purpose.USER_REFRESH, _USER_RING),
    "incoming_webhook_url": (Purpose.WEBHOOK, _BOT_RING),
}
SEALED_COLUMNS = frozenset(_SEALED_COLUMNS)


class OAuthState(models.Model):
    """An install that was started and has not come back; consumed by deleting it.

    Only hashes are kept: reading the table does not let anyone finish another's install.
    """

    state_hash = models.CharField(max_length=64, primary_key=True)
    browser_hash = models.CharField(max_length=64, blank=True, default="")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"expires {self.expires_at:%H:%M:%S}"
