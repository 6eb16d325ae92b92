"""What the worker does as time passes."""

from datetime import timedelta

from procrastinate.contrib.django import app

from approvals import effects
from approvals.effects import Effect
from approvals.models import Campaign
from approvals.services import messages
from approvals.states import CampaignStatus
from installations.models import WorkspaceState
from installations.retries import RETRY

GROUPS_GO_STALE = timedelta(minutes=15)


@app.periodic(cron="* * * * *")
@app.task(name="approvals.sweep", retry=RETRY)
def sweep(timestamp: int) -> None:
    """Queue again the messages whose wake-up was lost, or whose worker was."""
    for message_id in messages.overdue().values_list("pk", flat=True)[:1000]:
        effects.enqueue_once(Effect.DELIVER_MESSAGE, key=message_id, message_id=message_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="approvals.refresh_groups", retry=RETRY)
def refresh_groups(timestamp: int) -> None:
    """Keep the groups current that somebody waits for."""
    waiting = Campaign.objects.filter(
        status=CampaignStatus.PENDING,
        erased_at=None,
        workspace__state=WorkspaceState.ACTIVE,
    )
    for workspace_id in waiting.values_list("workspace_id", flat=True).distinct():
        effects.enqueue_once(
            Effect.SYNC_GROUPS,
            key=workspace_id,
            workspace_id=workspace_id,
            unless_younger_than=int(GROUPS_GO_STALE.total_seconds()),
        )
