"""How faithful each Web API method is, and the test that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """``faithful`` is "full" or what differs from Slack; ``tested`` a file of sandbox/tests."""

    faithful: str
    tested: str


FULL = "full"

COVERAGE: Mapping[str, Coverage] = {
    "api.test": Coverage(FULL, "test_tokens.py"),
    "apps.connections.open": Coverage("no rate limit", "test_socket_mode.py"),
    "apps.uninstall": Coverage("any member's token may", "test_lifecycle.py"),
    "auth.revoke": Coverage(FULL, "test_installing.py"),
    "auth.teams.list": Coverage("no icons", "test_org_tokens.py"),
    "auth.test": Coverage(FULL, "test_tokens.py"),
    "bots.info": Coverage("only the app's own bot", "test_directory.py"),
    "chat.delete": Coverage(FULL, "test_messages.py"),
    "chat.getPermalink": Coverage("leads to the sandbox's own client", "test_messages.py"),
    "chat.postEphemeral": Coverage("no attachments", "test_messages.py"),
    "chat.postMessage": Coverage(
        "no attachments or unfurling; over-long text is refused, not cut", "test_messages.py"
    ),
    "chat.update": Coverage("no attachments", "test_messages.py"),
    "conversations.info": Coverage(FULL, "test_directory.py"),
    "conversations.join": Coverage(FULL, "test_directory.py"),
    "conversations.list": Coverage("no group direct messages", "test_directory.py"),
    "conversations.members": Coverage(FULL, "test_directory.py"),
    "conversations.open": Coverage("no group direct messages", "test_directory.py"),
    "oauth.v2.access": Coverage("no PKCE", "test_installing.py"),
    "oauth.v2.exchange": Coverage(FULL, "test_rotation.py"),
    "reactions.add": Coverage("any well-formed name is an emoji", "test_messages.py"),
    "team.info": Coverage("no query by domain", "test_directory.py"),
    "usergroups.list": Coverage(FULL, "test_directory.py"),
    "usergroups.users.list": Coverage(FULL, "test_directory.py"),
    "users.conversations": Coverage("no group direct messages", "test_directory.py"),
    "users.info": Coverage("no locale", "test_directory.py"),
    "users.list": Coverage("no locale", "test_directory.py"),
    "views.open": Coverage("no interactivity_pointer", "test_modals.py"),
    "views.publish": Coverage("no interactivity_pointer", "test_home.py"),
    "views.push": Coverage("no interactivity_pointer", "test_modals.py"),
    "views.update": Coverage(FULL, "test_modals.py"),
}
