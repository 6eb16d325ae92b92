"""Socket Mode as the app sees it: Slack's own client, and a bare WebSocket for the strict parts."""

import base64
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sandbox.manifest import Manifest, ManifestError
from sandbox.outcomes import Outcome
from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.conftest import client_of, manifest
from sandbox.tests.kit import actions, asking, button, modal, refusal
from sandbox.tests.test_deliveries import until
from sandbox.types import JSON, Value

SOON = 5.0  # seconds until a test gives up


@pytest.fixture
def sockets(slack: LocalSlack, app: EchoApp) -> LocalSlack:
    """Return the sandbox with Socket Mode on; the request URLs are there, and must stay unused."""
    slack.reset(manifest(app.url, socket_mode_enabled=True))
    return slack


@pytest.fixture
def bot(sockets: LocalSlack) -> WebClient:
    return client_of(sockets, sockets.tokens_for("northwind").bot_token)


@pytest.fixture
def hands() -> Iterator[ThreadPoolExecutor]:
    """Return threads for gestures: each waits for the app's answer."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


def opened(slack: LocalSlack, token: str | None = None) -> str:
    answer = client_of(slack, None).apps_connections_open(app_token=token or slack.app_token)
    return str(answer["url"])


@pytest.fixture
def link(sockets: LocalSlack) -> Iterator[Callable[..., ClientConnection]]:
    """Return a function that opens a socket; with ``greeted`` its hello is already read."""
    with ExitStack() as stack:

        def link(extra: str = "", *, greeted: bool = True) -> ClientConnection:
            url = opened(sockets) + extra
            one = stack.enter_context(connect(url, ping_interval=None, close_timeout=0.1))
            if greeted:
                assert heard(one)["type"] == "hello"
            return one

        yield link


def heard(connection: ClientConnection) -> JSON:
    message: JSON = json.loads(connection.recv(timeout=SOON))
    return message


def acknowledge(connection: ClientConnection, envelope: JSON, payload: Value = None) -> None:
    answer = {"envelope_id": envelope["envelope_id"]}
    connection.send(json.dumps(answer if payload is None else {**answer, "payload": payload}))


def closing_code(connection: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed):
        connection.recv(timeout=SOON)
    return connection.protocol.close_code or 0


def echo(hands: ThreadPoolExecutor, slack: LocalSlack) -> "Future[Outcome]":
    return hands.submit(slack.person("dana").command, "/echo", "hi")


# --- the app's side, with Slack's own client ---


class App:
    """An app that acknowledges what it gets with what a test tells it to."""

    def __init__(self, slack: LocalSlack) -> None:
        self.received: list[SocketModeRequest] = []
        self.answer: Callable[[SocketModeRequest], JSON | None] = lambda _request: None
        self.client = SocketModeClient(
            slack.app_token, web_client=client_of(slack, None), ping_interval=0.2
        )
        self.client.socket_mode_request_listeners.append(self._listen)

    def _listen(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.received.append(request)
        response = SocketModeResponse(request.envelope_id, self.answer(request))
        client.send_socket_mode_response(response)


@pytest.fixture
def real(sockets: LocalSlack, bot: WebClient) -> Iterator[App]:
    sockets.set_ping_interval(0.05)  # the client closes no sooner than it hears something
    app = App(sockets)
    app.client.connect()
    sockets.wait_for_connections(1)
    yield app
    app.client.closed = True
    app.client.enqueue_message("")  # its worker would sleep for a second otherwise
    app.client.close()


def test_slacks_own_client_gets_everything_and_http_gets_nothing(
    sockets: LocalSlack, app: EchoApp, bot: WebClient, real: App
) -> None:
    dana = sockets.person("dana")
    real.answer = lambda _request: {"text": "You said it"}
    assert dana.command("/echo").ok
    real.answer = lambda _request: None
    bot.chat_postMessage(channel="U01DANALEE", text="Press", blocks=[actions(button())])
    sockets.settle()  # the app hears of its own message
    assert dana.click("go", "app").ok
    dana.open_home()
    sockets.settle()

    kinds = [(one.type, one.accepts_response_payload) for one in real.received]
    assert kinds == [
        ("slash_commands", True),
        ("events_api", False),
        ("interactive", False),
        ("events_api", False),
    ]
    assert dana.ephemerals("general")[-1]["text"] == "You said it"
    assert real.received[0].payload["command"] == "/echo"
    assert real.received[-1].retry_attempt == 0
    assert app.received == []
    assert all(one.url.startswith("socket:") for one in sockets.deliveries)


def test_the_payload_of_an_acknowledgement_is_the_answer_to_a_form(
    sockets: LocalSlack, bot: WebClient, real: App
) -> None:
    dana = sockets.person("dana")
    select = {"type": "external_select", "min_query_length": 0}
    form = modal(asking("name", {"type": "plain_text_input"}), asking("who", select))

    def answer(request: SocketModeRequest) -> JSON | None:
        if request.type == "slash_commands":
            bot.views_open(trigger_id=request.payload["trigger_id"], view=form)
        if request.payload.get("type") == "block_suggestion":
            return {"options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}]}
        if request.payload.get("type") == "view_submission":
            return {"response_action": "errors", "errors": {"name": "Too short"}}
        return None

    real.answer = answer
    dana.command("/echo")

    assert dana.options("who.input", "a")["options"][0]["value"] == "a"
    assert dana.submit({"name": "x", "who": "a"}).errors == {"name": "Too short"}
    assert [one.accepts_response_payload for one in real.received] == [True, True, True]


def test_slacks_own_client_survives_a_refresh_and_a_lost_line(
    sockets: LocalSlack, real: App
) -> None:
    first = sockets.connections[0].connection_id
    sockets.refresh_connections()
    until(lambda: [one.connection_id for one in sockets.connections] not in ([first], []), SOON)
    sockets.wait_for_connections(1)
    assert sockets.person("dana").command("/echo").ok

    sockets.drop_connections()
    sockets.wait_for_connections(1)
    assert sockets.person("dana").command("/echo").ok


def test_slacks_own_client_leaves_a_dead_socket(sockets: LocalSlack, real: App) -> None:
    session = real.client.current_session
    assert session is not None
    until(lambda: session.last_ping_pong_time is not None, SOON)
    sockets.freeze_connections()

    until(lambda: [one.frozen for one in sockets.connections] == [False], 2 * SOON)

    assert sockets.person("dana").command("/echo").ok


# --- opening ---


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        (lambda _slack: {}, "not_authed"),
        (lambda _slack: {"Authorization": "Bearer xapp-1-A-1-f"}, "invalid_auth"),
        (
            lambda slack: {"Authorization": f"Bearer {slack.tokens_for().bot_token}"},
            "not_allowed_token_type",
        ),
        (
            lambda slack: {"Authorization": f"Bearer {slack.issue_app_token('users:read')}"},
            "missing_scope",
        ),
    ],
)
def test_a_socket_needs_an_app_level_token(
    sockets: LocalSlack, headers: Callable[[LocalSlack], dict[str, str]], error: str
) -> None:
    url = f"{sockets.api_url}apps.connections.open"

    assert httpx.post(url, headers=headers(sockets)).json()["error"] == error


def test_the_token_goes_into_the_header_by_post(sockets: LocalSlack) -> None:
    url = f"{sockets.api_url}apps.connections.open"
    headers = {"Authorization": f"Bearer {sockets.app_token}"}

    posted = httpx.post(url, data={"token": sockets.app_token}).json()
    assert posted["error"] == "not_authed"
    assert httpx.get(url, headers=headers).json()["error"] == "insecure_request"
    assert httpx.post(url, headers=headers).json()["ok"] is True


def test_an_app_level_token_is_good_for_nothing_else(sockets: LocalSlack) -> None:
    client = client_of(sockets, sockets.app_token)

    assert refusal(client, "auth.test")["error"] == "not_allowed_token_type"


def test_an_app_without_socket_mode_gets_no_socket(slack: LocalSlack) -> None:
    client = client_of(slack, slack.app_token)

    assert refusal(client, "apps.connections.open")["error"] == "forbidden_team"


def test_opening_can_be_made_to_fail(sockets: LocalSlack) -> None:
    sockets.faults.fail("apps.connections.open", "internal_error", status=200)
    client = client_of(sockets, sockets.app_token)

    assert refusal(client, "apps.connections.open")["error"] == "internal_error"
    assert client.apps_connections_open(app_token=sockets.app_token)["ok"]


def test_a_ticket_is_good_once_and_for_thirty_seconds(sockets: LocalSlack) -> None:
    url, late = opened(sockets), opened(sockets)
    with connect(url):
        pass
    with pytest.raises(InvalidStatus), connect(url):
        pass

    sockets.clock.advance(31)
    with pytest.raises(InvalidStatus), connect(late):
        pass


def test_a_manifest_needs_no_addresses_with_socket_mode(
    sockets: LocalSlack, link: Callable[..., ClientConnection], hands: ThreadPoolExecutor
) -> None:
    bare = manifest("")
    with pytest.raises(ManifestError):
        Manifest.from_json(bare)
    sockets.reset({**bare, "settings": {**bare["settings"], "socket_mode_enabled": True}})
    sockets.tokens_for("northwind")
    connection = link()

    outcome = echo(hands, sockets)
    acknowledge(connection, heard(connection))

    assert outcome.result(SOON).ok


# --- connections ---


def test_a_hello_says_how_many_and_how_long(
    sockets: LocalSlack, link: Callable[..., ClientConnection]
) -> None:
    first, second = heard(link(greeted=False)), heard(link(greeted=False))
    debugging = heard(link("&debug_reconnects=true", greeted=False))

    assert first["connection_info"] == {"app_id": sockets.slack.app_id}
    assert [first["num_connections"], second["num_connections"]] == [1, 2]
    assert first["debug_info"]["approximate_connection_time"] == 18060
    assert debugging["debug_info"]["approximate_connection_time"] == 360
    assert len({one.connection_id for one in sockets.connections}) == 3


def test_an_eleventh_connection_is_turned_away(
    sockets: LocalSlack, link: Callable[..., ClientConnection]
) -> None:
    for _ in range(10):
        link()

    eleventh = link(greeted=False)

    assert heard(eleventh)["reason"] == "too_many_websockets"
    assert closing_code(eleventh) == 1000
    assert len(sockets.connections) == 10


def shake_hands(slack: LocalSlack) -> socket.socket:
    """Return a TCP connection on which nobody answers pings or minds the frames."""
    url = urlsplit(opened(slack))
    plain = socket.create_connection((url.hostname, url.port), SOON)
    key = base64.b64encode(b"0" * 16).decode()
    lines = [
        f"GET {url.path}?{url.query} HTTP/1.1",
        f"Host: {url.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    plain.sendall("\r\n".join([*lines, "", ""]).encode())
    return plain


def read_until(plain: socket.socket, wanted: bytes) -> None:
    read = b""
    while wanted not in read:
        more = plain.recv(4096)
        assert more
        read += more


def test_slack_pings(sockets: LocalSlack) -> None:
    sockets.set_ping_interval(0.05)

    with shake_hands(sockets) as plain:
        read_until(plain, b"\x89\x19Ping from applink-sandbox")


def test_what_is_no_websocket_frame_ends_the_connection(sockets: LocalSlack) -> None:
    with shake_hands(sockets) as plain:
        read_until(plain, b"hello")
        plain.sendall(b"\xff\xff\xff\xff")
        read_until(plain, b"\x03\xea")  # 1002, protocol error


@pytest.mark.parametrize(
    ("message", "code"),
    [("nonsense", 1007), ("[]", 1007), (b"{}", 1007), ("x" * 1_000_001, 1009)],
    ids=["no JSON", "no object", "binary", "too big"],
)
def test_what_is_no_acknowledgement_ends_the_connection(
    sockets: LocalSlack, link: Callable[..., ClientConnection], message: str | bytes, code: int
) -> None:
    connection = link()

    connection.send(message)

    assert closing_code(connection) == code
    sockets.wait_for_connections(0)


def test_a_connection_is_warned_ten_seconds_before_its_end(
    sockets: LocalSlack, link: Callable[..., ClientConnection]
) -> None:
    sockets.set_connection_life(100)
    connection = link()

    sockets.clock.advance(90.5)
    assert heard(connection)["reason"] == "warning"
    assert len(sockets.connections) == 1

    sockets.clock.advance(9.5)
    assert heard(connection)["reason"] == "refresh_requested"
    assert closing_code(connection) == 1000
    sockets.wait_for_connections(0)


def test_a_dropped_connection_ends_without_a_word(
    sockets: LocalSlack, link: Callable[..., ClientConnection]
) -> None:
    connection = link()

    sockets.drop_connections()

    assert sockets.connections == []
    assert closing_code(connection) == 1006


def test_a_frozen_connection_stays_open_and_silent(
    sockets: LocalSlack,
    link: Callable[..., ClientConnection],
    bot: WebClient,
    hands: ThreadPoolExecutor,
) -> None:
    connection = link()
    assert connection.ping().wait(SOON)
    sockets.freeze_connections()

    pong = connection.ping()
    outcome = echo(hands, sockets)

    assert "operation_timeout" in outcome.result(SOON).error
    assert not pong.is_set()
    assert [one.frozen for one in sockets.connections] == [True]


def test_turning_socket_mode_off_ends_the_connections_and_http_takes_over(
    sockets: LocalSlack, app: EchoApp, link: Callable[..., ClientConnection], bot: WebClient
) -> None:
    connection = link()

    sockets.disable_socket_mode()

    assert heard(connection)["reason"] == "link_disabled"
    assert closing_code(connection) == 1000
    assert sockets.person("dana").command("/echo").ok
    assert app.last["command"] == "/echo"

    sockets.enable_socket_mode()
    link()
    assert len(app.received) == 1


def test_a_reset_keeps_only_healthy_connections_and_only_with_socket_mode(
    sockets: LocalSlack, app: EchoApp, link: Callable[..., ClientConnection]
) -> None:
    link()
    sockets.freeze_connections()
    connection = link()
    sockets.clock.advance(18_000)

    sockets.reset()

    sockets.wait_for_connections(1)
    assert not sockets.connections[0].frozen

    sockets.reset(manifest(app.url))

    assert heard(connection)["reason"] == "link_disabled"
    sockets.wait_for_connections(0)


# --- envelopes ---


def test_each_envelope_goes_to_one_connection_in_turn(
    sockets: LocalSlack,
    link: Callable[..., ClientConnection],
    bot: WebClient,
    hands: ThreadPoolExecutor,
) -> None:
    pair = [link(), link()]
    outcomes = [echo(hands, sockets), echo(hands, sockets)]

    envelopes = [heard(one) for one in pair]
    assert len({one["envelope_id"] for one in envelopes}) == 2
    assert set(envelopes[0]) == {"envelope_id", "payload", "type", "accepts_response_payload"}
    for envelope in envelopes:  # both on one connection: any of the app's will do
        acknowledge(pair[0], envelope)

    assert all(one.result(SOON).ok for one in outcomes)


def test_without_a_connection_a_person_is_told_at_once(sockets: LocalSlack, bot: WebClient) -> None:
    outcome = sockets.person("dana").command("/echo")

    assert '/echo failed with the error "dispatch_failed"' in outcome.error


def test_a_late_or_foreign_acknowledgement_is_ignored(
    sockets: LocalSlack,
    link: Callable[..., ClientConnection],
    bot: WebClient,
    hands: ThreadPoolExecutor,
) -> None:
    connection = link()
    outcome = echo(hands, sockets)
    envelope = heard(connection)
    acknowledge(connection, {"envelope_id": "unknown"})

    assert "operation_timeout" in outcome.result(SOON).error
    acknowledge(connection, envelope, {"text": "Late"})

    again = echo(hands, sockets)
    acknowledge(connection, heard(connection), {"text": "In time"})
    assert again.result(SOON).ok
    assert sockets.person("dana").ephemerals("general")[-1]["text"] == "In time"


def test_what_a_lost_connection_did_not_acknowledge_goes_to_another(
    sockets: LocalSlack,
    link: Callable[..., ClientConnection],
    bot: WebClient,
    hands: ThreadPoolExecutor,
) -> None:
    pair = [link(), link()]
    held = sockets.slack.switchboard.connections
    outcome = echo(hands, sockets)
    until(lambda: len(sockets.slack.switchboard.waiting) == 1)
    lost = next(
        index
        for index, one in enumerate(held)
        if one.connection_id in sockets.slack.switchboard.waiting.values()
    )
    first = heard(pair[lost])

    held[lost].cut()
    second = heard(pair[1 - lost])
    acknowledge(pair[1 - lost], second)

    assert second == first
    assert outcome.result(SOON).ok


def test_an_unacknowledged_event_is_repeated_on_slacks_schedule(
    sockets: LocalSlack, link: Callable[..., ClientConnection], bot: WebClient
) -> None:
    connection = link()
    sockets.person("dana").open_home()

    envelopes = [heard(connection), heard(connection)]  # the first repetition comes at once
    sockets.settle()
    sockets.clock.advance(60)
    envelopes.append(heard(connection))
    acknowledge(connection, envelopes[-1])
    sockets.settle()
    sockets.clock.advance(300)
    sockets.settle()

    said = [(one["retry_attempt"], one["retry_reason"]) for one in envelopes]
    assert said == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({one["payload"]["event_id"] for one in envelopes}) == 1
    assert len(sockets.deliveries) == 3


def test_an_event_takes_no_payload(
    sockets: LocalSlack,
    link: Callable[..., ClientConnection],
    bot: WebClient,
    hands: ThreadPoolExecutor,
) -> None:
    connection = link()
    answer = hands.submit(sockets.deliver_event, "northwind", {"type": "app_uninstalled"})

    acknowledge(connection, heard(connection), {"text": "Thank you"})

    assert (answer.result(SOON).status, answer.result(SOON).body) == (200, "")


def test_events_wait_for_a_connection(
    sockets: LocalSlack, link: Callable[..., ClientConnection], bot: WebClient
) -> None:
    sockets.person("dana").open_home()
    sockets.settle()
    connection = link()

    sockets.clock.advance(60)
    envelope = heard(connection)
    acknowledge(connection, envelope)
    sockets.settle()

    assert envelope["payload"]["event"]["type"] == "app_home_opened"
    assert envelope["retry_attempt"] == 2
