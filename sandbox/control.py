"""``/control``: what a demo or a test from outside asks of the sandbox itself."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import administration
from sandbox.client_api import json_body
from sandbox.delivery import as_json
from sandbox.slack import Slack
from sandbox.types import JSON

Change = Callable[[Slack, JSON], None]


def routes(slack: Slack) -> list[Route]:
    """Return the routes under ``/control``."""

    async def deliveries(request: Request) -> Response:
        del request
        return JSONResponse({"deliveries": [as_json(line) for line in slack.courier.log]})

    async def state(request: Request) -> Response:
        del request
        with slack.lock:
            return JSONResponse(_without_secrets(asdict(slack.state)))

    changes = {"reset": _reset, "usergroup": _usergroup, "person": _person}
    return [
        Route("/deliveries", deliveries),
        Route("/state", state),
        *(
            Route(f"/{name}", _changing(slack, do), methods=["POST"])
            for name, do in changes.items()
        ),
    ]


def _changing(slack: Slack, do: Change) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await json_body(request)
        if body is None:
            return JSONResponse({"ok": False, "error": "Send a JSON object."}, 415)
        try:
            do(slack, body)
        except KeyError as error:
            return JSONResponse({"ok": False, "error": f"unknown {error.args[0]}"}, 400)
        return JSONResponse({"ok": True})

    return endpoint


def _reset(slack: Slack, body: JSON) -> None:
    del body
    slack.reset()


def _usergroup(slack: Slack, body: JSON) -> None:
    group = slack.state.usergroups[body["usergroup_id"]]
    members = [slack.state.users[user_id].user_id for user_id in body["user_ids"]]
    administration.set_group_members(slack, group, members)


def _person(slack: Slack, body: JSON) -> None:
    user = slack.state.users[body["user_id"]]
    administration.set_active(slack, user, active=bool(body["active"]))


def _without_secrets(state: JSON) -> JSON:
    """Leave out what would let a reader act as the app."""
    hidden = ("tokens", "refresh_tokens", "codes", "triggers", "response_urls")
    return {key: value for key, value in state.items() if key not in hidden}
