"""An app's manifest, read once into what the sandbox needs of it.

Source: docs.slack.dev/reference/app-manifest
"""

from dataclasses import dataclass, field
from typing import Self

from sandbox.types import JSON


class ManifestError(ValueError):
    """The manifest cannot be used; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command of the app."""

    command: str
    url: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of the app in Slack's shortcut menus."""

    callback_id: str
    name: str
    description: str
    type: str  # "global" or "message"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an app declares about itself."""

    name: str
    description: str = ""
    color: str = "#4a4a68"
    bot_name: str = "app"
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    home_tab_enabled: bool = False
    messages_tab_enabled: bool = True
    messages_tab_read_only: bool = False
    redirect_urls: tuple[str, ...] = ()
    bot_scopes: tuple[str, ...] = ()
    user_scopes: tuple[str, ...] = ()
    events_url: str = ""
    bot_events: frozenset[str] = field(default_factory=frozenset)
    interactivity_url: str = ""
    options_url: str = ""
    token_rotation_enabled: bool = False
    org_deploy_enabled: bool = False
    interactivity_enabled: bool = False
    socket_mode_enabled: bool = False

    @classmethod
    def from_json(cls, manifest: JSON) -> Self:
        """Read Slack's manifest format.

        Raises:
            ManifestError: the app has no name, or a command no url without Socket Mode.
        """
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        return cls(
            **_display(manifest),
            **_home(features.get("app_home", {})),
            **_oauth(manifest.get("oauth_config", {})),
            **_settings(settings),
            bot_name=features.get("bot_user", {}).get("display_name", "app"),
            commands=tuple(
                _command(command, needs_url=not settings.get("socket_mode_enabled"))
                for command in features.get("slash_commands", [])
            ),
            shortcuts=tuple(_shortcut(shortcut) for shortcut in features.get("shortcuts", [])),
        )

    @property
    def hears_events(self) -> bool:
        """Whether events have a way to the app."""
        return self.socket_mode_enabled or bool(self.events_url)

    @property
    def hears_gestures(self) -> bool:
        """Whether interactions have a way to the app."""
        if self.socket_mode_enabled:
            return self.interactivity_enabled
        return bool(self.interactivity_url)

    @property
    def hears_suggestions(self) -> bool:
        """Whether the app can be asked for the options of an external select."""
        if self.socket_mode_enabled:
            return self.interactivity_enabled
        return bool(self.options_url)

    def command(self, name: str) -> Command | None:
        """Return the slash command called ``name``."""
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        """Return the shortcut with this ``callback_id``."""
        return next((one for one in self.shortcuts if one.callback_id == callback_id), None)


def _display(manifest: JSON) -> JSON:
    display = manifest.get("display_information", {})
    if not display.get("name"):
        raise ManifestError("the manifest has no display_information.name")
    return {
        "name": display["name"],
        "description": display.get("description", ""),
        "color": display.get("background_color", "#4a4a68"),
    }


def _home(app_home: JSON) -> JSON:
    return {
        "home_tab_enabled": bool(app_home.get("home_tab_enabled", False)),
        "messages_tab_enabled": bool(app_home.get("messages_tab_enabled", True)),
        "messages_tab_read_only": bool(app_home.get("messages_tab_read_only_enabled", False)),
    }


def _oauth(config: JSON) -> JSON:
    scopes = config.get("scopes", {})
    return {
        "redirect_urls": tuple(config.get("redirect_urls", [])),
        "bot_scopes": tuple(scopes.get("bot", [])),
        "user_scopes": tuple(scopes.get("user", [])),
    }


def _settings(settings: JSON) -> JSON:
    events = settings.get("event_subscriptions", {})
    interactivity = settings.get("interactivity", {})
    return {
        "events_url": events.get("request_url", ""),
        "bot_events": frozenset(events.get("bot_events", [])),
        "interactivity_url": interactivity.get("request_url", ""),
        "options_url": interactivity.get("message_menu_options_url", ""),
        "token_rotation_enabled": bool(settings.get("token_rotation_enabled", False)),
        "org_deploy_enabled": bool(settings.get("org_deploy_enabled", False)),
        "interactivity_enabled": bool(interactivity.get("is_enabled", False)),
        "socket_mode_enabled": bool(settings.get("socket_mode_enabled", False)),
    }


def _command(command: JSON, *, needs_url: bool) -> Command:
    if needs_url and not command.get("url"):
        raise ManifestError(f"the command {command.get('command')} has no url")
    return Command(
        command=command["command"],
        url=command.get("url", ""),
        description=command.get("description", ""),
        usage_hint=command.get("usage_hint", ""),
        should_escape=bool(command.get("should_escape", False)),
    )


def _shortcut(shortcut: JSON) -> Shortcut:
    return Shortcut(
        callback_id=shortcut["callback_id"],
        name=shortcut["name"],
        description=shortcut.get("description", ""),
        type=shortcut["type"],
    )
