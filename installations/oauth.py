"""Slack's OAuth v2 in two steps: where to send the browser, what its code is worth."""

from logging import getLogger
from typing import Any

from django.conf import settings
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation

from installations.calls import call, call_as_app, web_client
from installations.errors import SlackCallError
from installations.models import Errand
from installations.scopes import Kind, Variant, asked

CALLBACK_PATH = "/slack/oauth/callback"

logger = getLogger(__name__)


def callback_url() -> str:
    return f"{settings.APP_URL}{CALLBACK_PATH}"


def authorize_url(*, state: str, errand: Errand = Errand.INSTALL, team_id: str = "") -> str:
    """Return Slack's consent page for what ``errand`` needs, with ``team_id`` chosen if given.

    An install asks for the bot, a person's errand for that person and nothing else.
    """
    variant = Variant(settings.SLACK_APP_VARIANT)
    kind = Kind.USER if errand == Errand.PERSON else Kind.BOT
    names = [scope.name for scope in asked(kind, variant)]
    generator = AuthorizeUrlGenerator(
        client_id=settings.SLACK_CLIENT_ID,
        redirect_uri=callback_url(),
        scopes=names if kind is Kind.BOT else [],
        user_scopes=names if kind is Kind.USER else [],
        authorization_url=settings.SLACK_AUTHORIZE_URL,
    )
    return generator.generate(state=state, team=team_id or None)


def exchange_code(code: str) -> Installation:
    """Return what one authorization code gives us; a code works once, for ten minutes.

    Raises:
        RejectedError: Slack does not take the code, or us.
        TemporaryError: Slack could not be asked.
    """
    granted = call_as_app("oauth.v2.access", code=code, redirect_uri=callback_url())
    return _to_installation(granted, _identity(granted.get("access_token")))


def give_back(granted: Installation) -> None:
    """Have Slack end the person's token that we do not keep; a bot's is left alone.

    Ending a bot's token would uninstall a bot that may have worked before.
    """
    if not granted.user_token:
        return
    try:
        call(web_client(granted.user_token), "auth.revoke")
    except SlackCallError as failed:
        logger.warning("a person's token was not kept, nor revoked: %s", failed.code)


def _identity(bot_token: str | None) -> dict[str, Any]:
    """Return what the bot says of itself; the code is spent, so no answer must not stop us."""
    if not bot_token:
        return {}
    try:
        return call(web_client(bot_token), "auth.test")
    except SlackCallError as failed:
        logger.warning("an install goes on without auth.test: %s", failed.code)
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
