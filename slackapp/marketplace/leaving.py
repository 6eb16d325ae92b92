"""Whether tokens are kept well, and are gone when the app is."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from procrastinate.contrib.django import app as queue

from installations.crypto import KID_IN_SEALED
from installations.listeners import LIFECYCLE_EVENTS
from installations.models import SEALED_COLUMNS, Installation, Workspace, WorkspaceState
from installations.rotation import AHEAD
from installations.scopes import Variant
from installations.services import tokens
from slackapp import ingest, tasks
from slackapp.manifest import BOT_EVENTS, manifest
from slackapp.marketplace import trial
from slackapp.marketplace.requirement import Requirement, rolled_back
from slackapp.marketplace.visits import JSON, as_json, post_signed
from slackapp.models import DeliveryState, ReceivedDelivery

OK = 200
REFRESH = "installations.refresh_expiring"  # the periodic task
NEEDED = frozenset({"app_uninstalled", "tokens_revoked"})
REVOKED = {"tokens": {"oauth": [trial.INSTALLER_ID], "bot": [trial.BOT_USER_ID]}}
DETAILS: dict[str, dict[str, Any]] = {
    "app_home_opened": {"user": trial.INSTALLER_ID, "channel": "D0D", "tab": "home"},
    "grid_migration_finished": {"enterprise_id": trial.ENTERPRISE_ID},
    "grid_migration_started": {"enterprise_id": trial.ENTERPRISE_ID},
    "subteam_members_changed": {"subteam_id": "S0S", "team_id": trial.TEAM_ID},
    "subteam_updated": {"subteam": {"id": "S0S", "team_id": trial.TEAM_ID}},
    "team_access_granted": {"team_ids": [trial.TEAM_ID]},
    "team_access_revoked": {"team_ids": [trial.TEAM_ID]},
    "tokens_revoked": REVOKED,
}


def stores_no_plain_token() -> Iterator[str]:
    for column in sorted(SEALED_COLUMNS):
        rows = Installation.objects.exclude(**{column: ""})
        plain = rows.exclude(**{f"{column}__regex": KID_IN_SEALED}).values_list("pk", flat=True)
        for pk in plain[:10]:
            yield f"Installation {pk} holds an unencrypted {column}; have it installed again."
    if any(trial.SECRET in stored for stored in trial.installed().secrets()):
        yield "A new installation's tokens are stored as they are; see installations/crypto."


def renews_its_tokens() -> Iterator[str]:
    described = manifest("https://countersign.example", variant=Variant.MARKETPLACE)
    if not described["settings"]["token_rotation_enabled"]:
        yield "Turn token rotation on in the marketplace manifest; Slack's review asks for it."
    row = trial.installed(ends_in=trial.HOUR).rows()[0]
    due = tokens.expiring(client_id=settings.SLACK_CLIENT_ID, kind=tokens.BOT, ahead=AHEAD)
    if REFRESH not in queue.tasks or not due.filter(pk=row.pk).exists():
        yield "A token that ends within the hour is not renewed; see installations/tasks.py."


def hears_of_its_end() -> Iterator[str]:
    described = manifest(settings.APP_URL)["settings"]["event_subscriptions"]["bot_events"]
    for event in sorted(NEEDED - LIFECYCLE_EVENTS):
        yield f"Nothing handles {event}; see installations/listeners.py."
    for event in sorted((NEEDED | LIFECYCLE_EVENTS) - set(described)):
        yield f"The manifest does not subscribe to {event}; see slackapp/manifest.py."


def handles_what_it_subscribes_to() -> Iterator[str]:
    for event in BOT_EVENTS:
        with rolled_back():
            place = trial.installed()
            _, failure = ingest.dispatch(place.event(event, **DETAILS.get(event, {})))
        if failure is not None:
            yield f"{event} is subscribed to and {failure.kind}; add a listener, or leave it out."


def wipes_its_tokens_in_either_order() -> Iterator[str]:
    for order in (("app_uninstalled", "tokens_revoked"), ("tokens_revoked", "app_uninstalled")):
        place = trial.installed()
        for event in order:
            yield from _deliver(place.event(event, **DETAILS.get(event, {})))
        if place.secrets():
            yield f"After {' and '.join(order)} there are still tokens of that workspace."


def survives_a_late_farewell() -> Iterator[str]:
    """Slack repeats events for hours; one from before a reinstall must not end the new install."""
    place = trial.installed()
    for event in ("tokens_revoked", "app_uninstalled"):
        before = place.installed_at - trial.HOUR
        yield from _deliver(place.event(event, at=before, **DETAILS.get(event, {})))
    if not place.secrets():
        yield "A late uninstall event wiped an installation that is newer than the event."


def follows_its_organisation() -> Iterator[str]:
    place = trial.installed(org_wide=True)
    wanted = {
        "team_access_granted": WorkspaceState.ACTIVE,
        "team_access_revoked": WorkspaceState.UNINSTALLED,
    }
    for event, state in wanted.items():
        yield from _deliver(place.event(event, **DETAILS[event]))
        workspace = Workspace.objects.filter(team_id=trial.TEAM_ID).first()
        if workspace is None or workspace.state != state:
            yield f"After {event} the workspace has to be {state}; see installations/listeners.py."


def _deliver(event: dict[str, Any]) -> Iterator[str]:
    """Send an event as Slack does and have the worker handle it."""
    status = post_signed(as_json(**event), JSON).status_code
    if status != OK:
        yield f"{event['event']['type']} is answered {status}; Slack would give up."
    waiting = ReceivedDelivery.objects.filter(team_id=trial.TEAM_ID, state=DeliveryState.RECEIVED)
    for delivery_id in waiting.values_list("pk", flat=True):
        try:
            tasks.handle_event(delivery_id=delivery_id)
        except tasks.EventNotHandledError:
            yield f"{event['event']['type']} is not handled: its listener fails."


REQUIREMENTS = (
    Requirement(
        name="tokens-encrypted",
        area="Tokens",
        rule="Every stored token is encrypted",
        check=stores_no_plain_token,
        writes=True,
    ),
    Requirement(
        name="token-rotation",
        area="Token rotation",
        rule="Tokens are renewed every twelve hours",
        check=renews_its_tokens,
        writes=True,
    ),
    Requirement(
        name="lifecycle-events",
        area="Uninstall",
        rule="The app hears when it is removed",
        check=hears_of_its_end,
    ),
    Requirement(
        name="events-handled",
        area="Scopes",
        rule="Every event that is subscribed to is handled",
        check=handles_what_it_subscribes_to,
        writes=True,
    ),
    Requirement(
        name="org-ready",
        area="Org-ready",
        rule="An organisation can add the app to a workspace, and take it away",
        check=follows_its_organisation,
        writes=True,
    ),
    Requirement(
        name="uninstall",
        area="Uninstall",
        rule="Removing the app wipes its tokens, in whatever order the events come",
        check=wipes_its_tokens_in_either_order,
        writes=True,
    ),
    Requirement(
        name="late-uninstall",
        area="Uninstall",
        rule="A late event does not end a newer install",
        check=survives_a_late_farewell,
        writes=True,
    ),
)
