"""One call of the Web API: its arguments, and on whose behalf it is made."""

import json
from dataclasses import dataclass
from typing import cast

from sandbox.errors import InvalidArgumentsError, SlackError
from sandbox.slack import Slack
from sandbox.types import JSON, Value
from sandbox.workspace import Channel, Installation, Team, Token, User

TRUE = ("1", "true", "True", True)
READ_SCOPES = {"im": "im:read", "group": "groups:read", "channel": "channels:read"}


@dataclass(frozen=True, slots=True)
class Call:
    """What a method is given."""

    slack: Slack
    args: JSON
    token: Token

    @property
    def team(self) -> Team:
        """Return the token's workspace."""
        return self.slack.state.teams[self.token.team_id]

    @property
    def caller(self) -> User:
        """Return the bot or person the token belongs to."""
        return self.slack.state.users[self.token.user_id]

    @property
    def installation(self) -> Installation:
        """Return the installation the token came with."""
        return self.slack.state.installations[self.token.team_id]

    def text(self, name: str, default: str = "") -> str:
        """Return a string argument."""
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise InvalidArgumentsError([f"must be a string [json-pointer:/{name}]"])
        return str(value)

    def required(self, name: str) -> str:
        """Return a string argument that must be there."""
        value = self.text(name)
        if not value:
            raise InvalidArgumentsError([f"missing required field: {name}"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean argument, in any of the spellings Slack takes."""
        value = self.args.get(name)
        return default if value is None else value in TRUE

    def number(self, name: str, default: int) -> int:
        """Return a whole number; SlackError ``invalid_limit`` if it is none."""
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None

    def structure(self, name: str) -> Value:
        """Return an argument that is JSON, whether it was sent as such or as a string."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
            raise InvalidArgumentsError([f"{name} is not valid JSON"], code) from None

    def require_scope(self, needed: str) -> None:
        """Refuse with ``missing_scope`` if the token lacks a scope."""
        if needed not in self.token.scopes:
            provided = ",".join(self.token.scopes)
            raise SlackError("missing_scope", needed=needed, provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """Return a conversation the token may know of.

        Raises:
            SlackError: ``channel_not_found``, also for private ones the caller is not in.
        """
        channel = self.slack.state.channels.get(self.required(name))
        if channel is None or channel.team_id != self.team.team_id:
            raise SlackError("channel_not_found")
        if channel.is_private and self.caller.user_id not in channel.member_ids:
            raise SlackError("channel_not_found")
        return channel

    def readable_channel(self) -> Channel:
        """Return a conversation of a kind the token has the reading scope for."""
        channel = self.channel()
        self.require_scope(READ_SCOPES[kind_of(channel)])
        return channel

    def user(self, name: str = "user") -> User:
        """Return a user of the workspace; SlackError ``user_not_found`` otherwise."""
        user = self.slack.state.users.get(self.required(name))
        if user is None or user.team_id != self.team.team_id:
            raise SlackError("user_not_found")
        return user


def kind_of(channel: Channel) -> str:
    """Return "channel", "group" or "im"."""
    if channel.kind == "im":
        return "im"
    return "group" if channel.is_private else "channel"


def as_object(value: Value) -> JSON:
    """Return a JSON object that was checked before."""
    return cast("JSON", value)
