"""Names of the work that an installation causes; this room or the one above does it."""

from contextlib import suppress
from enum import StrEnum

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


class Effect(StrEnum):
    """Task names; queued rows hold them, so a member may be added but never renamed."""

    CHECK_INSTALLATION = "installations.check_installation"
    FORGET_DELIVERIES = "slackapp.forget_deliveries"
    PURGE_WORKSPACE = "installations.purge_workspace"
    REFRESH_TOKENS = "installations.refresh_tokens"  # a name
    REVOKE_INSTALLATION = "installations.revoke_installation"
    SET_UP_WORKSPACE = "installations.set_up_workspace"
    STOP_WORKSPACE = "installations.stop_workspace"
    TELL_REAUTH = "installations.tell_reauth"
    TELL_REAUTH_PERSON = "installations.tell_reauth_person"


DELETE_JOBS = """
    DELETE FROM procrastinate_jobs WHERE id IN (
        SELECT id FROM procrastinate_jobs
        WHERE args @> jsonb_build_object('workspace_id', %s::bigint) AND status::text = ANY(%s)
        FOR UPDATE SKIP LOCKED
    )
"""


def enqueue(effect: str, **arguments: int | str) -> None:
    """Queue ``effect`` in the current transaction; arguments are ids, never secrets."""
    app.configure_task(effect).defer(**arguments)


def enqueue_once(effect: str, *, key: int | str, priority: int = 0, **arguments: int | str) -> None:
    """Queue ``effect`` unless one of the same ``key`` waits already."""
    task = app.configure_task(effect, priority=priority, queueing_lock=f"{effect}:{key}")
    with suppress(AlreadyEnqueued), transaction.atomic():  # a clash must not spoil the rest
        task.defer(**arguments)


def cancel_jobs(*, workspace_id: int) -> None:
    """Drop what is queued for a workspace; what is under way finds the workspace closed."""
    _delete_jobs(workspace_id, ["todo"])


def forget_jobs(*, workspace_id: int) -> None:
    """Drop every job of a workspace that is not under way: some hold what people wrote."""
    _delete_jobs(workspace_id, ["todo", "succeeded", "failed", "cancelled", "aborted"])


def _delete_jobs(workspace_id: int, statuses: list[str]) -> None:
    """Delete in one statement; the queue's own API does it job by job. Skip what is being taken."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE_JOBS, [workspace_id, statuses])
