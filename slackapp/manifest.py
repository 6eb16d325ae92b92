"""The Slack app manifest: docs.slack.dev/reference/app-manifest."""

from typing import Any

from approvals.slack.ids import COMMAND
from installations.oauth import CALLBACK_PATH
from installations.scopes import Kind, Variant, asked

Manifest = dict[str, Any]

EVENTS_PATH = "/slack/events"
DISPLAY = {
    "name": "Countersign",
    "description": "Campaign approvals with evidence, without leaving Slack.",
    "background_color": "#1f3a5f",
}
BOT_EVENTS = (
    "app_home_opened",  # draw the Home tab
    "app_uninstalled",  # wipe the tokens, stop the work
    "grid_migration_finished",  # the workspace has an organisation now
    "grid_migration_started",  # leave the workspace alone until then
    "subteam_members_changed",  # who may decide
    "subteam_updated",  # likewise, and a group that was disabled
    "team_access_granted",  # an organisation-wide install reaches a workspace
    "team_access_revoked",  # or leaves it
    "tokens_revoked",  # wipe the tokens of whom it names
)


class ManifestError(ValueError):
    """Slack would refuse such an app; the message says what to change."""


def manifest(
    app_url: str,
    *,
    socket_mode: bool = False,
    variant: Variant = Variant.SELFHOSTED,
    token_rotation: bool | None = None,
    support_email: str = "",
) -> Manifest:
    """Return the manifest of an app that lives at ``app_url``, an address without a path.

    Over Socket Mode the app opens the connection, so no address is given for requests. Token
    rotation cannot be switched off again in a Slack app that had it on, so it is only the
    listed app's default: Slack's review asks for it, and nobody has installed that app yet.
    With ``support_email`` the listed app's manifest fills in the listing's addresses as well.

    Raises:
        ManifestError: the Marketplace takes no Socket Mode and no plain HTTP.
    """
    listed = variant is Variant.MARKETPLACE
    if listed:
        _require_listable(app_url, socket_mode=socket_mode)
    events_url = "" if socket_mode else f"{app_url}{EVENTS_PATH}"
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        **_listing(app_url, support_email if listed else ""),
        "display_information": DISPLAY,
        "features": _features(events_url),
        "oauth_config": {
            "redirect_urls": [f"{app_url}{CALLBACK_PATH}"],
            "scopes": _scopes(variant),
        },
        "settings": {
            **_addresses(events_url),
            "org_deploy_enabled": True,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": listed if token_rotation is None else token_rotation,
        },
    }


def _require_listable(app_url: str, *, socket_mode: bool) -> None:
    if socket_mode:
        raise ManifestError("The Marketplace lists no app that uses Socket Mode; leave it out.")
    if not app_url.startswith("https://"):
        raise ManifestError(f"The Marketplace wants https, and {app_url} is not.")


def _listing(app_url: str, support_email: str) -> Manifest:
    """Return the Marketplace's own section, which Slack takes only with an address to write to."""
    if not support_email:
        return {}
    return {
        "app_directory": {
            "use_direct_install": True,
            "direct_install_url": f"{app_url}/slack/install",
            "installation_landing_page": f"{app_url}/",
            "privacy_policy_url": f"{app_url}/privacy",
            "support_url": f"{app_url}/support",
            "support_email": support_email,
            "supported_languages": ["en"],
            "pricing": "free",
        }
    }


def _features(events_url: str) -> Manifest:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "Countersign", "always_online": True},
        "slash_commands": [
            {
                "command": COMMAND,
                **({"url": events_url} if events_url else {}),
                "description": "Get a campaign approved",
                "usage_hint": "[new | list | setup | help]",
                "should_escape": True,
            }
        ],
    }


def _scopes(variant: Variant) -> Manifest:
    """Return the scopes; what a person may leave out is named in both of Slack's lists."""
    bot = sorted(scope.name for scope in asked(Kind.BOT, variant))
    user = sorted(scope.name for scope in asked(Kind.USER, variant))
    return {"bot": bot, **({"user": user, "user_optional": user} if user else {})}


def _addresses(events_url: str) -> Manifest:
    """Return what is subscribed to, and where requests go unless the app fetches them."""
    events: Manifest = {"bot_events": list(BOT_EVENTS)}
    interactivity: Manifest = {"is_enabled": True}
    if events_url:
        events = {"request_url": events_url, **events}
        interactivity |= {"request_url": events_url, "message_menu_options_url": events_url}
    return {"event_subscriptions": events, "interactivity": interactivity}
