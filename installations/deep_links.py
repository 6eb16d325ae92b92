"""Addresses that open Slack at the right place: docs.slack.dev/interactivity/deep-linking."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings

CLIENTS = {"slack.com": "https://app.slack.com", "slack-gov.com": "https://app.slack-gov.com"}


def app_home(team_id: str | None, app_id: str) -> str:
    """Return the link that opens the app's Home in Slack's desktop or phone client."""
    if not team_id:
        return "slack://open"
    return "slack://app?" + urlencode({"team": team_id, "id": app_id, "tab": "home"})


def in_browser(team_id: str | None) -> str:
    """Return the workspace's address in a browser; a Slack elsewhere serves its own client."""
    parts = urlsplit(settings.SLACK_AUTHORIZE_URL)
    client = CLIENTS.get(parts.netloc, f"{parts.scheme}://{parts.netloc}")
    return f"{client}/client/{team_id}" if team_id else client


def is_slack_itself() -> bool:
    return urlsplit(settings.SLACK_AUTHORIZE_URL).netloc in CLIENTS
