"""slack_sdk's InstallationStore on our tables, strict about its keys.

The contract is the one that slack_sdk's own stores share: exact, NULL-safe matching of enterprise
and team, newest row first, the newest bot laid over a row that has none.
"""

from logging import Logger, getLogger
from typing import Any

from django.db import transaction
from slack_sdk.oauth.installation_store import Bot, InstallationStore
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from installations import services
from installations.models import Installation, InstallationQuerySet
from installations.oauth_state_store import DjangoOAuthStateStore

__all__ = ["DjangoInstallationStore", "DjangoOAuthStateStore"]


class DjangoInstallationStore(InstallationStore):
    """Keeps installations of one Slack app (``client_id``) in PostgreSQL, tokens sealed."""

    def __init__(self, *, client_id: str, logger: Logger | None = None) -> None:
        self.client_id = client_id
        self._logger = logger or getLogger(__name__)

    @property
    def logger(self) -> Logger:
        return self._logger

    def save(self, installation: SlackInstallation) -> None:
        """Insert the installation, or update the row with the same key and ``installed_at``."""
        services.record_installation(client_id=self.client_id, installation=installation)

    def save_bot(self, bot: Bot) -> None:
        """Update the bot of the row with the same key and ``installed_at``, or insert one."""
        services.record_bot(client_id=self.client_id, bot=bot)

    def find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """Return the newest bot that still has a token.

        Raises:
            SecretUnreadableError: its token does not open.
        """
        team_id = None if is_enterprise_install else team_id
        row = self._rows(enterprise_id, team_id).with_bot().newest()
        return _to_bot(row) if row else None

    def find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> SlackInstallation | None:
        """Return the newest installation (of ``user_id``), with the newest bot laid over it.

        With ``user_id`` that person's newest token, too: they give it in another consent than
        the one that installs the bot, before or after.

        Raises:
            SecretUnreadableError: one of its tokens does not open.
        """
        team_id = None if is_enterprise_install else team_id
        rows = self._rows(enterprise_id, team_id)
        candidates = rows.of_installers()
        row = (candidates.filter(user_id=user_id) if user_id else candidates).newest()
        if row is None:
            return None
        bot_row = row if row.bot_token and not user_id else rows.with_bot().newest()
        own = candidates.filter(user_id=user_id).with_user_token().newest() if user_id else None
        return _to_installation(row, bot_row, own or row)

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Wipe every bot credential of exactly this enterprise and team."""
        services.wipe_bots(self._rows(enterprise_id, team_id))

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Wipe the user credentials (of ``user_id``); the rows answer no more."""
        rows = self._rows(enterprise_id, team_id)
        services.wipe_users(rows.filter(user_id=user_id) if user_id else rows)

    @transaction.atomic
    def delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Wipe every credential of exactly this enterprise and team, in one transaction."""
        super().delete_all(enterprise_id=enterprise_id, team_id=team_id)

    def _rows(self, enterprise_id: str | None, team_id: str | None) -> InstallationQuerySet:
        return self._all().exactly(enterprise_id, team_id)

    def _all(self) -> InstallationQuerySet:
        return Installation.objects.filter(client_id=self.client_id)


def _to_bot(row: Installation) -> Bot:
    return Bot(
        app_id=row.app_id,
        enterprise_id=row.enterprise_id,
        enterprise_name=row.enterprise_name or None,
        team_id=row.team_id,
        team_name=row.team_name or None,
        **_bot_values(row),
        is_enterprise_install=row.is_enterprise_install,
        installed_at=row.installed_at,
        custom_values=row.custom_values,
    )


def _bot_values(row: Installation) -> dict[str, Any]:
    return {
        "bot_token": row.reveal("bot_token"),
        "bot_id": row.bot_id or None,
        "bot_user_id": row.bot_user_id or None,
        "bot_scopes": row.bot_scopes,
        "bot_refresh_token": row.reveal("bot_refresh_token"),
        "bot_token_expires_at": row.bot_token_expires_at,
    }


def _to_installation(
    row: Installation, bot_row: Installation | None, user_row: Installation
) -> SlackInstallation:
    return SlackInstallation(
        app_id=row.app_id or None,
        enterprise_id=row.enterprise_id,
        enterprise_name=row.enterprise_name or None,
        enterprise_url=row.enterprise_url or None,
        team_id=row.team_id,
        team_name=row.team_name or None,
        **(_bot_values(bot_row) if bot_row else {}),
        user_id=row.user_id,
        user_token=user_row.reveal("user_token"),
        user_scopes=user_row.user_scopes,
        user_refresh_token=user_row.reveal("user_refresh_token"),
        user_token_expires_at=user_row.user_token_expires_at,
        incoming_webhook_url=row.reveal("incoming_webhook_url"),
        incoming_webhook_channel=row.incoming_webhook_channel or None,
        incoming_webhook_channel_id=row.incoming_webhook_channel_id or None,
        incoming_webhook_configuration_url=row.incoming_webhook_configuration_url or None,
        is_enterprise_install=row.is_enterprise_install,
        token_type=row.token_type or None,
        installed_at=row.installed_at,
        custom_values=row.custom_values,
    )
