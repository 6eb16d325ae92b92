"""``/api/<method>``: reads the request, checks the token, answers as Slack answers."""

import base64
import binascii
import json
import time
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.errors import SlackError
from sandbox.faults import Fault
from sandbox.grants import Token
from sandbox.hanging_up import hang_up
from sandbox.methods.call import Call
from sandbox.methods.table import METHODS, Method
from sandbox.migrations import require_settled
from sandbox.oauth import exchange, trade
from sandbox.slack import Slack
from sandbox.socket_mode import opening
from sandbox.types import JSON

WITHOUT_TOKEN = ("api.test", "oauth.v2.access", "oauth.v2.exchange")
WITH_APP_TOKEN = (opening.METHOD,)  # in the Authorization header, and by POST


def endpoint(slack: Slack) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of the whole Web API."""

    async def answer(request: Request) -> Response:
        name = request.path_params["method"]
        try:
            args = await _arguments(request)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"})
        except TypeError:
            return JSONResponse({"ok": False, "error": "json_not_object"})
        return await run_in_threadpool(_answer, slack, request, name, args)

    return answer


def perform(slack: Slack, name: str, args: JSON, bearer: str) -> JSON:
    """Perform one method and return Slack's answer, refusals included."""
    try:
        with slack.lock:
            return {"ok": True, **_perform(slack, name, args, bearer)}
    except SlackError as error:
        return {"ok": False, "error": error.code, **error.extra}


def _answer(slack: Slack, request: Request, name: str, args: JSON) -> Response:
    slack.received.add(name, args)
    fault = slack.faults.take(name)
    if fault is not None:
        _suffer(request, fault)
    if fault is not None and fault.error:
        body = {"ok": False, "error": fault.error}
        return JSONResponse(body, fault.status, dict(fault.headers))
    if fault is not None and fault.drops and not fault.performed:
        return Response()
    if name in WITH_APP_TOKEN and request.method != "POST":
        return JSONResponse({"ok": False, "error": "insecure_request"})
    bearer = _bearer(request, args, or_posted=name not in WITH_APP_TOKEN)
    answer = perform(slack, name, args, bearer)
    return JSONResponse(answer, headers=_scope_headers(slack, name, bearer))


def _suffer(request: Request, fault: Fault) -> None:
    """Be slow, or hang up: the answer is then lost on its way."""
    time.sleep(fault.seconds)
    if fault.drops:
        hang_up(request)


def _perform(slack: Slack, name: str, args: JSON, bearer: str) -> JSON:
    if name == "api.test":
        return {"args": args}
    if name == "oauth.v2.access":
        return exchange(slack, args)
    if name == "oauth.v2.exchange":
        return trade(slack, args, bearer)
    if name == opening.METHOD:
        return opening.open_(slack, bearer)
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    call = Call(slack, args, _live_token(slack, bearer))
    _require_permission(call, method)
    return method.perform(call)


def _live_token(slack: Slack, bearer: str) -> Token:
    if not bearer:
        raise SlackError("not_authed")
    if bearer in slack.app_tokens:
        raise SlackError("not_allowed_token_type")
    token = slack.state.tokens.get(bearer)
    if token is None:
        raise SlackError("invalid_auth")
    refusal = token.refusal(slack.clock.now())
    if refusal:
        raise SlackError(refusal)
    require_settled(slack, token.team_id)
    return token


def _require_permission(call: Call, method: Method) -> None:
    if call.token.kind not in method.tokens:
        raise SlackError("not_allowed_token_type")
    if method.scopes and not set(method.scopes) & set(call.token.scopes):
        call.require_scope(method.scopes[0])


async def _arguments(request: Request) -> JSON:
    """Read arguments from the query and from a form or JSON body; Slack takes them all."""
    args: JSON = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        raw = await request.body()  # the SDK says JSON even when it has no arguments
        body = json.loads(raw) if raw.strip() else {}
        if not isinstance(body, dict):
            raise TypeError
        return args | body
    form = await request.form()
    args |= {key: value for key, value in form.items() if isinstance(value, str)}
    return args | _basic(request)


def _basic(request: Request) -> JSON:
    """Read client_id and client_secret from HTTP Basic authentication."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return {}
    client_id, _, client_secret = decoded.partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


def _bearer(request: Request, args: JSON, *, or_posted: bool) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    posted = args.pop("token", "")
    if scheme.lower() == "bearer":
        return token.strip()
    return str(posted or "") if or_posted else ""


def _scope_headers(slack: Slack, name: str, bearer: str) -> dict[str, str]:
    """Return the headers that name scopes; docs.slack.dev/authentication/installing-with-oauth."""
    token, method = slack.state.tokens.get(bearer), METHODS.get(name)
    headers = {"X-Slack-Req-Id": slack.ids.hexadecimal(32)}
    if token is not None and not token.refusal(slack.clock.now()):
        headers["X-OAuth-Scopes"] = ",".join(token.scopes)
    if method is not None:
        headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
    return headers
