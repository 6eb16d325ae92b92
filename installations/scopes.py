"""What the app asks a workspace for, each with its reason."""

BOT_SCOPES = {
    "channels:read": "find the channel where approvals are posted",
    "chat:write": "post campaigns, and tell people what was decided",
    "chat:write.public": "post to a public channel without being invited first",
    "commands": "offer /campaign",
    "usergroups:read": "know who belongs to the approver group",
    "users:read": "tell admins and guests from other members",
}
# Asked for only when a compliance officer chooses it: /slack/install?search=1
SEARCH_SCOPES = {
    "search:read": "search messages for an audit, as the person who asks",
}
