"""The methods that need a token: function, scopes, kinds of token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.methods import apps, auth, chat, conversations, directory, reactions, views
from sandbox.methods.call import Call
from sandbox.types import JSON

BOTH = frozenset({"bot", "user"})


@dataclass(frozen=True, slots=True)
class Method:
    """A method; one of ``scopes`` is enough, none listed means none needed."""

    perform: Callable[[Call], JSON]
    scopes: tuple[str, ...] = ()
    tokens: frozenset[str] = BOTH


WRITE = ("chat:write",)
READ_CHANNELS = ("channels:read", "groups:read", "im:read", "mpim:read")

# Scopes and kinds of token are those of each page under docs.slack.dev/reference/methods.
METHODS: Mapping[str, Method] = {
    "apps.uninstall": Method(apps.uninstall),
    "auth.revoke": Method(auth.revoke),
    "auth.teams.list": Method(auth.teams_list),
    "auth.test": Method(auth.test),
    "bots.info": Method(directory.bots_info, ("users:read",)),
    "chat.delete": Method(chat.delete, WRITE),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, WRITE),
    "chat.postMessage": Method(chat.post_message, WRITE),
    "chat.update": Method(chat.update, WRITE),
    "conversations.info": Method(conversations.info, READ_CHANNELS),
    "conversations.join": Method(conversations.join, ("channels:join", "channels:write")),
    "conversations.list": Method(conversations.list_, READ_CHANNELS),
    "conversations.members": Method(conversations.members, READ_CHANNELS),
    "conversations.open": Method(conversations.open_, ("im:write", "mpim:write")),
    "reactions.add": Method(reactions.add, ("reactions:write",)),
    "team.info": Method(directory.team_info, ("team:read",)),
    "usergroups.list": Method(directory.usergroups_list, ("usergroups:read",)),
    "usergroups.users.list": Method(directory.usergroups_users_list, ("usergroups:read",)),
    "users.conversations": Method(conversations.of_user, READ_CHANNELS),
    "users.info": Method(directory.users_info, ("users:read",)),
    "users.list": Method(directory.users_list, ("users:read",)),
    "views.open": Method(views.open_),
    "views.publish": Method(views.publish),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
}
