"""What the worker does for approvals: one task per effect, each safe to run twice."""

from approvals.tasks.clock import forget_abandoned_installs, refresh_groups, sweep
from approvals.tasks.delivery import deliver_message, publish_home, whisper
from approvals.tasks.people import sync_groups, sync_person
from approvals.tasks.setup import set_up_workspace

__all__ = [
    "deliver_message",
    "forget_abandoned_installs",
    "publish_home",
    "refresh_groups",
    "set_up_workspace",
    "sweep",
    "sync_groups",
    "sync_person",
    "whisper",
]
