"""What Slack takes in a manifest, as far as ours goes: names, kinds, lengths, patterns.

Source: docs.slack.dev/reference/app-manifest and github.com/slackapi/manifest-schema (2.0.0).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

WEB = r"https?://.+"
COLOR = r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"
EMAIL = r"[^@\s]+@[^@\s]+"

Rule = Callable[[str, Any], Iterator[str]]


def text(longest: int, pattern: str = ".+", shortest: int = 1) -> Rule:
    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.DOTALL):
            yield f"{path}: {value!r} does not match {pattern}"
        elif not shortest <= len(value) <= longest:
            yield f"{path}: {len(value)} characters, {shortest} to {longest} are allowed"

    return check


def flag(path: str, value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{path}: {value!r} is not true or false"


def number(path: str, value: Any) -> Iterator[str]:
    if type(value) is not int:
        yield f"{path}: {value!r} is no whole number"


def several(rule: Rule, most: int, least: int = 0) -> Rule:
    def check(path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            yield f"{path}: {least} to {most} entries are allowed"
            return
        if any(entry in value[:index] for index, entry in enumerate(value)):
            yield f"{path}: an entry is there twice"
        for index, entry in enumerate(value):
            yield from rule(f"{path}[{index}]", entry)

    return check


@dataclass(frozen=True)
class Group:
    """An object that has only these fields; those in ``required`` have to be there."""

    fields: dict[str, Rule]
    required: tuple[str, ...] = ()

    def __call__(self, path: str, value: Any) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no object"
            return
        for name in self.required:
            if name not in value:
                yield f"{path}.{name}: is missing"
        for name, entry in value.items():
            if name not in self.fields:
                yield f"{path}.{name}: Slack knows no such field"
            else:
                yield from self.fields[name](f"{path}.{name}", entry)


LISTING = Group(
    {
        "app_directory_categories": several(text(255), 3),
        "use_direct_install": flag,
        "direct_install_url": text(255, WEB),
        "installation_landing_page": text(255, WEB),
        "privacy_policy_url": text(500, WEB),
        "support_url": text(350, WEB),
        "support_email": text(100, EMAIL),
        "supported_languages": several(text(50), 50, least=1),
        "pricing": text(30),
    },
    required=(
        "installation_landing_page",
        "privacy_policy_url",
        "support_url",
        "support_email",
        "supported_languages",
        "pricing",
    ),
)
DISPLAY = Group(
    {
        "name": text(35),
        "description": text(140),
        "background_color": text(7, COLOR),
        "long_description": text(4000, shortest=175),
    },
    required=("name",),
)
COMMAND = Group(
    {
        "command": text(32, r"/\S+"),
        "url": text(3000, WEB),
        "description": text(2000),
        "usage_hint": text(1000),
        "should_escape": flag,
    },
    required=("command", "description"),
)
FEATURES = Group(
    {
        "app_home": Group(
            dict.fromkeys(
                [
                    "home_tab_enabled",
                    "messages_tab_enabled",
                    "messages_tab_read_only_enabled",
                ],
                flag,
            )
        ),
        "bot_user": Group(
            {"display_name": text(80), "always_online": flag}, required=("display_name",)
        ),
        "slash_commands": several(COMMAND, 50, least=1),
    }
)
SCOPE_LISTS = ("bot", "bot_optional", "user", "user_optional")
OAUTH = Group(
    {
        "redirect_urls": several(text(2500, WEB), 1000),
        "scopes": Group(dict.fromkeys(SCOPE_LISTS, several(text(50, r"[a-z:._]+"), 255))),
        "token_management_enabled": flag,
        "pkce_enabled": flag,
    }
)
SETTINGS = Group(
    {
        "event_subscriptions": Group(
            {
                "request_url": text(3500, WEB),
                "bot_events": several(text(50, r"[a-z_.]+"), 100),
                "user_events": several(text(50, r"[a-z_.]+"), 100),
            }
        ),
        "interactivity": Group(
            {
                "is_enabled": flag,
                "request_url": text(3500, WEB),
                "message_menu_options_url": text(3500, WEB),
            },
            required=("is_enabled",),
        ),
        "org_deploy_enabled": flag,
        "socket_mode_enabled": flag,
        "token_rotation_enabled": flag,
    }
)
MANIFEST = Group(
    {
        "_metadata": Group({"major_version": number, "minor_version": number}),
        "app_directory": LISTING,
        "display_information": DISPLAY,
        "features": FEATURES,
        "oauth_config": OAUTH,
        "settings": SETTINGS,
    },
    required=("display_information",),
)
# docs.slack.dev/reference/events: what the Events API sends to a bot, as far as it concerns us
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_uninstalled",
        "grid_migration_finished",
        "grid_migration_started",
        "subteam_created",
        "subteam_members_changed",
        "subteam_self_added",
        "subteam_self_removed",
        "subteam_updated",
        "team_access_granted",
        "team_access_revoked",
        "tokens_revoked",
        "user_change",
    }
)


def problems(manifest: dict[str, Any]) -> list[str]:
    """Return what Slack would refuse, each with the path of the field."""
    return [*MANIFEST("manifest", manifest), *_across(manifest)]


def _across(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield what no single field shows."""
    scopes = manifest["oauth_config"]["scopes"]
    for kind in ("bot", "user"):
        unlisted = set(scopes.get(f"{kind}_optional", [])) - set(scopes.get(kind, []))
        if unlisted:
            yield f"optional scopes have to be in {kind} too: {sorted(unlisted)}"
    settings = manifest["settings"]
    if settings.get("org_deploy_enabled") and not scopes.get("bot"):
        yield "an app for whole organisations needs a bot scope"
    unknown = set(settings["event_subscriptions"]["bot_events"]) - EVENTS
    if unknown:
        yield f"no such events: {sorted(unknown)}"
