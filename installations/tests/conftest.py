"""A local Slack for the install pages, and a stranger who answers in Slack's place."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings as django_settings

from installations.oauth import callback_url
from installations.scopes import BOT_SCOPES, SEARCH_SCOPES
from installations.store import DjangoInstallationStore
from installations.tests.factories import CLIENT_ID
from sandbox.testing import LocalSlack


def manifest():
    return {
        "display_information": {"name": "Countersign"},
        "oauth_config": {
            "redirect_urls": [callback_url()],
            "scopes": {"bot": [*BOT_SCOPES], "user_optional": [*SEARCH_SCOPES]},
        },
        "settings": {"org_deploy_enabled": True},
    }


@pytest.fixture(scope="session")
def local_slack() -> Iterator[LocalSlack]:
    with LocalSlack(
        manifest=manifest,
        client_id=django_settings.SLACK_CLIENT_ID,
        client_secret=django_settings.SLACK_CLIENT_SECRET,
        signing_secret=django_settings.SLACK_SIGNING_SECRETS[0],
    ) as slack:
        yield slack


@pytest.fixture
def slack(local_slack: LocalSlack, settings) -> LocalSlack:
    """Return a fresh local Slack that nobody has installed the app in."""
    settings.SLACK_API_URL = local_slack.api_url
    settings.SLACK_AUTHORIZE_URL = local_slack.authorize_url
    local_slack.reset()
    local_slack.faults.clear()
    return local_slack


@pytest.fixture
def store(db) -> DjangoInstallationStore:
    return DjangoInstallationStore(client_id=CLIENT_ID)


@pytest.fixture
def offline(monkeypatch) -> None:
    """Fail every connection that Python makes; the database driver makes its own."""

    def refuse(*_args):
        raise AssertionError("a call to the network")

    monkeypatch.setattr("socket.socket.connect", refuse)


class Stranger(HTTPServer):
    """Gives one answer to everything and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.status, self.content_type, self.body, self.asked = 200, "text/html", b"", 0

    def finish_request(self, request, client_address) -> None:
        self.asked += 1
        super().finish_request(request, client_address)


class Answering(BaseHTTPRequestHandler):
    server: Stranger

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.content_type)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_args) -> None:
        """Keep quiet."""


@pytest.fixture
def stranger(settings) -> Iterator[Callable[..., Stranger]]:
    """Return a function that puts a proxy's error page, say, in Slack's place."""
    server = Stranger()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.SLACK_API_URL = f"http://127.0.0.1:{server.server_port}/api/"

    def answer(body: bytes, *, status: int = 200, content_type: str = "text/html") -> Stranger:
        server.body, server.status, server.content_type = body, status, content_type
        return server

    yield answer
    server.shutdown()
    thread.join()
    server.server_close()
