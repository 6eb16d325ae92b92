"""views.*: modals and the Home tab."""

from sandbox import views
from sandbox.errors import InvalidArgumentsError, SlackError
from sandbox.limits import require_view
from sandbox.methods.call import Call, as_object
from sandbox.types import JSON
from sandbox.workspace import View


def open_(call: Call) -> JSON:
    """Show a modal; docs.slack.dev/reference/methods/views.open."""
    content = _content(call, "modal")
    trigger_id = call.required("trigger_id")
    view = views.open_modal(call.slack, _team_id(call, trigger_id), trigger_id, content)
    return _answer(call, view)


def push(call: Call) -> JSON:
    """Show a modal above another; docs.slack.dev/reference/methods/views.push."""
    content = _content(call, "modal")
    trigger_id = call.required("trigger_id")
    view = views.push_modal(call.slack, _team_id(call, trigger_id), trigger_id, content)
    return _answer(call, view)


def update(call: Call) -> JSON:
    """Replace a view; docs.slack.dev/reference/methods/views.update."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise InvalidArgumentsError(["missing required field: view_id"])
    content = _content(call, "modal", "home")
    view = views.find(call.slack, call.team_ids, view_id=view_id, external_id=external_id)
    if view.content["type"] != content["type"]:
        raise InvalidArgumentsError(["the type of a view cannot change [json-pointer:/view/type]"])
    return _answer(call, views.update(call.slack, view, content, call.text("hash")))


def publish(call: Call) -> JSON:
    """Show a person's Home tab; docs.slack.dev/reference/methods/views.publish."""
    if not call.slack.manifest.home_tab_enabled:
        raise SlackError("not_enabled")
    content = _content(call, "home")
    user = call.slack.state.users.get(call.required("user_id"))
    if user is None or not call.knows(user) or user.is_bot:
        raise InvalidArgumentsError(["invalid `user_id`"])
    team_id, expected = call.home_of(user), call.text("hash")
    return _answer(call, views.publish(call.slack, team_id, user.user_id, content, expected))


def _team_id(call: Call, trigger_id: str) -> str:
    """Return the workspace of a trigger within reach, else what no trigger belongs to."""
    trigger = call.slack.state.triggers.get(trigger_id)
    if trigger is None or not call.reaches(trigger.team_id):
        return call.token.team_id
    return trigger.team_id


def _content(call: Call, *kinds: str) -> JSON:
    content = call.structure("view")
    if content is None:
        raise InvalidArgumentsError(["missing required field: view"])
    require_view(content, *kinds)
    return as_object(content)


def _answer(call: Call, view: View) -> JSON:
    return {"view": views.payload(call.slack, view)}
