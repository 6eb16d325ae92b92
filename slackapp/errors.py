"""What people see when we fail: a sentence and a reference that operators find in the log."""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from logging import getLogger
from typing import Any, Self

from django.conf import settings
from slack_bolt import BoltContext, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from approvals import effects
from approvals.slack import modals
from installations.crypto import SecretUnreadableError
from installations.errors import NotInstalledError
from installations.models import Workspace
from installations.services import NoWorkspaceError
from slackapp.deliveries import Delivery

FAILURE = "countersign_failure"  # where a failed request's context keeps it

logger = getLogger(__name__)


class Kind(StrEnum):
    OURS = "ours"  # a defect, or no database
    UNHEARD = "unheard"  # nothing listens to what was sent: an old button, say
    NOT_INSTALLED = "not_installed"
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105  # a name


KINDS: dict[type[Exception], Kind] = {
    BoltUnhandledRequestError: Kind.UNHEARD,
    NoWorkspaceError: Kind.UNHEARD,
    NotInstalledError: Kind.NOT_INSTALLED,
    SecretUnreadableError: Kind.TOKEN_UNREADABLE,
}
WORDS = {
    Kind.UNHEARD: (
        "That button or command belongs to another version of Countersign. "
        "Nothing was recorded. Type `/campaign` to see what you can do."
    ),
    Kind.NOT_INSTALLED: (
        "Countersign is not installed in this workspace, or not any more. Nothing was recorded. "
        "An admin can add it again with Add to Slack at {url}"
    ),
}
OUR_FAULT = (
    "We could not save this. Nothing was recorded. Try again in a moment; "
    "if it happens again, tell your admin this reference: {reference}."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong while handling one delivery, under the reference that people are told."""

    reference: str
    kind: Kind

    @classmethod
    def of(cls, error: Exception) -> Self:
        kinds = [kind for known, kind in KINDS.items() if isinstance(error, known)]
        return cls(secrets.token_hex(4), kinds[0] if kinds else Kind.OURS)

    @property
    def may_pass(self) -> bool:
        """Whether the same delivery may succeed later."""
        return self.kind in {Kind.OURS, Kind.TOKEN_UNREADABLE}

    @property
    def leaves_a_voice(self) -> bool:
        """Whether we can still speak in the workspace."""
        return self.kind in {Kind.OURS, Kind.UNHEARD}

    @property
    def words(self) -> str:
        words = WORDS.get(self.kind, OUR_FAULT)
        return words.format(reference=self.reference, url=settings.APP_URL)


def on_error(error: Exception, context: BoltContext) -> BoltResponse:
    """Bolt's error handler: remember the failure, so that ingest rolls back and tells."""
    context[FAILURE] = fail(error)
    return BoltResponse(status=500)


def fail(error: Exception) -> Failure:
    """Return the failure, logged under the reference that the person is told."""
    failure = Failure.of(error)
    if not failure.may_pass:
        logger.warning("a delivery is %s, reference %s", failure.kind, failure.reference)
    else:
        logger.error("a delivery failed, reference %s", failure.reference, exc_info=error)
    return failure


def failure_of(request: BoltRequest) -> Failure | None:
    failure: Failure | None = request.context.get(FAILURE)
    return failure


def tell(delivery: Delivery, failure: Failure) -> BoltResponse:
    """Return an answer that the person sees, after the transaction was rolled back."""
    if delivery.kind == "block_actions" and failure.leaves_a_voice:
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
            return BoltResponse(status=200 if failure.kind is Kind.UNHEARD else 503)
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
