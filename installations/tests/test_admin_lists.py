"""The list of workspaces stays fast whatever their number, and finds them by id and by name."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from installations import audit
from installations.models import Workspace
from installations.tests.operators import make_many, make_organisation, make_tenant

LISTING = "admin:installations_workspace_changelist"
MOST_QUERIES = 10  # session, person, phone, count, rows, credentials (2), counts of the filters

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(User.objects.create_superuser("operator"))
    return client


def queries(browser, counter, **asked) -> int:
    with counter(1000, exact=False) as counted:
        assert browser.get(reverse(LISTING), asked).status_code == 200
    return len(counted.captured_queries)


@pytest.mark.parametrize("asked", [{}, {"problem": "any"}, {"q": "work"}, {"org": "yes"}])
def test_the_list_costs_the_same_queries_for_ten_rows_and_for_a_thousand(
    browser, django_assert_max_num_queries, asked
):
    make_many(10)
    few = queries(browser, django_assert_max_num_queries, **asked)
    more = [
        Workspace(team_id=f"TMORE{number}", name=f"Workspace more {number}", enterprise_id="E0000")
        for number in range(990)
    ]
    Workspace.objects.bulk_create(more)
    many = queries(browser, django_assert_max_num_queries, **asked)

    assert few == many <= MOST_QUERIES


@pytest.mark.parametrize(
    ("_case", "term", "expected"),
    [
        ("an id", "T00001", {"T00001"}),
        ("an id as people type it", " t00001 ", {"T00001"}),
        ("part of an id", "T0000", set()),
        ("an organisation's id", "E111", {"T00003"}),
        ("how a name begins", "north", {"T00001", "T00002"}),
        ("a name that looks like an id", "TESLA", {"T00003"}),
        ("what is inside a name", "wind", set()),
        ("a wildcard is a character", "%", set()),
    ],
)
def test_a_search_finds_ids_exactly_and_names_by_how_they_begin(browser, _case, term, expected):
    make_tenant(1)
    make_tenant(2)
    make_tenant(3, name="Tesla", enterprise_id="E111")

    rows = browser.get(reverse(LISTING), {"q": term}).context["cl"].result_list

    assert {row.team_id for row in rows} == expected


def test_a_row_says_state_and_health_in_words_and_when_the_last_event_came(browser):
    at = timezone.now() - timezone.timedelta(hours=3)
    make_tenant(1, state="needs_reauth", last_event_at=at)

    page = browser.get(reverse(LISTING)).content.decode()

    assert '<span class="badge bad">needs re-authorisation</span>' in page
    assert '<span class="health bad">needs re-authorisation</span>' in page
    assert f'title="{at:%Y-%m-%d %H:%M:%S} UTC">3 hours ago</time>' in page


def test_the_list_tells_who_has_the_app_through_an_organisation(browser):
    organisation = make_organisation("E111")
    Workspace.objects.create(team_id="T9", name="Covered", enterprise_id="E111")
    make_tenant(1)
    leaving = make_tenant(2)
    leaving.installations.update(leaving_at=timezone.now())

    def shown(**asked):
        rows = browser.get(reverse(LISTING), asked).context["cl"].result_list
        return {row.team_id for row in rows}

    assert shown(org="yes") == {"T9"}
    assert shown(org="no") == {"T00001"}
    page = browser.get(reverse(LISTING)).content.decode()
    assert reverse("admin:installations_installation_change", args=[organisation.pk]) in page


@pytest.mark.parametrize("model", ["installation", "installationauditentry"])
def test_the_other_lists_cost_the_same_queries_for_few_and_for_many(
    browser, django_assert_max_num_queries, model
):
    def cost():
        with django_assert_max_num_queries(1000) as counted:
            browser.get(reverse(f"admin:installations_{model}_changelist"))
        return len(counted.captured_queries)

    make_tenant(9000)
    few = cost()
    make_many(150)
    for workspace in Workspace.objects.all():
        audit.record(audit.AuditAction.CONNECTION_TESTED, actor="U1", workspace=workspace)

    assert cost() == few <= MOST_QUERIES
