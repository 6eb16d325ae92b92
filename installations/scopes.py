"""What the app asks Slack for: each scope with the feature it serves and its reason.

This is the only list. The manifest, the consent link, the landing page and the health of an
installation are read from it; a test compares it with the Slack methods that the code calls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Whose token carries the scope."""

    BOT = "bot"
    USER = "user"  # the person's who consented; it acts as that person


class Variant(StrEnum):
    """Which Slack app it is: an operator's own, or the one listed in Slack's Marketplace."""

    SELFHOSTED = "selfhosted"
    MARKETPLACE = "marketplace"


class Surface(StrEnum):
    """What needs a scope without any method being called."""

    SLASH_COMMAND = "slash command"
    USER_GROUP_EVENTS = "events about user groups"
    PUBLIC_CHANNELS = "chat.postMessage where the bot is no member"
    OWN_SEARCH = "a person's own token, for their own search"


EVERYWHERE = frozenset(Variant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One permission; ``reason`` completes the sentence "it asks for this to …".

    ``feature`` is what stops without it. At least one of ``methods`` (Slack's Web API) and
    ``surfaces`` says what in the code needs it.
    """

    name: str
    feature: str
    reason: str
    kind: Kind = Kind.BOT
    methods: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    variants: frozenset[Variant] = EVERYWHERE


SCOPES = (
    Scope(
        name="channels:read",
        feature="choosing the approvals channel",
        reason="find the channel where approvals are posted",
        methods=("conversations.list",),
    ),
    Scope(
        name="chat:write",
        feature="cards, answers and notices",
        reason="post campaigns, and tell people what was decided",
        methods=("chat.postEphemeral", "chat.postMessage", "chat.update"),
    ),
    Scope(
        name="chat:write.public",
        feature="an approvals channel that works without an invitation",
        reason="post to a public channel without being invited first",
        surfaces=(Surface.PUBLIC_CHANNELS,),
    ),
    Scope(
        name="commands",
        feature="/campaign",
        reason="offer /campaign",
        surfaces=(Surface.SLASH_COMMAND,),
    ),
    Scope(
        name="usergroups:read",
        feature="approver groups",
        reason="know who belongs to the approver group",
        methods=("usergroups.list",),
        surfaces=(Surface.USER_GROUP_EVENTS,),
    ),
    Scope(
        name="users:read",
        feature="keeping guests from deciding",
        reason="tell admins and guests from other members",
        methods=("users.info",),
    ),
    # Asked of one person, who chooses it. Slack's Marketplace does not list apps that ask for it.
    Scope(
        name="search:read",
        kind=Kind.USER,
        feature="a compliance officer's own search",
        reason="search messages for an audit, as the person who asks",
        surfaces=(Surface.OWN_SEARCH,),
        variants=frozenset({Variant.SELFHOSTED}),
    ),
)


def asked(kind: Kind, variant: Variant) -> tuple[Scope, ...]:
    """Return the scopes of one kind that one variant of the app asks for."""
    return tuple(scope for scope in SCOPES if scope.kind is kind and variant in scope.variants)


def names(granted: str) -> list[str]:
    """Return the names in what Slack says was granted; commas or blanks part them."""
    return granted.replace(",", " ").split()


def missing(granted: str | Iterable[str]) -> tuple[str, ...]:
    """Return the bot scopes that an installation lacks, sorted; empty when it is complete.

    ``granted`` is as Slack gives it, or an iterable of names.
    """
    held = names(granted) if isinstance(granted, str) else granted
    return tuple(sorted(set(BOT_SCOPES) - set(held)))


def _reasons(kind: Kind) -> Mapping[str, str]:
    return {scope.name: scope.reason for scope in asked(kind, Variant.SELFHOSTED)}


BOT_SCOPES = _reasons(Kind.BOT)
# Asked for only when somebody chooses it for themselves
SEARCH_SCOPES = _reasons(Kind.USER)
