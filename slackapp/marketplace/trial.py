"""A workspace of our own in which a check can try things; the check is rolled back."""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from installations import services
from installations.models import SEALED_COLUMNS, Installation
from installations.scopes import BOT_SCOPES
from slackapp.marketplace import visits

TEAM_ID, INSTALLER_ID, BOT_USER_ID = "T0MARKETPLACECHECK", "U0INSTALLER", "U0BOT"
APP_ID, ENTERPRISE_ID = "A0MARKETPLACECHECK", "E0MARKETPLACECHECK"
SECRET = "xoxb-marketplace-check"  # noqa: S105  # nobody's
HOUR = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Trial:
    """An installation with a made-up token in every place that can hold one."""

    installed_at: float
    org_wide: bool = False

    def rows(self) -> list[Installation]:
        place = {"enterprise_id": ENTERPRISE_ID} if self.org_wide else {"team_id": TEAM_ID}
        return list(Installation.objects.filter(**place))

    def secrets(self) -> list[str]:
        """Return what the database holds in the columns for secrets, as it holds it."""
        held = [getattr(row, column) for row in self.rows() for column in SEALED_COLUMNS]
        return [value for value in held if value]

    def event(self, kind: str, *, at: float = 0, **fields: Any) -> dict[str, Any]:
        """Return an event as Slack wraps it; ``at`` is its time, by default just now."""
        moment = int(at or self.installed_at + 1)
        return {
            "type": "event_callback",
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event_id": f"Ev{secrets.token_hex(8)}",
            "event_time": moment,
            "event": {"type": kind, "event_ts": f"{moment}.000100", **fields},
            "authorizations": [
                {
                    "enterprise_id": ENTERPRISE_ID if self.org_wide else None,
                    "team_id": TEAM_ID,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": self.org_wide,
                }
            ],
        }


def installed(*, ends_in: int = 0, org_wide: bool = False) -> Trial:
    """Install the app in a workspace or an organisation that does not exist, an hour ago.

    With ``ends_in``, the bot's token ends in so many seconds and can be renewed.
    """
    installed_at = time.time() - HOUR
    rotation: dict[str, Any] = {
        "bot_refresh_token": f"xoxe-1-{SECRET}",
        "bot_token_expires_at": int(time.time()) + ends_in,
    }
    services.complete_install(
        client_id=settings.SLACK_CLIENT_ID,
        installation=SlackInstallation(
            app_id=APP_ID,
            enterprise_id=ENTERPRISE_ID if org_wide else None,
            is_enterprise_install=org_wide,
            team_id=None if org_wide else TEAM_ID,
            team_name="" if org_wide else "Marketplace check",
            user_id=INSTALLER_ID,
            user_token=SECRET,
            bot_id="B0BOT",
            bot_user_id=BOT_USER_ID,
            bot_token=SECRET,
            bot_scopes=list(BOT_SCOPES),
            installed_at=installed_at,
            **(rotation if ends_in else {}),
        ),
    )
    return Trial(installed_at, org_wide)


def command(text: str) -> HttpResponse:
    """Type ``/campaign`` and ``text`` in the trial's workspace, as somebody nobody knows."""
    return visits.post_signed(
        visits.form(
            command="/campaign",
            text=text,
            team_id=TEAM_ID,
            channel_id="C0GENERAL",
            user_id="U0STRANGER",
            api_app_id=APP_ID,
            is_enterprise_install="false",
            trigger_id=f"1.1.{text or 'nothing'}",
            response_url="https://hooks.slack.com/commands/0/0/0",
        )
    )
