"""What the worker does for approvals: one task per effect, each safe to run twice."""

from approvals.tasks.clock import refresh_groups, sweep
from approvals.tasks.delivery import deliver_message, publish_home, whisper
from approvals.tasks.lifecycle import (
    purge_workspace,
    stop_workspace,
    tell_reauth,
    tell_reauth_person,
)
from approvals.tasks.people import sync_groups, sync_person
from approvals.tasks.setup import set_up_workspace

__all__ = [
    "deliver_message",
    "publish_home",
    "purge_workspace",
    "refresh_groups",
    "set_up_workspace",
    "stop_workspace",
    "sweep",
    "sync_groups",
    "sync_person",
    "tell_reauth",
    "tell_reauth_person",
    "whisper",
]
