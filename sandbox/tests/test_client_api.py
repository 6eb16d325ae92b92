"""What the browser client gets and sends."""

import json
import threading
from collections.abc import Callable

import httpx
import pytest
from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.kit import actions, asking, button, modal, section
from sandbox.types import JSON, Value

DANA = {"team_id": "T01NORTHWD", "user_id": "U01DANALEE"}
GUS = {"team_id": "T01NORTHWD", "user_id": "U01GUSGUES"}


def get(slack: LocalSlack, path: str, who: JSON = DANA, **query: Value) -> JSON:
    answer: JSON = httpx.get(f"{slack.url}/client/api/{path}", params={**who, **query}).json()
    return answer


def post(slack: LocalSlack, path: str, who: JSON = DANA, **body: Value) -> JSON:
    answer: JSON = httpx.post(f"{slack.url}/client/api/{path}", json={**who, **body}).json()
    return answer


def names(state: JSON) -> list[str]:
    return [channel["name"] for channel in state["channels"] if channel["kind"] == "channel"]


def test_boot_introduces_the_cast(slack: LocalSlack) -> None:
    northwind, contoso = httpx.get(f"{slack.url}/client/api/boot").json()["workspaces"]

    hints = [person["role_hint"] for person in northwind["people"]]
    assert hints == ["Requester", "Approver", "Approver", "Outsider", "Guest", "Admin"]
    assert (northwind["default_user_id"], contoso["name"]) == ("U01DANALEE", "Contoso")


def test_a_guest_sees_only_their_channels(slack: LocalSlack) -> None:
    assert names(get(slack, "state")) == ["general", "campaigns", "campaign-approvals", "random"]
    assert names(get(slack, "state", GUS)) == ["campaigns", "campaign-approvals"]
    refused = get(slack, "history", GUS, channel_id="C01GENERAL")
    assert refused["ok"] is False


def test_an_app_appears_once_it_is_installed(slack: LocalSlack) -> None:
    assert get(slack, "state")["apps"] == []

    slack.tokens_for()

    state = get(slack, "state")
    assert state["apps"][0]["name"] == "Echo"
    assert state["apps"][0]["im_channel_id"].startswith("D")
    assert [one["command"] for one in state["commands"]] == ["/echo", "/escaped"]


def test_what_a_person_types_is_escaped_and_linked(slack: LocalSlack) -> None:
    post(slack, "message", channel_id="C01CAMPAGN", text="<b> & @ana in #general")

    message = get(slack, "history", channel_id="C01CAMPAGN")["messages"][-1]
    assert message["text"] == "&lt;b&gt; &amp; <@U01ANARUIZ> in <#C01GENERAL|general>"


def test_unread_messages_count_until_they_are_read(slack: LocalSlack) -> None:
    post(slack, "message", GUS, channel_id="C01CAMPAGN", text="Ping")

    def unread() -> object:
        channels = get(slack, "state")["channels"]
        return next(one["unread"] for one in channels if one["name"] == "campaigns")

    assert unread() == 1
    post(slack, "read", channel_id="C01CAMPAGN")
    assert unread() == 0


def test_replies_stay_in_their_thread(slack: LocalSlack) -> None:
    root = get(slack, "history", channel_id="C01CAMPAGN")["messages"][0]["ts"]

    post(slack, "message", channel_id="C01CAMPAGN", text="Yes", thread_ts=root)

    messages = get(slack, "history", channel_id="C01CAMPAGN")["messages"]
    assert messages[0]["reply_count"] == 1
    assert messages[-1]["thread_ts"] == root


def test_a_modal_is_filled_in_and_submitted(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    post(slack, "command", channel_id="C01GENERAL", command="/echo", text="")
    form = modal(asking("name", {"type": "plain_text_input"}))
    client.views_open(trigger_id=app.last["trigger_id"], view=form)
    state = get(slack, "state")
    view = state["view"]
    assert (view["app_name"], state["view_depth"]) == ("Echo", 1)
    values = {"name": {"name.input": {"type": "plain_text_input", "value": "Autumn"}}}
    sent = {"view_id": view["id"], "hash": view["hash"]}

    empty = post(slack, "submit", **sent, state={"values": {}})
    full = post(slack, "submit", **sent, state={"values": values})

    assert empty == {"ok": False, "errors": {"name": "Please complete this required field."}}
    assert full == {"ok": True}
    assert get(slack, "state")["view"] is None


def test_a_click_names_its_container(slack: LocalSlack, app: EchoApp, client: WebClient) -> None:
    blocks = [actions(button())]
    answer = client.chat_postMessage(channel="U01DANALEE", text="x", blocks=blocks)
    where = {"type": "message", "channel_id": answer["channel"], "message_ts": answer["ts"]}

    done = post(slack, "action", container=where, block_id="actions", action_id="go", type="button")

    assert done == {"ok": True}
    assert app.last["actions"][0]["action_id"] == "go"


def test_the_home_tab_can_be_opened(slack: LocalSlack, app: EchoApp, client: WebClient) -> None:
    client.views_publish(user_id="U01DANALEE", view={"type": "home", "blocks": [section()]})

    view = get(slack, "home", app_id=slack.tokens_for().app_id, opened=1)["view"]

    slack.settle()
    assert view["type"] == "home"
    assert app.events("app_home_opened")


def test_uninstalling_removes_the_app(slack: LocalSlack) -> None:
    app_id = slack.tokens_for().app_id

    post(slack, "uninstall", app_id=app_id)

    assert get(slack, "state")["apps"] == []


def test_buttons_of_a_removed_app_reach_nobody(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    blocks = [actions(button())]
    answer = client.chat_postMessage(channel="U01DANALEE", text="x", blocks=blocks)
    where = {"type": "message", "channel_id": answer["channel"], "message_ts": answer["ts"]}
    slack.uninstall()
    slack.settle()
    app.clear()

    done = post(slack, "action", container=where, block_id="actions", action_id="go", type="button")

    assert "was removed" in done["error"]
    assert app.received == []


@pytest.mark.parametrize(
    "body", [{}, {"team_id": "T01CONTOSO", "user_id": "U01DANALEE"}, {**DANA, "channel_id": "C0"}]
)
def test_a_wrong_request_is_refused_not_crashed(slack: LocalSlack, body: JSON) -> None:
    answer = httpx.post(f"{slack.url}/client/api/message", json=body)

    assert answer.status_code == 400
    assert answer.json()["ok"] is False


def test_a_form_from_elsewhere_changes_nothing(slack: LocalSlack) -> None:
    answer = httpx.post(f"{slack.url}/client/api/message", data={**DANA, "text": "x"})

    assert answer.status_code == 415


def test_a_foreign_host_name_is_turned_away(slack: LocalSlack) -> None:
    answer = httpx.get(f"{slack.url}/client/api/boot", headers={"Host": "evil.example"})

    assert answer.status_code == 400


def first_change(slack: LocalSlack, who: JSON, do: Callable[[], object]) -> JSON:
    """Return the first event of a person's stream after ``do``."""
    url = f"{slack.url}/client/api/stream"
    with httpx.stream("GET", url, params=who, timeout=5) as stream:
        lines = stream.iter_lines()
        next(lines)
        threading.Timer(0.05, do).start()
        found = next(line for line in lines if line.startswith("data: "))
    change: JSON = json.loads(found.removeprefix("data: "))
    return change


def test_a_change_reaches_the_windows_that_show_it(slack: LocalSlack, client: WebClient) -> None:
    dana = slack.person("dana")

    change = first_change(slack, DANA, lambda: dana.send("Hi", "campaigns"))

    assert change["channels"] == ["C01CAMPAGN"]
    assert change["version"] == get(slack, "state")["version"]


def test_a_change_in_a_strange_channel_stays_unseen(slack: LocalSlack, client: WebClient) -> None:
    dana = slack.person("dana")

    def both() -> None:
        dana.send("Not for guests", "general")
        dana.send("For all", "campaigns")

    assert first_change(slack, GUS, both)["channels"] == ["C01CAMPAGN"]


def test_deliveries_can_be_inspected(slack: LocalSlack, client: WebClient) -> None:
    slack.person("dana").command("/echo")

    lines = httpx.get(f"{slack.url}/control/deliveries").json()["deliveries"]

    assert (lines[-1]["kind"], lines[-1]["status"]) == ("command", 200)


def test_a_reset_returns_to_the_seed(slack: LocalSlack, client: WebClient) -> None:
    httpx.post(f"{slack.url}/control/reset", json={})

    assert get(slack, "state")["apps"] == []


def test_the_state_is_shown_without_secrets(slack: LocalSlack, client: WebClient) -> None:
    token = slack.tokens_for().bot_token

    assert token not in httpx.get(f"{slack.url}/control/state").text
