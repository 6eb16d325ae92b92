"""The out-tray: names of the work that a change causes, queued with the change."""

from enum import StrEnum

from installations import effects
from installations.effects import enqueue


class Effect(StrEnum):
    """Task names; queued rows hold them, so a member may be added but never renamed."""

    DELIVER_MESSAGE = "approvals.deliver_message"
    PUBLISH_HOME = "approvals.publish_home"
    SYNC_GROUPS = "approvals.sync_groups"
    SYNC_PERSON = "approvals.sync_person"
    WHISPER = "approvals.whisper"


UPKEEP = -10  # priority of what nobody waits for


def enqueue_once(
    task_name: str, *, key: int, priority: int = UPKEEP, **arguments: int | str
) -> None:
    """Queue a task behind what people wait for, unless one of the same ``key`` waits."""
    effects.enqueue_once(task_name, key=key, priority=priority, **arguments)


def deliver_message(*, message_id: int) -> None:
    """Post the message, or redraw it where it was posted."""
    enqueue(Effect.DELIVER_MESSAGE, message_id=message_id)


def publish_home(*, workspace_id: int, user_id: str) -> None:
    enqueue(Effect.PUBLISH_HOME, workspace_id=workspace_id, user_id=user_id)


def sync_groups(*, workspace_id: int, unless_younger_than: int = 0) -> None:
    """Ask Slack who is in the workspace's groups, unless the answer at hand is that new (s)."""
    enqueue(Effect.SYNC_GROUPS, workspace_id=workspace_id, unless_younger_than=unless_younger_than)


def sync_person(*, workspace_id: int, user_id: str) -> None:
    """Ask Slack what somebody is in the workspace."""
    enqueue(Effect.SYNC_PERSON, workspace_id=workspace_id, user_id=user_id)


def whisper(*, workspace_id: int, channel_id: str, user_id: str, text: str) -> None:
    """Tell one person something that nobody else sees; by DM without a ``channel_id``."""
    enqueue(
        Effect.WHISPER,
        workspace_id=workspace_id,
        channel_id=channel_id,
        user_id=user_id,
        text=text,
    )
