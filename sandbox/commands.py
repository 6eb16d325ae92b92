"""Slash commands: what is sent, and what the person sees of the answer.

Source: docs.slack.dev/interactivity/implementing-slash-commands
"""

from sandbox.delivery import Answer, as_person_reads
from sandbox.errors import SlackError
from sandbox.escape import typed_command
from sandbox.gestures import (
    Person,
    channel_name,
    is_org_wide,
    new_response_url,
    new_trigger,
)
from sandbox.manifest import Command
from sandbox.outcomes import Outcome
from sandbox.replies import reply
from sandbox.slack import Slack
from sandbox.workspace import Channel, Enterprise, Message


def run(slack: Slack, who: Person, channel: Channel, name: str, text: str) -> Outcome:
    """Run a slash command; the app's answer appears in the channel."""
    declared = slack.manifest.command(name)
    if declared is None or slack.state.installation(who.team.team_id) is None:
        return _failed(slack, who, channel, f"{name} is not a valid command.")
    fields = _fields(slack, who, channel, declared, text)
    answer = slack.outlet.command(declared, fields)
    if answer.status != 200:  # noqa: PLR2004 (Slack accepts nothing else here)
        code = as_person_reads(answer)
        return _failed(slack, who, channel, f'{name} failed with the error "{code}"')
    try:
        _show_answer(slack, who, channel, answer)
    except SlackError as error:
        code = f"invalid_command_response: {error.code}"
        return _failed(slack, who, channel, f'{name} failed with the error "{code}"')
    return Outcome()


def _fields(
    slack: Slack, who: Person, channel: Channel, declared: Command, text: str
) -> dict[str, str]:
    state, team = slack.state, who.team
    escaped = typed_command(state, team.team_id, text) if declared.should_escape else text
    return {
        "token": "sandbox-verification-token",
        "team_id": team.team_id,
        "team_domain": team.domain,
        **_enterprise(state.enterprise_of(team.team_id)),
        "channel_id": channel.channel_id,
        "channel_name": channel_name(channel),
        "user_id": who.user.user_id,
        "user_name": who.user.handle,
        "command": declared.command,
        "text": escaped.strip(),
        "api_app_id": slack.app_id,
        "is_enterprise_install": "true" if is_org_wide(slack, team) else "false",
        "response_url": new_response_url(slack, who, channel),
        "trigger_id": new_trigger(slack, who),
    }


def _enterprise(enterprise: Enterprise | None) -> dict[str, str]:
    if enterprise is None:
        return {}
    return {"enterprise_id": enterprise.enterprise_id, "enterprise_name": enterprise.name}


def _show_answer(slack: Slack, who: Person, channel: Channel, answer: Answer) -> None:
    if not answer.body.strip():
        return
    body = answer.json() if _is_json(answer) else {"text": answer.body}
    if body is None:
        raise SlackError("invalid_json")
    if body:
        reply(slack, channel, who.user, body)


def _is_json(answer: Answer) -> bool:
    return "json" in (answer.headers or {}).get("content-type", "")


def _failed(slack: Slack, who: Person, channel: Channel, text: str) -> Outcome:
    """Let Slack itself tell the person, and nobody else."""
    with slack.lock:
        message = Message(
            ts=slack.new_ts(),
            user_id="USLACKBOT",
            text=text,
            ephemeral_to=who.user.user_id,
        )
        channel.messages.append(message)
        slack.channel_changed(channel, only_for=who.user.user_id)
    return Outcome(ok=False, error=text)
