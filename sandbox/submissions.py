"""Follows the app's answer to a view_submission.

Source: docs.slack.dev/surfaces/modals#updating_response
"""

import json

from sandbox import views
from sandbox.errors import SlackError
from sandbox.limits import require_view
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import View


def follow(slack: Slack, view: View, body: str) -> JSON:
    """Do what the app answered; return ``ok`` and, by block_id, what it objects to.

    Raises:
        SlackError: the answer is nothing Slack can follow.
    """
    answer = _parsed(body)
    action = answer.get("response_action")
    if action is None and answer:
        raise SlackError("invalid_response_action")
    if action == "errors":
        return {"ok": False, "errors": _known_errors(view, answer.get("errors"))}
    if action == "clear":
        views.clear(slack, view.user_id)
    elif action == "update":
        views.update(slack, view, _view(answer))
    elif action == "push":
        views.push_onto(slack, view, _view(answer))
    elif action is None:
        _close(slack, view)
    else:
        raise SlackError("invalid_response_action")
    return {"ok": True}


def _parsed(body: str) -> JSON:
    if not body.strip():
        return {}
    try:
        answer = json.loads(body)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(answer, dict):
        raise SlackError("invalid_json")
    return answer


def _known_errors(view: View, errors: object) -> dict[str, str]:
    """Accept errors at input blocks only: Slack cannot show any others."""
    inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_errors")
    return {block_id: str(text) for block_id, text in errors.items()}


def _view(answer: JSON) -> JSON:
    content = answer.get("view")
    require_view(content, "modal")
    if not isinstance(content, dict):
        raise SlackError("invalid_arguments")
    return content


def _close(slack: Slack, view: View) -> None:
    """Close the submitted view, unless the app has meanwhile shown something else."""
    with slack.lock:
        current = views.top(slack, view.user_id)
        if current is not None and current.view_id == view.view_id:
            views.close_top(slack, view.user_id)
