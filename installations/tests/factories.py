"""Rows and values for tests, in one sentence each."""

from typing import Any

from django.db import connection
from slack_sdk.oauth.installation_store import Bot, Installation

from installations.models import Workspace
from installations.services import record_installation

CLIENT_ID = "1111111111111.2222222222222"  # what the tests' environment says
BOT_TOKEN = "xoxb-CANARY-bot"
USER_TOKEN = "xoxp-CANARY-user"
NOON = 1_790_000_000.123456  # seconds; an installed_at with every digit that a float keeps
LATER = NOON + 60


def make_installation(**changes) -> Installation:
    """Return slack_sdk's installation of a workspace with a bot and a user token."""
    values = {
        "app_id": "A111",
        "enterprise_id": None,
        "team_id": "T111",
        "team_name": "Northwind",
        "user_id": "U_INSTALLER",
        "user_token": USER_TOKEN,
        "bot_id": "B111",
        "bot_user_id": "U_BOT",
        "bot_token": BOT_TOKEN,
        "bot_scopes": ["chat:write", "commands"],
    }
    return Installation(**{**values, **changes})


def make_org_installation(**changes) -> Installation:
    """Return slack_sdk's installation of a whole organisation."""
    values = {
        "enterprise_id": "E111",
        "enterprise_name": "Northwind Group",
        "team_id": None,
        "team_name": None,
        "is_enterprise_install": True,
    }
    return make_installation(**{**values, **changes})


def make_full_installation(**changes) -> Installation:
    """Return slack_sdk's installation with every field set and a canary in every secret."""
    values = {
        "enterprise_id": "E111",
        "enterprise_name": "Northwind Group",
        "enterprise_url": "https://northwind.enterprise.slack.com/",
        "bot_refresh_token": "xoxe-CANARY-bot-refresh",
        "bot_token_expires_at": 1_790_043_200,
        "user_scopes": ["search:read"],
        "user_refresh_token": "xoxe-CANARY-user-refresh",
        "user_token_expires_at": 1_790_043_201,
        "incoming_webhook_url": "https://hooks.slack.com/services/CANARY",
        "incoming_webhook_channel": "#general",
        "incoming_webhook_channel_id": "C111",
        "incoming_webhook_configuration_url": "https://northwind.slack.com/services/B111",
        "token_type": "bot",
        "installed_at": NOON,
        "custom_values": {"plan": "team", "seats": 12},
    }
    return make_installation(**{**values, **changes})


def make_bot(**changes) -> Bot:
    """Return slack_sdk's bot of a workspace."""
    values = {
        "app_id": "A111",
        "enterprise_id": None,
        "team_id": "T111",
        "team_name": "Northwind",
        "bot_id": "B111",
        "bot_user_id": "U_BOT",
        "bot_token": BOT_TOKEN,
        "bot_scopes": ["chat:write"],
        "installed_at": NOON,
    }
    return Bot(**{**values, **changes})


def make_workspace(team_id: str = "T111", **changes) -> Workspace:
    """Return an open workspace that installed the app."""
    record_installation(client_id=CLIENT_ID, installation=make_installation(team_id=team_id))
    return Workspace.objects.create(team_id=team_id, name="Northwind", **changes)


def raw_rows(table: str) -> list[dict[str, Any]]:
    """Return a table as the database holds it, past every model."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608  # our own tables
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
