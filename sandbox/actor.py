"""A person's gestures, each turned into the payload Slack sends for it."""

from sandbox import conversations, forms, messages, submissions
from sandbox.delivery import Answer, as_person_reads
from sandbox.errors import GestureError, SlackError
from sandbox.escape import typed_message
from sandbox.gestures import (
    Person,
    Place,
    common,
    new_response_url,
    new_trigger,
    where,
)
from sandbox.messages import Draft, find_element
from sandbox.outcomes import TROUBLE, Outcome
from sandbox.slack import Slack
from sandbox.types import JSON, Value
from sandbox.views import clear, close_top, top
from sandbox.views import payload as view_payload
from sandbox.workspace import Channel, Message, View, can_see

# What a used element adds; docs.slack.dev/reference/interaction-payloads/block_actions-payload
ANSWERS = frozenset(forms.ANSWER_KEYS.values())


def person(slack: Slack, team_id: str, user_id: str) -> Person:
    """Return a person of a workspace; GestureError if there is no such person."""
    team, user = slack.state.teams.get(team_id), slack.state.users.get(user_id)
    if team is None or user is None or team_id not in user.team_ids or user.is_bot:
        raise GestureError("There is no such person in this workspace.")
    return Person(team, user)


def visible_channel(slack: Slack, who: Person, channel_id: str) -> Channel:
    """Return a channel the person may open."""
    channel = slack.state.channels.get(channel_id)
    if channel is None or channel.team_id != who.team.team_id or not can_see(who.user, channel):
        raise GestureError("There is no such channel here.")
    return channel


def send(
    slack: Slack, who: Person, channel: Channel, text: str, thread_ts: str | None = None
) -> Message:
    """Post what a person typed."""
    if who.user.user_id not in channel.member_ids:
        raise GestureError("Join the channel before you write in it.")
    if not text.strip():
        raise GestureError("Write something first.")
    stored = typed_message(slack.state, who.team.team_id, text)
    return messages.post(slack, channel, who.user, Draft(text=stored, thread_ts=thread_ts))


def use_element(slack: Slack, who: Person, place: Place, gesture: JSON) -> Outcome:
    """Click a button or pick a value; Slack sends ``block_actions``."""
    with slack.lock:
        element = _element(place, gesture)
        values = _values(place, gesture)
        payload = common(slack, who, "block_actions") | where(slack, place, values)
        payload["trigger_id"] = new_trigger(slack, who, place.view)
        if place.channel is not None:
            payload["response_url"] = new_response_url(slack, who, place.channel, place.message)
        payload["actions"] = [_action(slack, element, gesture)]
    return Outcome.of(_interact(slack, who, payload))


def suggest(slack: Slack, who: Person, place: Place, gesture: JSON) -> JSON:
    """Ask the app for the options of an external select."""
    with slack.lock:
        _element(place, gesture)
        payload = common(slack, who, "block_suggestion") | where(slack, place, {})
        payload |= {key: gesture.get(key, "") for key in ("action_id", "block_id", "value")}
    if not slack.manifest.hears_suggestions:
        raise GestureError("The app has no options load URL.")
    answer = slack.outlet.interaction(payload)
    body = answer.json()
    if answer.status != 200 or body is None:  # noqa: PLR2004 (Slack accepts nothing else here)
        return {"ok": False, "options": [], "error": f"{TROUBLE} ({as_person_reads(answer)})"}
    groups = {"option_groups": body["option_groups"]} if body.get("option_groups") else {}
    return {"ok": True, "options": body.get("options") or [], **groups}


def run_shortcut(slack: Slack, who: Person, callback_id: str) -> Outcome:
    """Choose a global shortcut."""
    if slack.manifest.shortcut(callback_id) is None:
        raise GestureError("There is no such shortcut.")
    payload = common(slack, who, "shortcut") | {
        "callback_id": callback_id,
        "action_ts": slack.new_ts(),
        "trigger_id": new_trigger(slack, who),
    }
    return Outcome.of(_interact(slack, who, payload))


def submit(slack: Slack, who: Person, view: View, values: JSON) -> Outcome:
    """Press a modal's submit button; Slack's own checks come before the app's."""
    complete = forms.complete(view.content["blocks"], values)
    complaints = forms.errors(view.content["blocks"], complete)
    if complaints:
        return Outcome(ok=False, errors=complaints)
    with slack.lock:
        payload = common(slack, who, "view_submission") | {
            "trigger_id": new_trigger(slack, who, view),
            "view": view_payload(slack, view, complete),
            "response_urls": [],
        }
    answer = _interact(slack, who, payload)
    if answer.status != 200:  # noqa: PLR2004 (Slack accepts nothing else here)
        return Outcome.of(answer)
    try:
        return Outcome(**submissions.follow(slack, view, answer.body))
    except SlackError as error:
        return Outcome(ok=False, error=f"{TROUBLE} ({error.code})")


def close(slack: Slack, who: Person, view: View, *, every: bool = False) -> None:
    """Close a modal, or with ``every`` the whole stack; tell the app if it asked to know."""
    with slack.lock:
        every = every or bool(view.content.get("clear_on_close"))
        payload = common(slack, who, "view_closed") | {
            "view": view_payload(slack, view),
            "is_cleared": every,
        }
        if every:
            clear(slack, who.user.user_id)
        else:
            close_top(slack, who.user.user_id)
    if view.content.get("notify_on_close"):
        _interact(slack, who, payload)


def open_home(slack: Slack, who: Person) -> None:
    """Look at the app's Home tab; docs.slack.dev/reference/events/app_home_opened."""
    with slack.lock:
        bot = slack.state.bot_user(who.team.team_id)
        if bot is None:
            raise GestureError("The app is not installed here.")
        channel, _ = conversations.open_im(slack, who.user.user_id, bot.user_id, who.team.team_id)
        event: JSON = {
            "type": "app_home_opened",
            "user": who.user.user_id,
            "channel": channel.channel_id,
            "tab": "home",
        }
        view = slack.state.views.get(slack.state.homes.get(who.user.user_id, ""))
        if view is not None:
            event["view"] = view_payload(slack, view)
        slack.emit(who.team.team_id, [event])


def own_view(slack: Slack, who: Person, view_id: str) -> View:
    """Return the modal on top of the person's stack, or their Home tab."""
    modal = top(slack, who.user.user_id)
    if modal is not None and modal.view_id == view_id:
        return modal
    if slack.state.homes.get(who.user.user_id) == view_id:
        return slack.state.views[view_id]
    raise GestureError("This window is no longer open.")


def _element(place: Place, gesture: JSON) -> JSON:
    """Return the element that was used: nobody can click what is not on the screen."""
    element = find_element(place.blocks, gesture["block_id"], gesture["action_id"])
    if element is None:
        raise GestureError("That element is no longer there.")
    return element


def _values(place: Place, gesture: JSON) -> JSON:
    given = (gesture.get("state") or {}).get("values") or {}
    used = _answered(gesture)
    if used:
        inside = given.get(gesture["block_id"], {})
        answered = {**inside, gesture["action_id"]: used}
        given = {**given, gesture["block_id"]: answered}
    return forms.complete(place.blocks, given)


def _answered(gesture: JSON) -> JSON:
    return {key: gesture[key] for key in ANSWERS if gesture.get(key) is not None}


def _action(slack: Slack, element: JSON, gesture: JSON) -> JSON:
    """Describe the use of an element; a button says what the app wrote on it."""
    action: JSON = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": gesture["block_id"],
        "action_ts": slack.new_ts(),
    }
    if element["type"] in {"button", "workflow_button"}:
        shown = ("text", "value", "style", "url", "confirm")
        return action | {key: element[key] for key in shown if element.get(key) is not None}
    if "placeholder" in element:
        action["placeholder"] = element["placeholder"]
    return action | _answer(element, gesture)


def _answer(element: JSON, gesture: JSON) -> dict[str, Value]:
    key = forms.ANSWER_KEYS.get(element["type"], "selected_option")
    return {key: gesture.get(key)}


def _interact(slack: Slack, who: Person, payload: JSON) -> Answer:
    """Send it; from a workspace that removed the app nothing reaches the app any more."""
    if slack.state.installation(who.team.team_id) is None:
        raise GestureError("The app was removed from this workspace. Its buttons no longer work.")
    if not slack.manifest.hears_gestures:
        raise GestureError("The app has no interactivity request URL.")
    return slack.outlet.interaction(payload)
