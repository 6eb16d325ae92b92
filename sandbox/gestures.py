"""The parts that Slack's interaction payloads have in common."""

from dataclasses import dataclass
from typing import TypeVar

from sandbox.grants import ResponseUrl, Trigger
from sandbox.messages import payload as message_payload
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.views import payload as view_payload
from sandbox.workspace import Channel, Enterprise, Message, Team, User, View

Issued = TypeVar("Issued", Trigger, ResponseUrl)
KEPT = 3600.0  # seconds; longer than either lives, so that late use is told from invention


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at their keyboard, in one workspace."""

    team: Team
    user: User


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element was used: on a message of a channel, or in a view."""

    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None

    @property
    def blocks(self) -> list[JSON]:
        """Return the blocks shown there."""
        if self.view is not None:
            return list(self.view.content["blocks"])
        return list(self.message.blocks or []) if self.message else []


def common(slack: Slack, person: Person, kind: str) -> JSON:
    """Return what every interaction says; docs.slack.dev/reference/interaction-payloads.

    With an org-wide installation there is no ``team``: the workspace is the person's.
    """
    wide = is_org_wide(slack, person.team)
    enterprise = slack.state.enterprise_of(person.team.team_id)
    return {
        "type": kind,
        "token": "sandbox-verification-token",
        "team": None if wide else _team(person.team, enterprise),
        "user": {
            "id": person.user.user_id,
            "username": person.user.handle,
            "name": person.user.handle,
            "team_id": person.team.team_id,
        },
        "api_app_id": slack.app_id,
        "enterprise": (
            {"id": enterprise.enterprise_id, "name": enterprise.name} if enterprise else None
        ),
        "is_enterprise_install": wide,
    }


def is_org_wide(slack: Slack, team: Team) -> bool:
    """Whether the app came to a workspace through its organisation."""
    installation = slack.state.installation(team.team_id)
    return installation is not None and installation.is_org_wide


def where(slack: Slack, place: Place, values: JSON) -> JSON:
    """Return the container and what is shown in it.

    An ephemeral message is named but not included, as with Slack.
    """
    if place.view is not None:
        container = {"type": "view", "view_id": place.view.view_id}
        return {"container": container, "view": view_payload(slack, place.view, values)}
    if place.message is None or place.channel is None:
        return {}
    described: JSON = {
        "container": _message_container(place.channel, place.message),
        "channel": {"id": place.channel.channel_id, "name": channel_name(place.channel)},
        "state": {"values": values},
    }
    if place.message.ephemeral_to is None:
        described["message"] = message_payload(place.channel, place.message)
    return described


def channel_name(channel: Channel) -> str:
    """Return the name Slack gives a conversation in payloads."""
    if channel.kind == "im":
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def new_trigger(slack: Slack, person: Person, view: View | None = None) -> str:
    """Return a fresh trigger id for this person; its 3 seconds begin now."""
    with slack.lock:
        _forget_old(slack.state.triggers, slack.clock.now())
        trigger_id = slack.ids.trigger()
        slack.state.triggers[trigger_id] = Trigger(
            trigger_id=trigger_id,
            team_id=person.team.team_id,
            user_id=person.user.user_id,
            issued_at=slack.clock.now(),
            view_id=view.view_id if view else None,
        )
        return trigger_id


def new_response_url(
    slack: Slack, person: Person, channel: Channel, message: Message | None = None
) -> str:
    """Return a URL at which the app may answer this gesture."""
    with slack.lock:
        _forget_old(slack.state.response_urls, slack.clock.now())
        token = f"{person.team.team_id}/{slack.ids.hexadecimal(32)}"
        slack.state.response_urls[token] = ResponseUrl(
            token=token,
            team_id=person.team.team_id,
            channel_id=channel.channel_id,
            user_id=person.user.user_id,
            issued_at=slack.clock.now(),
            message_ts=message.ts if message else None,
        )
    return f"{slack.base_url}/response/{token}"


def _team(team: Team, enterprise: Enterprise | None) -> JSON:
    described = {"id": team.team_id, "domain": team.domain}
    if enterprise is None:
        return described
    belongs = {"enterprise_id": enterprise.enterprise_id, "enterprise_name": enterprise.name}
    return {**described, **belongs}


def _message_container(channel: Channel, message: Message) -> JSON:
    container: JSON = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.channel_id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    return {**container, "thread_ts": message.thread_ts} if message.thread_ts else container


def _forget_old(table: dict[str, Issued], now: float) -> None:
    """Drop what ended long ago, so that a long demo does not grow without end."""
    for key, one in list(table.items()):
        if now - one.issued_at > KEPT:
            del table[key]
