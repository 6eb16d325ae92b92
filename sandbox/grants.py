"""What the app is allowed: installations, tokens, codes, and the rights a gesture gives.

Where an id may be that of a workspace or of an organisation (an org-wide install), the field is
still called ``team_id``: Slack's own ``auth.test`` answers an organisation's id there.
"""

from dataclasses import dataclass, field

TOKENS_PER_GRANT = 2  # live access tokens; docs.slack.dev/authentication/using-token-rotation


def is_org(team_id: str) -> bool:
    """Whether an id is that of an organisation."""
    return team_id.startswith("E")


@dataclass
class Installation:
    """The app in one workspace or organisation; the bot user outlives an uninstall."""

    team_id: str  # T…, or E… when it is org-wide
    installer_id: str
    bot_user_id: str
    bot_id: str
    scopes: list[str]
    user_scopes: dict[str, list[str]] = field(default_factory=dict)  # user_id -> scopes
    active: bool = True
    installed_at: int = 0  # seconds since the epoch
    granted_team_ids: list[str] = field(default_factory=list)  # where an org admin added the app

    @property
    def is_org_wide(self) -> bool:
        """Whether it is an organisation's."""
        return is_org(self.team_id)


@dataclass
class Token:
    """An access token; ``ended`` is the error it earns once it no longer works."""

    token: str
    team_id: str  # T…, or E… when it is org-wide
    user_id: str
    kind: str  # "bot" or "user"
    scopes: list[str]
    ended: str = ""
    expires_at: float = 0.0  # seconds since the epoch; 0 means never
    exchanged: bool = False  # a long-lived token that was traded for a rotating one

    @property
    def rotates(self) -> bool:
        """Whether it expires and came with a refresh token."""
        return self.expires_at > 0

    @property
    def grant(self) -> tuple[str, str, str]:
        """Return what all tokens of one bot or person in one place have in common."""
        return self.team_id, self.user_id, self.kind

    def refusal(self, now: float) -> str:
        """Return the error it earns at ``now``, or an empty string."""
        if self.ended:
            return self.ended
        return "token_expired" if self.rotates and now >= self.expires_at else ""


@dataclass
class RefreshToken:
    """The right to one new pair of tokens."""

    token: str
    team_id: str
    user_id: str
    kind: str
    scopes: list[str]
    used_at: float = 0.0  # seconds since the epoch; 0 means not yet
    ended: str = ""

    @property
    def grant(self) -> tuple[str, str, str]:
        """Return what all tokens of one bot or person in one place have in common."""
        return self.team_id, self.user_id, self.kind


@dataclass
class Code:
    """A temporary code from the consent page."""

    code: str
    team_id: str
    user_id: str
    scopes: list[str]
    user_scopes: list[str]
    redirect_uri: str
    issued_at: float
    landed_on: str = ""  # where the browser was sent, also when the link named no address
    enterprise_id: str = ""  # set when it is for the whole organisation

    @property
    def place_id(self) -> str:
        """Return the workspace or organisation the app is installed in."""
        return self.enterprise_id or self.team_id


@dataclass
class InstallRequest:
    """A person who may not install the app, and asked an admin to."""

    team_id: str
    user_id: str
    requested_at: float


@dataclass
class Trigger:
    """The right to open one modal, for a moment."""

    trigger_id: str
    team_id: str
    user_id: str
    issued_at: float
    view_id: str | None = None  # the modal the gesture was made in
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer one gesture a few times."""

    token: str
    team_id: str
    channel_id: str
    user_id: str
    issued_at: float
    message_ts: str | None = None  # the message that was clicked
    uses: int = 0
