"""Modals in their stack, and the Home tab."""

import copy
from collections.abc import Collection

from sandbox.errors import SlackError
from sandbox.messages import completed, fill_texts
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import View

# docs.slack.dev/interactivity/handling-user-interaction#modal_responses
TRIGGER_LIFE = 3.0  # seconds
STACK_DEPTH = 3  # views; docs.slack.dev/surfaces/modals#pushing
STRINGS = ("private_metadata", "callback_id", "external_id")
FLAGS = ("clear_on_close", "notify_on_close", "submit_disabled")


def open_modal(slack: Slack, team_id: str, trigger_id: str, content: JSON) -> View:
    """Show a first modal to whoever made the gesture behind ``trigger_id``."""
    with slack.lock:
        user_id, _ = spend_trigger(slack, team_id, trigger_id)
        _require_free_external_id(slack, team_id, content)
        _drop_stack(slack, user_id)
        view = _new_view(slack, team_id, user_id, content)
        slack.state.stacks[user_id] = [view.view_id]
        slack.person_changed(user_id, modal=True)
        return view


def push_modal(slack: Slack, team_id: str, trigger_id: str, content: JSON) -> View:
    """Show a modal above the one the gesture was made in."""
    with slack.lock:
        user_id, below_id = spend_trigger(slack, team_id, trigger_id)
        below = slack.state.views.get(below_id or "")
        if below is None or below.view_id not in slack.state.stacks.get(user_id, []):
            raise SlackError("not_found")
        return push_onto(slack, below, content)


def push_onto(slack: Slack, below: View, content: JSON) -> View:
    """Show a modal above ``below``, at most three deep."""
    with slack.lock:
        stack = slack.state.stacks[below.user_id]
        if len(stack) >= STACK_DEPTH:
            raise SlackError("push_limit_reached")
        _require_free_external_id(slack, below.team_id, content)
        view = _new_view(slack, below.team_id, below.user_id, content)
        view.root_view_id = below.root_view_id
        view.previous_view_id = below.view_id
        stack.append(view.view_id)
        slack.person_changed(below.user_id, modal=True)
        return view


def update(slack: Slack, view: View, content: JSON, expected_hash: str = "") -> View:
    """Replace what a view shows, unless it changed since ``expected_hash`` was read."""
    with slack.lock:
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        view.content = _completed_content(slack, content)
        view.hash = _new_hash(slack)
        is_home = content["type"] == "home"
        slack.person_changed(view.user_id, home=is_home, modal=not is_home)
        return view


def publish(slack: Slack, team_id: str, user_id: str, content: JSON, expected_hash: str) -> View:
    """Show ``content`` in a person's Home tab."""
    with slack.lock:
        current = slack.state.views.get(slack.state.homes.get(user_id, ""))
        if current is not None and current.team_id == team_id:
            return update(slack, current, content, expected_hash)
        view = _new_view(slack, team_id, user_id, content)
        slack.state.homes[user_id] = view.view_id
        slack.person_changed(user_id, home=True)
        return view


def close_top(slack: Slack, user_id: str) -> None:
    """Remove the modal on top; the one below it appears."""
    with slack.lock:
        stack = slack.state.stacks.get(user_id, [])
        if stack:
            slack.state.views.pop(stack.pop(), None)
        slack.person_changed(user_id, modal=True)


def clear(slack: Slack, user_id: str) -> None:
    """Remove all modals of a person."""
    with slack.lock:
        _drop_stack(slack, user_id)
        slack.person_changed(user_id, modal=True)


def top(slack: Slack, user_id: str) -> View | None:
    """Return the modal a person sees."""
    stack = slack.state.stacks.get(user_id)
    return slack.state.views[stack[-1]] if stack else None


def find(
    slack: Slack, team_ids: Collection[str], *, view_id: str = "", external_id: str = ""
) -> View:
    """Return the app's view in these workspaces by either id.

    Raises:
        SlackError: ``not_found``.
    """
    for view in slack.state.views.values():
        same = view.content.get("external_id") if external_id else view.view_id
        if same == (external_id or view_id) and view.team_id in team_ids:
            return view
    raise SlackError("not_found")


def payload(slack: Slack, view: View, values: JSON | None = None) -> JSON:
    """Return a view object; docs.slack.dev/reference/views."""
    installation = slack.state.known_installation(view.team_id)
    content = copy.deepcopy(view.content)
    return {
        "id": view.view_id,
        "team_id": view.team_id,
        "type": content["type"],
        "blocks": content["blocks"],
        **{key: content.get(key) or "" for key in STRINGS},
        "state": {"values": values or {}},
        "hash": view.hash,
        **{key: content.get(key) for key in ("title", "submit", "close")},
        **{key: bool(content.get(key)) for key in FLAGS},
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": slack.app_id,
        "app_installed_team_id": installation.team_id,
        "bot_id": installation.bot_id,
    }


def spend_trigger(slack: Slack, team_id: str, trigger_id: str) -> tuple[str, str | None]:
    """Use a trigger up; return the person and the modal it came from.

    Source of the three errors: docs.slack.dev/reference/methods/views.open
    """
    trigger = slack.state.triggers.get(trigger_id)
    if trigger is None or trigger.team_id != team_id:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if slack.clock.now() - trigger.issued_at > TRIGGER_LIFE:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger.user_id, trigger.view_id


def _require_free_external_id(slack: Slack, team_id: str, content: JSON) -> None:
    wanted = content.get("external_id")
    views = (view for view in slack.state.views.values() if view.team_id == team_id)
    if wanted and any(view.content.get("external_id") == wanted for view in views):
        raise SlackError("duplicate_external_id")


def _drop_stack(slack: Slack, user_id: str) -> None:
    for view_id in slack.state.stacks.pop(user_id, []):
        slack.state.views.pop(view_id, None)


def _new_view(slack: Slack, team_id: str, user_id: str, content: JSON) -> View:
    view_id = slack.ids.new("V")
    view = View(
        view_id=view_id,
        team_id=team_id,
        user_id=user_id,
        content=_completed_content(slack, content),
        hash=_new_hash(slack),
        root_view_id=view_id,
    )
    slack.state.views[view_id] = view
    return view


def _completed_content(slack: Slack, content: JSON) -> JSON:
    filled = copy.deepcopy(content)
    fill_texts(filled)
    return {**filled, "blocks": completed(slack.ids, filled["blocks"]) or []}


def _new_hash(slack: Slack) -> str:
    return f"{slack.now()}.{slack.ids.hexadecimal(8)}"
