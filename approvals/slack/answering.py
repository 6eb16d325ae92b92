"""Answers a submitted form: closed, wrong fields, or a refusal above it."""

from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt import Ack

from approvals.refusals import RefusedError
from approvals.slack import modals
from approvals.slack.forms import FormInvalidError


@contextmanager
def answering(ack: Ack, *, refused: str, keep_form: bool = True) -> Iterator[None]:
    """Acknowledge with what the block ended in; ``refused`` titles a refusal.

    A refusal is pushed above the form, which keeps what was typed; without ``keep_form`` one that
    will not pass replaces it.
    """
    try:
        yield
    except FormInvalidError as invalid:
        ack(response_action="errors", errors=invalid.errors)
    except RefusedError as refusal:
        place = "push" if keep_form or refusal.passes else "update"
        ack(response_action=place, view=modals.refused(refused, str(refusal)))
    else:
        ack()
