"""What people see when we fail: a sentence and a reference that operators find in the log."""

import secrets
from dataclasses import dataclass
from logging import getLogger
from typing import Any, Self

from slack_bolt import BoltContext, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from approvals import effects
from approvals.slack import modals
from installations.models import Workspace
from slackapp.deliveries import Delivery

FAILURE = "countersign_failure"  # where a failed request's context keeps it

logger = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something of ours that went wrong while handling one delivery."""

    reference: str
    unhandled: bool  # nothing listens to what was sent: an old button, say

    @classmethod
    def of(cls, error: Exception) -> Self:
        return cls(secrets.token_hex(4), isinstance(error, BoltUnhandledRequestError))

    @property
    def words(self) -> str:
        if self.unhandled:
            return (
                "That button or command belongs to another version of Countersign. "
                "Nothing was recorded. Type `/campaign` to see what you can do."
            )
        return (
            "We could not save this. Nothing was recorded. Try again in a moment; "
            f"if it happens again, tell your admin this reference: {self.reference}."
        )


def on_error(error: Exception, context: BoltContext) -> BoltResponse:
    """Bolt's error handler: remember the failure, so that ingest rolls back and tells."""
    context[FAILURE] = fail(error)
    return BoltResponse(status=500)


def fail(error: Exception) -> Failure:
    """Return the failure, logged under the reference that the person is told."""
    failure = Failure.of(error)
    if failure.unhandled:
        logger.warning("nothing listens to this request, reference %s", failure.reference)
    else:
        logger.error("a delivery failed, reference %s", failure.reference, exc_info=error)
    return failure


def failure_of(request: BoltRequest) -> Failure | None:
    failure: Failure | None = request.context.get(FAILURE)
    return failure


def tell(delivery: Delivery, failure: Failure) -> BoltResponse:
    """Return an answer that the person sees, after the transaction was rolled back."""
    if delivery.kind == "block_actions":
        try:
            _whisper(delivery, failure)
        except Exception:  # whatever it is, the person must still see that the click failed
            logger.exception("could not tell about failure %s", failure.reference)
        else:
            return BoltResponse(status=200)
    return tell_without_database(delivery, failure)


def tell_without_database(delivery: Delivery, failure: Failure) -> BoltResponse:
    """Return an answer that says what happened, where Slack has a place for it.

    A click has none: Slack shows a warning sign beside the button when it gets no 200.
    """
    match delivery.kind:
        case "slash_command":
            body: dict[str, Any] = {"response_type": "ephemeral", "text": failure.words}
        case "view_submission":
            body = _in_form(delivery.payload["view"], failure.words)
        case "block_suggestion":
            body = {"options": []}
        case _:
            return BoltResponse(status=200 if failure.unhandled else 503)
    return BoltResponse(status=200, body=body)


def _in_form(view: dict[str, Any], words: str) -> dict[str, Any]:
    """Put the words under the first field, which keeps what was typed; else in place of it."""
    blocks = view.get("blocks")
    inputs = [
        block["block_id"]
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, dict) and block.get("type") == "input" and block.get("block_id")
    ]
    if inputs:
        return {"response_action": "errors", "errors": {inputs[0]: words}}
    return {"response_action": "update", "view": modals.refused("Not recorded", words)}


def _whisper(delivery: Delivery, failure: Failure) -> None:
    workspace = Workspace.objects.get(team_id=delivery.team_id)
    container = delivery.payload.get("container") or {}
    effects.whisper(
        workspace_id=workspace.pk,
        channel_id=str(container.get("channel_id") or ""),
        user_id=str(delivery.payload["user"]["id"]),
        text=failure.words,
    )
