"""Names of the work that an installation causes; rooms above do it."""

from enum import StrEnum

from procrastinate.contrib.django import app


class Effect(StrEnum):
    """Task names; queued rows hold them, so a member may be added but never renamed."""

    SET_UP_WORKSPACE = "installations.set_up_workspace"


def enqueue(effect: Effect, *, workspace_id: int) -> None:
    """Queue ``effect`` in the current transaction."""
    app.configure_task(effect).defer(workspace_id=workspace_id)
