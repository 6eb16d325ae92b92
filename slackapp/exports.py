"""What the edge towards Slack holds about a workspace, for its export."""

from installations.exports import Table, register
from slackapp.models import ReceivedDelivery

register(
    Table(
        name="deliveries",
        model=ReceivedDelivery,
        fields=(
            "id",
            "kind",
            "team_id",
            "state",
            "attempts",
            "last_error",
            "received_at",
            "attempted_at",
        ),
        # keys hash to Slack's trigger ids; payloads wait for hours at most and hold messages
        left_out=frozenset({"key", "payload"}),
        rows=lambda workspace: ReceivedDelivery.objects.filter(team_id=workspace.team_id).order_by(
            "pk"
        ),
    ),
)
