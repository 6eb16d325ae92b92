"""The application: protocol, consent page and browser client, put together."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from sandbox import client_api, consent, control, web_api
from sandbox.errors import SlackError
from sandbox.hanging_up import HangingUp
from sandbox.replies import use_response_url
from sandbox.seed import NORTHWIND
from sandbox.slack import Slack
from sandbox.socket_mode import link
from sandbox.socket_mode.line import Wired

HERE = Path(__file__).parent
# A page on the internet that resolves its own name to this machine is turned away.
HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def application(slack: Slack) -> ASGIApp:
    """Return the ASGI application of ``slack``."""
    app = Starlette(
        routes=[
            Route("/", _to_client),
            Route("/healthz", _healthz),
            Route("/api/{method}", web_api.endpoint(slack), methods=["GET", "POST"]),
            *consent.routes(slack),
            Mount("/control", routes=control.routes(slack)),
            Mount("/client/api", routes=client_api.routes(slack)),
            Route("/client/{team_id}", _client_page),
            Route("/client/{team_id}/{channel_id}", _client_page),
            Route("/response/{token:path}", _response_url(slack), methods=["POST"]),
            WebSocketRoute("/link/", link.endpoint(slack)),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS)],
    )
    return HangingUp(Wired(app))


async def _healthz(request: Request) -> Response:
    del request
    return PlainTextResponse("ok")


async def _to_client(request: Request) -> Response:
    del request
    return RedirectResponse(f"/client/{NORTHWIND}", 302)


async def _client_page(request: Request) -> Response:
    del request
    return FileResponse(HERE / "pages" / "client.html", headers={"Cache-Control": "no-store"})


def _response_url(slack: Slack) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            await run_in_threadpool(use_response_url, slack, request.path_params["token"], body)
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        except SlackError as error:
            return PlainTextResponse(error.code, 404 if error.code == "expired_url" else 400)
        return PlainTextResponse("ok")

    return endpoint
