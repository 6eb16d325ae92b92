"""The Home tab."""

import pytest
from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.kit import actions, button, refusal, section
from sandbox.types import JSON


def home(*blocks: JSON) -> JSON:
    return {"type": "home", "blocks": list(blocks)}


def test_looking_at_the_home_tab_tells_the_app(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    slack.person("dana").open_home()
    slack.settle()

    event = app.events("app_home_opened")[0]
    assert (event["user"], event["tab"]) == ("U01DANALEE", "home")
    assert event["channel"].startswith("D")
    assert "view" not in event


def test_a_published_home_belongs_to_one_person(slack: LocalSlack, client: WebClient) -> None:
    client.views_publish(user_id="U01DANALEE", view=home(section("For Dana")))

    home_of_dana = slack.person("dana").home or {}
    assert home_of_dana["blocks"][0]["text"]["text"] == "For Dana"
    assert slack.person("ana").home is None


def test_publishing_again_replaces_the_home(slack: LocalSlack, client: WebClient) -> None:
    first = client.views_publish(user_id="U01DANALEE", view=home(section("1")))["view"]
    second = client.views_publish(user_id="U01DANALEE", view=home(section("2")))["view"]

    assert first["id"] == second["id"]
    body = refusal(client, "views.publish", user_id="U01DANALEE", view=home(), hash=first["hash"])
    assert body["error"] == "hash_conflict"


@pytest.mark.parametrize(
    "view", [{"type": "modal", "blocks": []}, {"type": "home", "blocks": [], "title": "x"}]
)
def test_a_home_that_is_none_is_refused(client: WebClient, view: JSON) -> None:
    body = refusal(client, "views.publish", user_id="U01DANALEE", view=view)

    assert body["error"] == "invalid_arguments"


def test_a_click_in_the_home_tab_comes_with_the_view(
    slack: LocalSlack, app: EchoApp, client: WebClient
) -> None:
    client.views_publish(user_id="U01DANALEE", view=home(actions(button(value="7"))))

    slack.person("dana").click_in_home("go")

    payload = app.last
    assert payload["container"]["type"] == "view"
    assert payload["view"]["type"] == "home"
    assert payload["actions"][0]["value"] == "7"
    assert "response_url" not in payload
