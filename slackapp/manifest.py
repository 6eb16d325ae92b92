"""The Slack app manifest: docs.slack.dev/reference/app-manifest."""

from typing import Any

from approvals.slack.ids import COMMAND
from installations.oauth import CALLBACK_PATH
from installations.scopes import BOT_SCOPES, SEARCH_SCOPES

BOT_EVENTS = ["app_home_opened", "subteam_members_changed", "subteam_updated"]


def manifest(app_url: str) -> dict[str, Any]:
    """Return the manifest of an app that lives at ``app_url`` and is reached over HTTP."""
    events_url = f"{app_url}/slack/events"
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Countersign",
            "description": "Campaign approvals with evidence, without leaving Slack.",
            "background_color": "#1f3a5f",
        },
        "features": _features(events_url),
        "oauth_config": {
            "redirect_urls": [f"{app_url}{CALLBACK_PATH}"],
            "scopes": {"bot": sorted(BOT_SCOPES), "user_optional": sorted(SEARCH_SCOPES)},
        },
        "settings": {
            "event_subscriptions": {"request_url": events_url, "bot_events": BOT_EVENTS},
            "interactivity": {
                "is_enabled": True,
                "request_url": events_url,
                "message_menu_options_url": events_url,
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def _features(events_url: str) -> dict[str, Any]:
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
                "url": events_url,
                "description": "Get a campaign approved",
                "usage_hint": "[new | list | setup | help]",
                "should_escape": True,
            }
        ],
    }
