"""Addresses that open Slack at the right place: docs.slack.dev/interactivity/deep-linking."""

from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

CLIENTS = {"slack.com": "https://app.slack.com", "slack-gov.com": "https://app.slack-gov.com"}
OWN_DOMAINS = (".slack.com", ".slack-gov.com")


def app_home(team_id: str | None, app_id: str) -> str:
    """Return the link that opens the app's Home in Slack's desktop or phone client."""
    if not team_id:
        return "slack://open"
    return "slack://app?" + urlencode({"team": team_id, "id": app_id, "tab": "home"})


def in_browser(team_id: str | None) -> str:
    """Return the workspace's address in a browser; a Slack elsewhere serves its own client."""
    client = CLIENTS.get(urlsplit(settings.SLACK_AUTHORIZE_URL).netloc, _configured_origin())
    return f"{client}/client/{team_id}" if team_id else client


def add_to_workspaces(enterprise_url: str, app_id: str) -> str:
    """Return where an organisation's admin adds the app to workspaces; empty if not Slack's.

    ``enterprise_url`` is what Slack said of the organisation; a link we show leads nowhere else.
    """
    origin = _slack_origin(enterprise_url)
    page = f"manage/organization/apps/profile/{quote(app_id, safe='')}/workspaces/add"
    return f"{origin}/{page}" if origin and app_id else ""


def manage_apps() -> str:
    """Return where people take permissions back; empty where Slack itself does not serve us."""
    return f"{_configured_origin()}/apps/manage" if is_slack_itself() else ""


def is_slack_itself() -> bool:
    return urlsplit(settings.SLACK_AUTHORIZE_URL).netloc in CLIENTS


def _slack_origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # half an IPv6 address
        return ""
    origin = f"{parts.scheme}://{parts.netloc}"
    is_slacks = parts.scheme == "https" and parts.netloc.lower().endswith(OWN_DOMAINS)
    is_plain = not {"@", "\\"} & set(parts.netloc)
    return origin if is_plain and (is_slacks or origin == _configured_origin()) else ""


def _configured_origin() -> str:
    parts = urlsplit(settings.SLACK_AUTHORIZE_URL)
    return f"{parts.scheme}://{parts.netloc}"
