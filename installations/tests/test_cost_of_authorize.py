"""Who speaks is found at the same cost however many workspaces there are."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from slack_bolt import BoltContext

from installations.authorize import DatabaseAuthorize
from installations.models import Installation, Workspace, WorkspaceState
from installations.speaking import bot_row_for
from installations.tests.factories import (
    CLIENT_ID,
    NOON,
    make_installation,
    make_org_installation,
    make_workspace,
)

pytestmark = pytest.mark.django_db

# Which bot speaks in a workspace, and as which Slack names it: team, organisation
REQUESTS = {
    "its own": ("T111", None),
    "its own, in an organisation that has one too": ("T222", "E111"),
    "its organisation's": ("T333", "E111"),
    "its organisation's, in a workspace unheard of": ("T444", "E111"),
}
Node = dict[str, Any]
TABLES = "installations_workspace, installations_installation"


@pytest.fixture
def kinds(store):
    """Leave a workspace of each kind, the second with older installs and people's own tokens."""
    make_workspace("T111")
    make_workspace("T222", enterprise_id="E111")
    for age in range(6):
        store.save(make_installation(team_id="T222", installed_at=NOON - age))
    for number in range(20):
        user_id = f"U{number}"
        store.save(make_installation(team_id="T222", user_id=user_id, bot_token=None))
    store.save(make_org_installation())
    Workspace.objects.create(team_id="T333", enterprise_id="E111")


@pytest.mark.parametrize("others", [0, 50])
@pytest.mark.parametrize("_case", REQUESTS)
@pytest.mark.usefixtures("kinds")
def test_authorize_takes_two_queries(store, django_assert_num_queries, _case, others):
    crowd(others)
    team_id, enterprise_id = REQUESTS[_case]

    with django_assert_num_queries(2):
        result = DatabaseAuthorize(store)(
            context=BoltContext(), enterprise_id=enterprise_id, team_id=team_id, user_id="U1"
        )

    assert result.bot_token


@pytest.mark.usefixtures("kinds")
def test_an_uninstalled_workspace_is_known_by_one_query(django_assert_num_queries):
    Workspace.objects.filter(team_id="T111").update(state=WorkspaceState.UNINSTALLED)

    with django_assert_num_queries(1):
        assert bot_row_for(client_id=CLIENT_ID, team_id="T111", enterprise_id=None) is None


@pytest.mark.usefixtures("kinds")
def test_among_10_000_workspaces_no_more_rows_are_read_than_the_team_has():
    crowd(10_000)
    people_of(["T111", "T_2", "T_4"], each=2_000)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLES}")

    for team_id, enterprise_id in REQUESTS.values():
        with CaptureQueriesContext(connection) as asked:
            assert bot_row_for(client_id=CLIENT_ID, team_id=team_id, enterprise_id=enterprise_id)

        read = [scan for query in asked for scan in scans(query["sql"])]
        assert len(read) >= 2
        assert not [scan for scan in read if scan["Node Type"] == "Seq Scan"], team_id
        assert sum(rows(scan) for scan in read) < 100, team_id


def crowd(count: int) -> None:
    """Leave ``count`` more workspaces, every other one in an organisation that has a bot."""
    installed_at = datetime.now(UTC) - timedelta(days=1)
    numbers = range(count)
    Workspace.objects.bulk_create(
        Workspace(team_id=f"T_{number}", enterprise_id=f"E_{number}" if number % 2 else "")
        for number in numbers
    )
    Installation.objects.bulk_create(
        Installation(
            client_id=CLIENT_ID,
            team_id=None if number % 2 else f"T_{number}",
            enterprise_id=f"E_{number}" if number % 2 else None,
            is_enterprise_install=bool(number % 2),
            bot_token="v1.test1.never-opened",
            installed_at=installed_at,
        )
        for number in numbers
    )


def people_of(team_ids: list[str], *, each: int) -> None:
    """Leave rows of people who gave a token of their own."""
    installed_at = datetime.now(UTC)
    Installation.objects.bulk_create(
        Installation(
            client_id=CLIENT_ID,
            team_id=team_id,
            user_id=f"U_{number}",
            user_token="v1.test1.never-opened",
            installed_at=installed_at,
        )
        for team_id in team_ids
        for number in range(each)
    )


def scans(sql: str) -> list[Node]:
    """Return what of the tables is read to answer a query, as PostgreSQL did it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        [answer] = cursor.fetchone()
    plans = answer if isinstance(answer, list) else json.loads(answer)
    return [node for node in nodes(plans[0]["Plan"]) if "Relation Name" in node]


def nodes(plan: Node) -> list[Node]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


def rows(scan: Node) -> float:
    return float(scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0))
