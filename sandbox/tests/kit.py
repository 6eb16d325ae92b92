"""Block Kit to test with, and what the Web API answers."""

from typing import cast

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.types import JSON, Value


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def section(text: str = "Hello") -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str = "go", **more: object) -> JSON:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "block_id": "actions", "elements": list(elements)}


def asking(block_id: str, element: JSON, **more: object) -> JSON:
    element = {"action_id": f"{block_id}.input", **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": element,
        **more,
    }


def modal(*blocks: JSON, **more: object) -> JSON:
    return {
        "type": "modal",
        "title": plain("A form"),
        "submit": plain("Send"),
        "callback_id": "form",
        "blocks": list(blocks),
        **more,
    }


def refusal(client: WebClient, method: str, **arguments: object) -> JSON:
    """Return Slack's answer to a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        client.api_call(method, json=arguments)
    body: JSON = caught.value.response.data
    return body


def tokens_from(client: WebClient, **arguments: Value) -> JSON:
    """Return Slack's answer to ``oauth.v2.access``."""
    return cast("JSON", client.oauth_v2_access(**arguments).data)
