"""What each scope lets an app do, in the words of the consent page.

Source: docs.slack.dev/reference/scopes
"""

WORDS = {
    "app_mentions:read": "See messages that mention it in conversations it is part of",
    "channels:history": "See messages in public channels it has been added to",
    "channels:join": "Join public channels",
    "channels:read": "See basic information about public channels",
    "channels:write": "Manage public channels on your behalf",
    "chat:write": "Send messages in its own name",
    "chat:write.customize": "Send messages with another name and picture",
    "chat:write.public": "Send messages to public channels it is not a member of",
    "commands": "Add shortcuts and slash commands that people can use",
    "files:read": "See files shared in conversations it has been added to",
    "files:write": "Upload, edit and delete files in its own name",
    "groups:history": "See messages in private channels it has been added to",
    "groups:read": "See basic information about private channels it has been added to",
    "groups:write": "Manage private channels it has been added to",
    "im:history": "See its direct messages",
    "im:read": "See basic information about its direct messages",
    "im:write": "Start direct messages with people",
    "links:read": "See links from its own websites in messages",
    "links:write": "Show previews of links from its own websites",
    "mpim:history": "See messages in group direct messages it has been added to",
    "mpim:read": "See basic information about group direct messages it has been added to",
    "mpim:write": "Start group direct messages with people",
    "reactions:read": "See emoji reactions",
    "reactions:write": "Add and remove emoji reactions",
    "search:read": "Search the workspace as you",
    "team:read": "See the name, domain and icon of the workspace",
    "usergroups:read": "See user groups and who belongs to them",
    "usergroups:write": "Create and manage user groups",
    "users.profile:read": "See profile details of people",
    "users:read": "See the people in the workspace",
    "users:read.email": "See the email addresses of people in the workspace",
    "users:write": "Set its own presence",
}


def split(scope: str) -> list[str]:
    """Return the scopes of a comma or space separated list, each once."""
    return list(dict.fromkeys(scope.replace(",", " ").split()))


def unknown(scopes: list[str]) -> list[str]:
    """Return those Slack does not have."""
    return [scope for scope in scopes if scope not in WORDS]
