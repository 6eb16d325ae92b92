"""JSON for the browser client: what a person sees, and what a person does.

There is no login: the sandbox is a demo on one machine, and one person plays everybody.
Requests that change something must be JSON, which a foreign web page cannot send unasked.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox import actor, commands, conversations, screens, uninstalls
from sandbox.changes import Change
from sandbox.errors import GestureError
from sandbox.gestures import Person, Place
from sandbox.slack import Slack
from sandbox.types import JSON
from sandbox.workspace import Channel

Handler = Callable[[Slack, Person, JSON], JSON]
OK: JSON = {"ok": True}


def routes(slack: Slack) -> list[Route]:
    """Return the routes under ``/client/api``."""
    reads = [Route(f"/{name}", _reading(slack, do)) for name, do in READS.items()]
    writes = [
        Route(f"/{name}", _writing(slack, do), methods=["POST"]) for name, do in WRITES.items()
    ]
    return [
        Route("/boot", _boot(slack)),
        Route("/stream", _stream(slack)),
        *reads,
        *writes,
    ]


def _state(slack: Slack, who: Person, query: JSON) -> JSON:
    del query
    return screens.state(slack, who)


def _history(slack: Slack, who: Person, query: JSON) -> JSON:
    return screens.history(slack, who, _channel(slack, who, query))


def _home(slack: Slack, who: Person, query: JSON) -> JSON:
    if query.get("opened") == "1":
        actor.open_home(slack, who)
    return screens.home(slack, who)


def _message(slack: Slack, who: Person, body: JSON) -> JSON:
    channel = _channel(slack, who, body)
    actor.send(slack, who, channel, body["text"], body.get("thread_ts"))
    return OK


def _command(slack: Slack, who: Person, body: JSON) -> JSON:
    channel = _channel(slack, who, body)
    outcome = commands.run(slack, who, channel, body["command"], body.get("text", ""))
    return outcome.as_json()


def _action(slack: Slack, who: Person, body: JSON) -> JSON:
    return actor.use_element(slack, who, _place(slack, who, body), body).as_json()


def _options(slack: Slack, who: Person, body: JSON) -> JSON:
    return actor.suggest(slack, who, _place(slack, who, body), body)


def _submit(slack: Slack, who: Person, body: JSON) -> JSON:
    with slack.lock:
        view = actor.own_view(slack, who, body["view_id"])
        if body.get("hash") and body["hash"] != view.hash:
            raise GestureError("This form has just changed. Look at it again, then submit.")
    return actor.submit(slack, who, view, (body.get("state") or {}).get("values") or {}).as_json()


def _close(slack: Slack, who: Person, body: JSON) -> JSON:
    with slack.lock:
        view = actor.own_view(slack, who, body["view_id"])
    actor.close(slack, who, view, every=bool(body.get("all")))
    return OK


def _shortcut(slack: Slack, who: Person, body: JSON) -> JSON:
    return actor.run_shortcut(slack, who, body["callback_id"]).as_json()


def _read(slack: Slack, who: Person, body: JSON) -> JSON:
    with slack.lock:
        channel = _channel(slack, who, body)
        newest = channel.messages[-1].ts if channel.messages else ""
        if channel.last_read.get(who.user.user_id, "") < newest:  # else every read is news again
            channel.last_read[who.user.user_id] = newest
            slack.changes.publish(Change(frozenset([who.user.user_id]), state=True))
    return OK


def _join(slack: Slack, who: Person, body: JSON) -> JSON:
    conversations.join(slack, _channel(slack, who, body), who.user.user_id)
    return OK


def _uninstall(slack: Slack, who: Person, body: JSON) -> JSON:
    del body
    uninstalls.uninstall(slack, who.team.team_id)
    return OK


READS: Mapping[str, Handler] = {"state": _state, "history": _history, "home": _home}
WRITES: Mapping[str, Handler] = {
    "message": _message,
    "command": _command,
    "action": _action,
    "options": _options,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "read": _read,
    "join": _join,
    "uninstall": _uninstall,
}


def _channel(slack: Slack, who: Person, body: JSON) -> Channel:
    return actor.visible_channel(slack, who, body["channel_id"])


def _place(slack: Slack, who: Person, body: JSON) -> Place:
    container = body["container"]
    with slack.lock:
        if container["type"] == "view":
            return Place(view=actor.own_view(slack, who, container["view_id"]))
        channel = _channel(slack, who, container)
        message = channel.message(container["message_ts"])
        if message is None or message.ephemeral_to not in {None, who.user.user_id}:
            raise GestureError("That message is no longer there.")
        return Place(channel=channel, message=message)


def _boot(slack: Slack) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        del request
        with slack.lock:
            return JSONResponse(screens.boot(slack))

    return endpoint


def _reading(slack: Slack, do: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        query = dict(request.query_params)
        return await run_in_threadpool(_perform, slack, do, query, holding=True)

    return endpoint


def _writing(slack: Slack, do: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await json_body(request)
        if body is None:
            return JSONResponse({"ok": False, "error": "Send a JSON object."}, 415)
        return await run_in_threadpool(_perform, slack, do, body, holding=False)

    return endpoint


async def json_body(request: Request) -> JSON | None:
    """Return the JSON object that was posted as such, or ``None``."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        body = await request.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _perform(slack: Slack, do: Handler, body: JSON, *, holding: bool) -> Response:
    """Run a handler; only reads hold the lock, since gestures wait for the app."""
    try:
        who = actor.person(slack, body["team_id"], body["user_id"])
        if not holding:
            return JSONResponse(do(slack, who, body))
        with slack.lock:
            return JSONResponse(do(slack, who, body))
    except GestureError as error:
        return JSONResponse({"ok": False, "error": str(error)}, 400)
    except KeyError as error:
        return JSONResponse({"ok": False, "error": f"missing {error.args[0]}"}, 400)


def _stream(slack: Slack) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            query = request.query_params
            who = actor.person(slack, query.get("team_id", ""), query.get("user_id", ""))
        except GestureError as error:
            return JSONResponse({"ok": False, "error": str(error)}, 400)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        lines = _lines(slack, who.user.user_id)
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)

    return endpoint


async def _lines(slack: Slack, user_id: str) -> AsyncIterator[str]:
    """Yield server-sent events; the first line opens the stream at once."""
    yield "retry: 1000\n\n"
    async for summary in slack.changes.listen(user_id):
        yield f"data: {json.dumps(summary)}\n\n" if summary else ": still here\n\n"
