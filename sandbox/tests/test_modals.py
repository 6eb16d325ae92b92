"""Modals: triggers, the stack, submitting and closing."""

import time
from collections.abc import Callable

import pytest
from slack_sdk import WebClient

from sandbox.errors import GestureError
from sandbox.testing import LocalSlack
from sandbox.tests.app import EchoApp
from sandbox.tests.kit import actions, asking, button, modal, plain, refusal, section
from sandbox.types import JSON, Value

TEXT = {"type": "plain_text_input"}


@pytest.fixture
def trigger(slack: LocalSlack, app: EchoApp, client: WebClient) -> Callable[[], str]:
    """Return a function that makes Dana run a command and gives its trigger id."""

    def make() -> str:
        slack.person("dana").command("/echo")
        return str(app.last["trigger_id"])

    return make


@pytest.fixture
def opened(client: WebClient, trigger: Callable[[], str]) -> Callable[..., JSON]:
    """Return a function that shows Dana a modal."""

    def make(*blocks: JSON, **more: Value) -> JSON:
        view = modal(*blocks, **more)
        shown: JSON = client.views_open(trigger_id=trigger(), view=view)["view"]
        return shown

    return make


def test_an_opened_modal_is_on_the_persons_screen(
    slack: LocalSlack, opened: Callable[..., JSON]
) -> None:
    view = opened(asking("name", TEXT), private_metadata="42")

    seen = slack.person("dana").view or {}
    assert seen["id"] == view["id"] == view["root_view_id"]
    assert (view["previous_view_id"], view["private_metadata"]) == (None, "42")
    assert (view["app_installed_team_id"], view["bot_id"]) == (
        "T01NORTHWD",
        slack.tokens_for().bot_id,
    )


def test_a_trigger_opens_one_modal(client: WebClient, trigger: Callable[[], str]) -> None:
    trigger_id = trigger()
    client.views_open(trigger_id=trigger_id, view=modal(section()))

    body = refusal(client, "views.open", trigger_id=trigger_id, view=modal(section()))

    assert body["error"] == "exchanged_trigger_id"


def test_a_trigger_lives_three_seconds(
    slack: LocalSlack, client: WebClient, trigger: Callable[[], str]
) -> None:
    trigger_id = trigger()
    slack.clock.advance(3.1)

    body = refusal(client, "views.open", trigger_id=trigger_id, view=modal(section()))

    assert body["error"] == "expired_trigger_id"


def test_an_invented_trigger_opens_nothing(client: WebClient) -> None:
    body = refusal(client, "views.open", trigger_id="1.2.x", view=modal(section()))

    assert body["error"] == "invalid_trigger_id"


def test_a_bad_view_is_refused_before_its_trigger_is_spent(
    client: WebClient, trigger: Callable[[], str]
) -> None:
    trigger_id = trigger()
    too_long = modal(section(), title=plain("x" * 25))

    body = refusal(client, "views.open", trigger_id=trigger_id, view=too_long)

    assert body["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in body["response_metadata"]["messages"][0]
    assert client.views_open(trigger_id=trigger_id, view=modal(section()))["ok"]


def test_an_update_with_an_old_hash_is_refused(
    client: WebClient, opened: Callable[..., JSON]
) -> None:
    view = opened(section("1"))
    client.views_update(view_id=view["id"], view=modal(section("2")), hash=view["hash"])

    body = refusal(
        client, "views.update", view_id=view["id"], view=modal(section("3")), hash=view["hash"]
    )

    assert body["error"] == "hash_conflict"


def test_a_closed_view_cannot_be_updated(
    slack: LocalSlack, client: WebClient, opened: Callable[..., JSON]
) -> None:
    view = opened(section())
    slack.person("dana").close_view()

    body = refusal(client, "views.update", view_id=view["id"], view=modal(section()))

    assert body["error"] == "not_found"


def test_modals_stack_three_deep(
    slack: LocalSlack, app: EchoApp, client: WebClient, opened: Callable[..., JSON]
) -> None:
    dana = slack.person("dana")
    root = opened(actions(button()))
    for _ in range(2):
        dana.click_in_view("go")
        pushed = client.views_push(
            trigger_id=app.last["trigger_id"], view=modal(actions(button()))
        )["view"]

    dana.click_in_view("go")
    body = refusal(
        client, "views.push", trigger_id=app.last["trigger_id"], view=modal(actions(button()))
    )

    assert body["error"] == "push_limit_reached"
    assert pushed["root_view_id"] == root["id"]
    assert app.last["view"]["id"] == pushed["id"]


def test_a_submission_carries_the_whole_form(
    slack: LocalSlack, app: EchoApp, opened: Callable[..., JSON]
) -> None:
    choices = [{"text": plain("Small"), "value": "s"}, {"text": plain("Large"), "value": "l"}]
    opened(
        asking("name", TEXT),
        asking("size", {"type": "static_select", "options": choices}),
        asking("day", {"type": "datepicker", "initial_date": "2026-01-02"}),
        asking("who", {"type": "multi_users_select"}),
        asking("note", TEXT, optional=True),
    )

    outcome = slack.person("dana").submit({"name": "Autumn", "size": "l", "who": ["ana", "ben"]})

    assert outcome.ok
    payload = app.last
    assert payload["type"] == "view_submission"
    assert payload["user"]["id"] == "U01DANALEE"
    assert payload["team"] == {"id": "T01NORTHWD", "domain": "northwind"}
    values = payload["view"]["state"]["values"]
    assert values["name"]["name.input"] == {"type": "plain_text_input", "value": "Autumn"}
    assert values["size"]["size.input"]["selected_option"]["value"] == "l"
    assert values["day"]["day.input"]["selected_date"] == "2026-01-02"
    assert values["who"]["who.input"]["selected_users"] == ["U01ANARUIZ", "U01BENOKOY"]
    assert values["note"]["note.input"]["value"] is None


@pytest.mark.parametrize(
    ("element", "value", "complaint"),
    [
        (TEXT, None, "required"),
        ({**TEXT, "min_length": 3}, "ab", "at least 3"),
        ({**TEXT, "max_length": 3}, "abcd", "no more than 3"),
        ({"type": "number_input", "is_decimal_allowed": True}, "x", "a number"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole"),
        (
            {"type": "number_input", "is_decimal_allowed": False, "min_value": "2"},
            1,
            "2 or more",
        ),
        ({"type": "email_text_input"}, "ana", "email"),
        ({"type": "url_text_input"}, "example", "URL"),
        ({"type": "datepicker"}, "2026-02-30", "date"),
    ],
)
def test_slacks_own_checks_come_before_the_app(
    slack: LocalSlack,
    opened: Callable[..., JSON],
    element: JSON,
    value: Value,
    complaint: str,
) -> None:
    opened(asking("field", element))
    sent = len(slack.deliveries)

    outcome = slack.person("dana").submit({"field": value})

    assert complaint in outcome.errors["field"]
    assert len(slack.deliveries) == sent


def test_the_app_may_object_to_a_field(
    slack: LocalSlack, app: EchoApp, opened: Callable[..., JSON]
) -> None:
    opened(asking("name", TEXT))
    app.answers_json({"response_action": "errors", "errors": {"name": "Taken"}})

    outcome = slack.person("dana").submit({"name": "Autumn"})

    assert outcome.errors == {"name": "Taken"}
    assert slack.person("dana").view is not None


def test_an_objection_to_something_that_is_no_field_is_trouble(
    slack: LocalSlack, app: EchoApp, opened: Callable[..., JSON]
) -> None:
    opened(asking("name", TEXT))
    app.answers_json({"response_action": "errors", "errors": {"nom": "Taken"}})

    outcome = slack.person("dana").submit({"name": "Autumn"})

    assert (outcome.ok, outcome.errors) == (False, {})
    assert "trouble" in outcome.error


def test_the_app_may_answer_with_another_modal(
    slack: LocalSlack, app: EchoApp, opened: Callable[..., JSON]
) -> None:
    dana = slack.person("dana")
    opened(asking("name", TEXT))
    app.answers_json({"response_action": "push", "view": modal(section("Sure?"))})
    dana.submit({"name": "Autumn"})
    app.answers_json({"response_action": "update", "view": modal(section("Done"))})
    dana.submit()

    shown = dana.view or {}
    assert shown["blocks"][0]["text"]["text"] == "Done"
    assert shown["previous_view_id"]
    app.answers_json({"response_action": "clear"})
    dana.submit()
    assert dana.view is None


def test_an_empty_answer_closes_the_modal(slack: LocalSlack, opened: Callable[..., JSON]) -> None:
    opened(section())

    slack.person("dana").submit()

    assert slack.person("dana").view is None


def test_a_late_answer_leaves_the_modal_open_with_a_warning(
    slack: LocalSlack, app: EchoApp, opened: Callable[..., JSON]
) -> None:
    opened(section())
    app.answers_late(0.8)

    outcome = slack.person("dana").submit()

    assert "operation_timeout" in outcome.error
    assert slack.person("dana").view is not None
    time.sleep(0.4)  # let the app finish before the next test


def test_closing_is_told_only_to_those_who_asked(
    slack: LocalSlack, app: EchoApp, opened: Callable[..., JSON]
) -> None:
    dana = slack.person("dana")
    opened(section())
    seen = len(app.received)
    dana.close_view()
    assert len(app.received) == seen

    opened(section(), notify_on_close=True)
    dana.close_view()

    assert (app.last["type"], app.last["is_cleared"]) == ("view_closed", False)


def test_options_come_from_the_app(
    slack: LocalSlack, app: EchoApp, opened: Callable[..., JSON]
) -> None:
    opened(asking("campaign", {"type": "external_select"}))
    app.answers_json({"options": [{"text": plain("Autumn"), "value": "1"}]})

    answer = slack.person("dana").options("campaign.input", "aut")

    assert answer["options"][0]["value"] == "1"
    assert (app.last["type"], app.last["value"]) == ("block_suggestion", "aut")


def test_nobody_can_submit_a_modal_that_is_not_there(slack: LocalSlack) -> None:
    with pytest.raises(GestureError):
        slack.person("dana").submit()
