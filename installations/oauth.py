"""Slack's OAuth v2 in two steps: where to send the browser, what its code is worth."""

from logging import getLogger
from typing import Any

from django.conf import settings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation

from installations import errors
from installations.client import anonymous_client
from installations.scopes import BOT_SCOPES, SEARCH_SCOPES

CALLBACK_PATH = "/slack/oauth/callback"

logger = getLogger(__name__)


def callback_url() -> str:
    return f"{settings.APP_URL}{CALLBACK_PATH}"


def authorize_url(*, state: str, team_id: str = "", search: bool = False) -> str:
    """Return Slack's consent page for our scopes, with ``team_id`` chosen already if given."""
    generator = AuthorizeUrlGenerator(
        client_id=settings.SLACK_CLIENT_ID,
        redirect_uri=callback_url(),
        scopes=list(BOT_SCOPES),
        user_scopes=list(SEARCH_SCOPES) if search else [],
        authorization_url=settings.SLACK_AUTHORIZE_URL,
    )
    return generator.generate(state=state, team=team_id or None)


def exchange_code(code: str) -> Installation:
    """Return what one authorization code gives us; a code works once, for ten minutes.

    Raises:
        RejectedError: Slack does not take the code.
        TemporaryError: Slack could not be asked.
    """
    client = anonymous_client()
    try:
        response = client.oauth_v2_access(
            client_id=settings.SLACK_CLIENT_ID,
            client_secret=settings.SLACK_CLIENT_SECRET,
            redirect_uri=callback_url(),
            code=code,
        )
    except SlackApiError as error:
        raise errors.from_slack(error) from error
    except errors.NO_ANSWER as broken:
        raise errors.TemporaryError(type(broken).__name__) from broken
    granted = errors.answer(response.data)
    return _to_installation(granted, _identity(client, granted.get("access_token")))


def _identity(client: WebClient, bot_token: str | None) -> dict[str, Any]:
    """Return what the bot says of itself; the code is spent, so no answer must not stop us."""
    if not bot_token:
        return {}
    try:
        return errors.answer(client.auth_test(token=bot_token).data)
    except (*errors.NO_ANSWER, errors.TemporaryError) as broken:
        logger.warning("an install goes on without auth.test: %s", type(broken).__name__)
        return {}


def _to_installation(granted: dict[str, Any], identity: dict[str, Any]) -> Installation:
    """Read Slack's answer: docs.slack.dev/reference/methods/oauth.v2.access."""
    enterprise, team = granted.get("enterprise") or {}, granted.get("team") or {}
    installer, webhook = granted.get("authed_user") or {}, granted.get("incoming_webhook") or {}
    org_wide = bool(granted.get("is_enterprise_install"))
    return Installation(
        app_id=granted.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=enterprise.get("name"),
        enterprise_url=identity.get("url") if org_wide else None,
        team_id=team.get("id"),
        team_name=team.get("name"),
        bot_token=granted.get("access_token"),
        bot_id=identity.get("bot_id"),
        bot_user_id=granted.get("bot_user_id"),
        bot_scopes=granted.get("scope") or "",
        bot_refresh_token=granted.get("refresh_token"),
        bot_token_expires_in=granted.get("expires_in"),
        user_id=installer.get("id") or "",
        user_token=installer.get("access_token"),
        user_scopes=installer.get("scope") or "",
        user_refresh_token=installer.get("refresh_token"),
        user_token_expires_in=installer.get("expires_in"),
        incoming_webhook_url=webhook.get("url"),
        incoming_webhook_channel=webhook.get("channel"),
        incoming_webhook_channel_id=webhook.get("channel_id"),
        incoming_webhook_configuration_url=webhook.get("configuration_url"),
        is_enterprise_install=org_wide,
        token_type=granted.get("token_type"),
    )
