"""Installs under way."""

from django.conf import settings
from django.db import models


class Errand(models.TextChoices):
    """What somebody goes to Slack's consent page for."""

    INSTALL = "install"
    PERSON = "person", "one person's own token"


class OAuthState(models.Model):
    """An install that was started and has not come back; consumed by deleting it.

    Only hashes are kept: reading the table does not let anyone finish another's install.
    """

    state_hash = models.CharField(max_length=64, primary_key=True)
    browser_hash = models.CharField(max_length=64, blank=True, default="")
    address_hash = models.CharField(max_length=64, blank=True, default="")
    errand = models.CharField(max_length=16, choices=Errand.choices, default=Errand.INSTALL)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address_hash", "expires_at"])]

    def __str__(self) -> str:
        return f"expires {self.expires_at:%H:%M:%S}"
