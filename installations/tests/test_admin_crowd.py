"""With ten thousand workspaces a search reads indexes, and a page costs no more queries."""

import json

import pytest
from django.contrib.auth.models import User
from django.db import connection

from installations.admin.lists import found
from installations.models import Workspace
from installations.tests.operators import make_many
from installations.tests.test_admin_lists import MOST_QUERIES, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(User.objects.create_superuser("operator"))
    return client


def plan_nodes(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from plan_nodes(inner)


@pytest.fixture(scope="module")
def crowded(django_db_setup, django_db_blocker):
    """Fill the table once with 10,000 workspaces, and empty it again."""
    with django_db_blocker.unblock():
        make_many(10_000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE installations_workspace, installations_installation")
        yield
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM installations_installation")
            cursor.execute("DELETE FROM installations_workspace")
            cursor.execute("ANALYZE installations_workspace, installations_installation")


@pytest.mark.parametrize("term", ["T0004711", "t0004711", "E0010", "workspace 471", "Workspace 47"])
def test_a_search_in_ten_thousand_workspaces_reads_indexes_alone(crowded, term):
    rows = found(Workspace.objects.order_by("-pk"), term)

    [explained] = json.loads(rows.explain(format="json"))
    nodes = [*plan_nodes(explained["Plan"])]

    assert rows.exists()
    assert not [node for node in nodes if node["Node Type"] == "Seq Scan"]
    assert {node.get("Index Name", "") for node in nodes} >= {"workspace_by_name"}


def test_the_first_page_of_ten_thousand_costs_no_more_queries(
    crowded, browser, django_assert_max_num_queries
):
    assert queries(browser, django_assert_max_num_queries) <= MOST_QUERIES
    assert queries(browser, django_assert_max_num_queries, problem="any") <= MOST_QUERIES


def test_a_page_of_ten_thousand_is_ordered_by_an_index(crowded):
    [explained] = json.loads(Workspace.objects.order_by("-pk")[:50].explain(format="json"))

    assert "Sort" not in {node["Node Type"] for node in plan_nodes(explained["Plan"])}
