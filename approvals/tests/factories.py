"""A workspace in which campaigns get approved, with people who play their parts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from approvals import audit
from approvals.content import CampaignContent
from approvals.models import ApproverGroup, Campaign
from approvals.policies import Standing
from approvals.services.campaigns import revise_campaign, submit_campaign
from approvals.services.decisions import Ballot, record_decision
from approvals.services.people import record_person
from approvals.services.policies import set_policy
from approvals.states import Verdict
from installations.models import Workspace

REQUESTER, ANA, BEN, OUTSIDER = "U0DANA", "U0ANA", "U0BEN", "U0OLGA"
ADMIN = "U0WANDA"
GROUP_ID, CHANNEL_ID = "S0APPROVERS", "C0APPROVALS"


def make_content(**changes) -> CampaignContent:
    values = {
        "title": "Spring launch e-mail",
        "brief": "Two-part announcement to 42,000 customers.",
        "channels": ("Email", "Paid social"),
        "budget": Decimal("12000.00"),
        "currency": "EUR",
        "launch_on": date(2027, 3, 2),
        "asset_url": "https://assets.example/spring",
    }
    return CampaignContent(**{**values, **changes})


def make_group(workspace: Workspace, *members: str, age: timedelta = timedelta(0)) -> ApproverGroup:
    group, _ = ApproverGroup.objects.update_or_create(
        workspace=workspace,
        usergroup_id=GROUP_ID,
        defaults={
            "handle": "campaign-approvers",
            "name": "Campaign approvers",
            "member_ids": list(members or (ANA, BEN)),
            "synced_at": timezone.now() - age,
        },
    )
    for user_id in group.member_ids:
        make_person(workspace, user_id)
    return group


def make_person(workspace: Workspace, user_id: str, standing: Standing = Standing.MEMBER) -> None:
    record_person(
        workspace_id=workspace.pk, user_id=user_id, standing=standing, asked_at=timezone.now()
    )


def set_up(workspace: Workspace, *members: str, quorum: int = 1) -> None:
    """Let @campaign-approvers (Ana and Ben) approve, ``quorum`` of them needed."""
    make_group(workspace, *members)
    set_policy(
        workspace=workspace,
        actor_id=audit.SYSTEM,
        usergroup_id=GROUP_ID,
        quorum=quorum,
        channel_id=CHANNEL_ID,
    )


def submit(workspace: Workspace, *, by: str = REQUESTER, key: str = "V1", **changes) -> Campaign:
    return submit_campaign(
        workspace=workspace,
        requester_id=by,
        content=make_content(**changes),
        submission_key=key,
    )


def make_ballot(campaign: Campaign, by: str, verdict: Verdict = Verdict.APPROVE, **changes):
    values = {
        "reference": campaign.reference,
        "revision": campaign.revision_number,
        "user_id": by,
        "verdict": verdict,
    }
    return Ballot(**{**values, **changes})


def decide(campaign: Campaign, by: str, verdict: Verdict = Verdict.APPROVE, **changes) -> Campaign:
    ballot = make_ballot(campaign, by, verdict, **changes)
    return record_decision(workspace_id=campaign.workspace_id, ballot=ballot)


def revise(campaign: Campaign, *, by: str = REQUESTER, revision: int = 1, **changes) -> Campaign:
    return revise_campaign(
        workspace=campaign.workspace,
        reference=campaign.reference,
        revision=revision,
        author_id=by,
        content=make_content(**{"title": f"Try {revision + 1}", **changes}),
    )


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls in the same instant, each on a connection of its own.

    Return what each returned, or the error it raised.
    """
    barrier = Barrier(len(calls), timeout=10)

    def run(call: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        barrier.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001  # for the test to judge
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def queued(task_name: str) -> list[dict[str, Any]]:
    """Return the arguments of the queued jobs of one task, oldest first."""
    jobs = ProcrastinateJob.objects.filter(task_name=task_name, status="todo")
    return list(jobs.order_by("pk").values_list("args", flat=True))
