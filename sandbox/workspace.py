"""What the sandbox remembers: workspaces, people, channels, messages, views, tokens."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.grants import (
    Code,
    Installation,
    InstallRequest,
    RefreshToken,
    ResponseUrl,
    Token,
    Trigger,
)
from sandbox.types import JSON


@dataclass
class Enterprise:
    """An organisation that has several workspaces (Enterprise Grid)."""

    enterprise_id: str
    name: str
    domain: str
    admin_ids: list[str] = field(default_factory=list)  # who may install for all workspaces

    @property
    def url(self) -> str:
        """Return the organisation's address."""
        return f"https://{self.domain}.enterprise.slack.com/"


@dataclass
class Team:
    """A workspace."""

    team_id: str
    name: str
    domain: str
    color: str
    default_user_id: str
    enterprise_id: str = ""
    migrating_to: str = ""  # the organisation it is moving into just now
    needs_approval: bool = False  # only admins may install apps; others ask them


@dataclass
class User:
    """A person or a bot of one workspace, or of more within one organisation."""

    user_id: str
    team_id: str
    handle: str
    real_name: str
    title: str = ""
    role_hint: str = ""
    color: str = "#4a4a68"
    tz: str = "Europe/Amsterdam"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    deleted: bool = False
    updated: int = 0  # seconds since the epoch
    also_in: list[str] = field(default_factory=list)  # further workspaces of the organisation

    @property
    def team_ids(self) -> list[str]:
        """Return the workspaces the account is in, its home first."""
        return [self.team_id, *self.also_in]

    @property
    def is_guest(self) -> bool:
        """Whether the person sees only the channels they were invited to."""
        return self.is_restricted or self.is_ultra_restricted


@dataclass
class UserGroup:
    """A named group that can be mentioned."""

    usergroup_id: str
    team_id: str
    handle: str
    name: str
    user_ids: list[str]
    created_by: str
    date_create: int = 0  # seconds since the epoch
    date_update: int = 0
    date_delete: int = 0


@dataclass
class Message:
    """One message; an ephemeral one is seen by ``ephemeral_to`` alone."""

    ts: str
    user_id: str
    text: str
    blocks: list[JSON] | None = None
    app_id: str | None = None
    bot_id: str | None = None
    thread_ts: str | None = None
    edited_ts: str | None = None
    ephemeral_to: str | None = None
    subtype: str | None = None
    metadata: JSON | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Channel:
    """A channel, or the direct messages of a person and a bot."""

    channel_id: str
    team_id: str
    name: str
    kind: str = "channel"  # or "im"
    is_private: bool = False
    is_general: bool = False
    is_archived: bool = False
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    created: int = 0  # seconds since the epoch
    member_ids: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)  # user_id -> ts

    def message(self, ts: str) -> Message | None:
        """Return the message with this ``ts``."""
        return next((message for message in reversed(self.messages) if message.ts == ts), None)

    def partner_of(self, user_id: str) -> str:
        """Return the other side of a direct conversation."""
        return next(member for member in self.member_ids if member != user_id)


@dataclass
class View:
    """A modal or a Home tab as the app last sent it, with what Slack adds."""

    view_id: str
    team_id: str
    user_id: str
    content: JSON  # the app's own keys: type, title, blocks, callback_id …
    hash: str
    root_view_id: str
    previous_view_id: str | None = None


@dataclass
class State:
    """Everything, in tables keyed by Slack's ids."""

    enterprises: dict[str, Enterprise] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    usergroups: dict[str, UserGroup] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)  # user_id -> view ids, root first
    homes: dict[str, str] = field(default_factory=dict)  # user_id -> view id
    installations: dict[str, Installation] = field(default_factory=dict)  # by team_id, T… or E…
    install_requests: list[InstallRequest] = field(default_factory=list)
    tokens: dict[str, Token] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    last_ts: int = 0  # microseconds since the epoch

    def users_of(self, team_id: str) -> Iterator[User]:
        """Yield the people and bots of a workspace, or what belongs to an organisation itself."""
        bot_user_id = self._org_bot_in(team_id)
        for user in self.users.values():
            if team_id in user.team_ids or user.user_id == bot_user_id:
                yield user

    def people_of(self, team_id: str) -> Iterator[User]:
        """Yield the active people of a workspace."""
        return (user for user in self.users_of(team_id) if not user.is_bot and not user.deleted)

    def channels_of(self, team_id: str) -> Iterator[Channel]:
        """Yield the channels and direct conversations of a workspace."""
        return (channel for channel in self.channels.values() if channel.team_id == team_id)

    def usergroups_of(self, team_id: str) -> Iterator[UserGroup]:
        """Yield the user groups of a workspace."""
        return (group for group in self.usergroups.values() if group.team_id == team_id)

    def channel_named(self, team_id: str, name: str) -> Channel | None:
        """Return the channel with this name, without its ``#``."""
        named = (one for one in self.channels_of(team_id) if one.kind == "channel")
        return next((channel for channel in named if channel.name == name), None)

    def user_with_handle(self, team_id: str, handle: str) -> User | None:
        """Return the person or bot with this handle, without its ``@``."""
        return next((user for user in self.users_of(team_id) if user.handle == handle), None)

    def enterprise_of(self, team_id: str) -> Enterprise | None:
        """Return the organisation a workspace belongs to, or the one with this very id."""
        team = self.teams.get(team_id)
        return self.enterprises.get(team.enterprise_id if team else team_id)

    def teams_in(self, enterprise_id: str) -> list[Team]:
        """Return the workspaces of an organisation."""
        return [team for team in self.teams.values() if team.enterprise_id == enterprise_id]

    def installation(self, team_id: str) -> Installation | None:
        """Return the app's live installation in a workspace: its own, else the organisation's."""
        own, wide = self.installations.get(team_id), self.org_installation(team_id)
        if own is None or not own.active or (wide is not None and not own.scopes):
            return wide  # an own one without bot scopes holds people's tokens only
        return own

    def org_installation(self, team_id: str) -> Installation | None:
        """Return the live org-wide installation that was granted to a workspace."""
        team = self.teams.get(team_id)
        wide = self.installations.get(team.enterprise_id) if team else None
        return wide if wide and wide.active and team_id in wide.granted_team_ids else None

    def known_installation(self, team_id: str) -> Installation:
        """Return the installation of a workspace, if need be one that has ended."""
        return self.installation(team_id) or self.installations[team_id]

    def bot_user(self, team_id: str) -> User | None:
        """Return the installed app's bot user."""
        installation = self.installation(team_id)
        if installation is None or not installation.scopes:
            return None
        return self.users[installation.bot_user_id]

    def im_between(self, user_id: str, other_id: str) -> Channel | None:
        """Return the direct conversation of two users, if it was ever opened."""
        pair = {user_id, other_id}
        ims = (channel for channel in self.channels.values() if channel.kind == "im")
        return next((im for im in ims if set(im.member_ids) == pair), None)

    def _org_bot_in(self, team_id: str) -> str:
        wide = self.org_installation(team_id)
        return wide.bot_user_id if wide else ""


def can_see(user: User, channel: Channel) -> bool:
    """Whether ``user`` finds ``channel`` in their sidebar or channel browser."""
    if user.user_id in channel.member_ids:
        return True
    return channel.kind == "channel" and not channel.is_private and not user.is_guest
