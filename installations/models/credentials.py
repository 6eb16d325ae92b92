"""Credentials: one row for each consent."""

from django.conf import settings
from django.db import models

from installations.crypto import Place, Purpose
from installations.models.sealing import SealedRow
from installations.models.workspaces import Workspace


class InstallationQuerySet(models.QuerySet["Installation"]):
    def exactly(self, enterprise_id: str | None, team_id: str | None) -> "InstallationQuerySet":
        """Return the rows of one enterprise and team; None matches only None."""
        return self.filter(enterprise_id=enterprise_id or None, team_id=team_id or None)

    def sharing_tenant(self, row: "Installation") -> "InstallationQuerySet":
        """Return the rows for the team of ``row``, or for its organisation if it is org-wide.

        A team is known by its id alone: its organisation changes when it moves into Grid.
        """
        mates = self.filter(client_id=row.client_id, team_id=row.team_id)
        return mates if row.team_id else mates.filter(enterprise_id=row.enterprise_id)

    def org_wide(self, enterprise_id: str) -> "InstallationQuerySet":
        """Return the rows for a whole organisation; none where it has no id."""
        rows = self.filter(team_id=None, enterprise_id=enterprise_id)
        return rows if enterprise_id else self.none()

    def with_bot(self) -> "InstallationQuerySet":
        return self.exclude(bot_token="")

    def speaking(self) -> "InstallationQuerySet":
        """Return the rows whose bot may act: it has a token, and nobody asked it to leave."""
        return self.with_bot().filter(leaving_at=None)

    def of_installers(self) -> "InstallationQuerySet":
        """Return the rows that still stand for somebody's installation."""
        return self.filter(removed_at=None).exclude(user_id="")

    def of_installers_with_bot(self) -> "InstallationQuerySet":
        """Return the rows of those who installed the bot, not of who only gave their own token."""
        return self.of_installers().exclude(bot_user_id="")

    def with_user_token(self) -> "InstallationQuerySet":
        return self.exclude(user_token="")

    def newest(self) -> "Installation | None":
        return self.order_by("-installed_at", "-pk").first()


class Installation(SealedRow):
    """What one person's consent gave us: credentials of one client, enterprise and team.

    Every consent is a row and rows are kept; revoking wipes the ciphertexts in them. An org-wide
    installation has no ``team_id``. Secrets are sealed text, opened only by ``reveal``.
    """

    SEALED = {
        "bot_token": Purpose.BOT,
        "bot_refresh_token": Purpose.BOT_REFRESH,
        "user_token": Purpose.USER,
        "user_refresh_token": Purpose.USER_REFRESH,
        "incoming_webhook_url": Purpose.WEBHOOK,
    }

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
    user_refused_at = models.DateTimeField(null=True, blank=True)  # its refresh, for good

    bot_id = models.CharField(max_length=32, blank=True, default="")
    bot_user_id = models.CharField(max_length=32, blank=True, default="")
    bot_scopes = models.TextField(blank=True, default="")
    bot_token = models.TextField(blank=True, default="", editable=False)
    bot_refresh_token = models.TextField(blank=True, default="", editable=False)
    bot_token_expires_at = models.DateTimeField(null=True, blank=True)
    bot_refused_at = models.DateTimeField(null=True, blank=True)  # likewise

    incoming_webhook_url = models.TextField(blank=True, default="", editable=False)
    incoming_webhook_channel = models.CharField(max_length=255, blank=True, default="")
    incoming_webhook_channel_id = models.CharField(max_length=32, blank=True, default="")
    incoming_webhook_configuration_url = models.TextField(blank=True, default="")

    custom_values = models.JSONField(default=dict, blank=True)
    installed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    leaving_at = models.DateTimeField(null=True, blank=True)  # Slack is being told that we leave
    linked_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="who was signed in here when it was installed",
    )

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
        indexes = [
            models.Index(fields=["client_id", "team_id", "enterprise_id", "-installed_at"]),
            # Few rows beside those of people with a token of their own
            models.Index(
                name="speaking_bot",
                fields=["client_id", "team_id", "enterprise_id", "-installed_at"],
                condition=models.Q(leaving_at=None) & ~models.Q(bot_token=""),
            ),
            models.Index(
                name="bot_token_expiring",
                fields=["bot_token_expires_at"],
                condition=~models.Q(bot_refresh_token="") & models.Q(bot_refused_at=None),
            ),
            models.Index(
                name="user_token_expiring",
                fields=["user_token_expires_at"],
                condition=~models.Q(user_refresh_token="") & models.Q(user_refused_at=None),
            ),
        ]

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


SEALED_COLUMNS = frozenset(Installation.SEALED)
