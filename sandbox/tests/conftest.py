"""A local Slack, an app that listens, and the app's Web API client."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.app import SIGNING_SECRET, EchoApp
from sandbox.types import JSON

CLIENT_ID = "111.222"
CLIENT_SECRET = "client-secret"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
REDIRECT_URL = "http://127.0.0.1:1/slack/oauth_redirect"

BOT_SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "im:history",
    "im:read",
    "im:write",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
]
EVENTS = [
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "message.im",
    "subteam_members_changed",
    "subteam_updated",
    "tokens_revoked",
    "user_change",
]

LIFECYCLE_EVENTS = [
    "grid_migration_finished",
    "grid_migration_started",
    "team_access_granted",
    "team_access_revoked",
]


def manifest(url: str, **settings: bool) -> JSON:
    """Return the app's manifest; ``settings`` are further keys of its section of that name."""
    return {
        "display_information": {"name": "Echo", "description": "Says it again"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Echo Bot"},
            "slash_commands": [
                {"command": "/echo", "url": url, "description": "Echo"},
                {"command": "/escaped", "url": url, "description": "Echo", "should_escape": True},
            ],
            "shortcuts": [
                {"name": "Say", "type": "global", "callback_id": "say", "description": "Say it"}
            ],
        },
        "oauth_config": {"redirect_urls": [REDIRECT_URL], "scopes": {"bot": BOT_SCOPES}},
        "settings": {
            **settings,
            "event_subscriptions": {"request_url": url, "bot_events": [*EVENTS, *LIFECYCLE_EVENTS]},
            "interactivity": {
                "is_enabled": True,
                "request_url": url,
                "message_menu_options_url": url,
            },
        },
    }


@pytest.fixture(scope="session")
def running_app() -> Iterator[EchoApp]:
    app = EchoApp()
    app.start()
    yield app
    app.stop()


@pytest.fixture(scope="session")
def running_slack(running_app: EchoApp) -> Iterator[LocalSlack]:
    with LocalSlack(
        manifest=manifest(running_app.url),
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        signing_secret=SIGNING_SECRET,
        deadline=0.5,
    ) as local:
        yield local


@pytest.fixture
def app(running_app: EchoApp) -> EchoApp:
    running_app.clear()
    return running_app


@pytest.fixture
def slack(running_slack: LocalSlack, app: EchoApp) -> Iterator[LocalSlack]:
    """Return the sandbox at its seed; the app is not installed yet."""
    running_slack.reset(manifest(app.url))
    yield running_slack
    running_slack.slack.events.clear()
    running_slack.settle()


@pytest.fixture
def grid(slack: LocalSlack, app: EchoApp) -> LocalSlack:
    """Return the sandbox with an organisation of both workspaces and an org-ready app."""
    slack.reset(manifest(app.url, org_deploy_enabled=True))
    slack.enterprise("Globex")
    return slack


@pytest.fixture
def wide(grid: LocalSlack) -> WebClient:
    """Return the client of the org-wide bot, which was added to Northwind alone."""
    client = client_of(grid, grid.org_tokens().bot_token)
    grid.grant_access("northwind")
    grid.settle()
    return client


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    """Return the client of the installed app's bot."""
    return client_of(slack, slack.tokens_for("northwind").bot_token)


def client_of(slack: LocalSlack, token: str | None) -> WebClient:
    return WebClient(token, base_url=slack.api_url, retry_handlers=[])
