"""The envelope around an event; docs.slack.dev/apis/events-api/#callback-field."""

from dataclasses import dataclass

from sandbox.grants import Installation, is_org
from sandbox.ids import Ids
from sandbox.types import JSON


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, when it happened and where."""

    event: JSON
    at: float  # seconds since the epoch
    team_id: str  # T…, or E… for what concerns the organisation itself
    enterprise_id: str = ""


def envelope(ids: Ids, app_id: str, installation: Installation | None, what: Happened) -> JSON:
    """Wrap an event for the app.

    What concerns an organisation itself names neither a workspace nor an authorization, as
    Slack's recorded ``team_access_granted`` shows.
    """
    wrapped: JSON = {
        "token": "sandbox-verification-token",
        "api_app_id": app_id,
        "event": what.event,
        "type": "event_callback",
        "event_id": ids.new("Ev", 10),
        "event_time": int(what.at),
    }
    if what.enterprise_id:
        wrapped["enterprise_id"] = what.enterprise_id
    if is_org(what.team_id):
        return wrapped
    return {
        **wrapped,
        "team_id": what.team_id,
        "context_team_id": what.team_id,
        "context_enterprise_id": what.enterprise_id or None,
        "authorizations": [_authorization(installation, what)] if installation else [],
        "is_ext_shared_channel": False,
        "event_context": f"4-{ids.hexadecimal(40)}",
    }


def _authorization(installation: Installation, what: Happened) -> JSON:
    return {
        "enterprise_id": what.enterprise_id or None,
        "team_id": None if installation.is_org_wide else what.team_id,
        "user_id": installation.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": installation.is_org_wide,
    }
