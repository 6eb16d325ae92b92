"""Fills a migrated database with one workspace and pending campaigns."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from slack_sdk.oauth.installation_store import Installation

from approvals import audit
from approvals.content import CampaignContent
from approvals.services.campaigns import submit_campaign
from approvals.services.groups import SlackGroup, record_groups
from approvals.services.policies import set_policy
from benchmarks.people import APPROVER, CHANNEL, GROUP, REQUESTER, TEAM
from installations.models import Workspace
from installations.services import complete_install


def fill(campaigns: int) -> None:
    """Leave ``campaigns`` pending campaigns, the first one ``C-<year>-0001``."""
    workspace = _workspace()
    for number in range(campaigns):
        submit_campaign(
            workspace=workspace,
            requester_id=REQUESTER,
            content=_content(number),
            submission_key=f"V{number}",
        )


def _workspace() -> Workspace:
    installation = Installation(
        app_id="A0BENCH",
        team_id=TEAM,
        team_name="Benchmark",
        user_id=REQUESTER,
        bot_id="B0BENCH",
        bot_user_id="U0BOT",
        bot_token="xoxb-benchmark",  # noqa: S106  # opens nothing
    )
    complete_install(client_id=settings.SLACK_CLIENT_ID, installation=installation)
    workspace = Workspace.objects.get(team_id=TEAM)
    group = SlackGroup(GROUP, "campaign-approvers", "Approvers", (APPROVER,))
    record_groups(workspace_id=workspace.pk, groups=[group], asked_at=datetime.now(UTC))
    set_policy(
        workspace=workspace,
        actor_id=audit.SYSTEM,
        usergroup_id=GROUP,
        quorum=1,
        channel_id=CHANNEL,
    )
    return workspace


def _content(number: int) -> CampaignContent:
    return CampaignContent(
        title=f"Campaign {number}",
        brief="A brief of ordinary length, long enough to be read and short enough to be decided.",
        channels=("Email",),
        budget=Decimal(1000),
        currency="EUR",
        launch_on=(datetime.now(UTC) + timedelta(days=30)).date(),
        asset_url="",
    )
