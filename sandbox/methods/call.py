"""One call of the Web API: its arguments, and on whose behalf it is made."""

import json
from dataclasses import dataclass
from typing import cast

from sandbox.errors import InvalidArgumentsError, SlackError
from sandbox.grants import Installation, Token, is_org
from sandbox.migrations import require_settled
from sandbox.slack import Slack
from sandbox.types import JSON, Value
from sandbox.workspace import Channel, Team, User

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
        """Return the workspace the call is about: the token's, or with an org token ``team_id``.

        Raises:
            SlackError: ``missing_argument``, ``team_not_found`` or ``team_access_not_granted``.
        """
        if not is_org(self.token.team_id):
            return self.slack.state.teams[self.token.team_id]
        team_id = self.text("team_id")
        if not team_id:
            raise InvalidArgumentsError(["missing required field: team_id"], "missing_argument")
        if not self.reaches(team_id):
            raise SlackError("team_not_found")
        return self.slack.state.teams[team_id]

    def require_team(self) -> None:
        """Refuse a call with an org token that names no workspace within reach."""
        _ = self.team

    @property
    def team_ids(self) -> list[str]:
        """Return the workspaces the token works in."""
        if not is_org(self.token.team_id):
            return [self.token.team_id]
        return list(self.installation.granted_team_ids)

    def reaches(self, team_id: str) -> bool:
        """Whether a workspace is the token's own, or one of its organisation that has the app.

        Raises:
            SlackError: ``team_access_not_granted`` for one of the organisation without the app,
                ``team_added_to_org`` while it is moving.
        """
        if not is_org(self.token.team_id) or team_id == self.token.team_id:
            return team_id == self.token.team_id
        team = self.slack.state.teams.get(team_id)
        if team is None or team.enterprise_id != self.token.team_id:
            return False
        require_settled(self.slack, team_id)
        if team_id not in self.team_ids:
            raise SlackError("team_access_not_granted")
        return True

    @property
    def caller(self) -> User:
        """Return the bot or person the token belongs to."""
        return self.slack.state.users[self.token.user_id]

    @property
    def installation(self) -> Installation:
        """Return the installation the token came with."""
        return self.slack.state.known_installation(self.token.team_id)

    def knows(self, user: User) -> bool:
        """Whether a user is in the token's reach; an organisation's bot is in all of its own."""
        if user.user_id == self.installation.bot_user_id:
            return True
        return self.reaches(self.home_of(user))

    def home_of(self, user: User) -> str:
        """Return the workspace in which the token meets a user, else the user's own."""
        common = (team_id for team_id in user.team_ids if team_id in self.team_ids)
        return next(common, user.team_id)

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
        if channel is None or not self.reaches(channel.team_id):
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
        """Return a user of the workspace or organisation; SlackError ``user_not_found``."""
        user = self.slack.state.users.get(self.required(name))
        if user is None or not self.knows(user):
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
