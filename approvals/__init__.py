"""The campaign domain, together with its face in Slack."""
