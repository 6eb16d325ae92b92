"""A workspace's page: its credentials, its people, and what happened, in bounded queries."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from installations import audit
from installations.audit import AuditAction
from installations.models import Workspace
from installations.queries.timeline import PAGE, timeline
from installations.tests.operators import make_bot_row, make_organisation, make_tenant, rotating

MOST_QUERIES = 10

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(User.objects.create_superuser("operator"))
    return client


def page_of(workspace, **asked):
    return reverse("admin:installations_workspace_change", args=[workspace.pk])


def test_a_timeline_merges_entries_consents_and_their_ends_newest_first():
    workspace = make_tenant()
    row = workspace.installations.get()
    row.removed_at = timezone.now() - timedelta(days=1)
    row.save()
    audit.record(AuditAction.WORKSPACE_UNINSTALLED, actor="U1", workspace=workspace, by="slack")
    audit.record(AuditAction.WORKSPACE_UNINSTALLED, actor="U1", workspace=make_tenant(2))

    found = timeline(workspace)

    assert [happening.action for happening in found.happenings] == [
        AuditAction.WORKSPACE_UNINSTALLED,
        "consent.removed",
        "consent.given",
    ]
    assert found.happenings[0].details == {"by": "slack"}
    assert (found.newer, found.older) == (None, None)


def test_a_long_timeline_is_turned_over_page_by_page(browser):
    workspace = make_tenant()
    for number in range(PAGE + 9):
        audit.record(AuditAction.CONNECTION_TESTED, actor="U1", workspace=workspace, number=number)

    first, second = timeline(workspace), timeline(workspace, page=2)

    numbers = [happening.details.get("number") for happening in first.happenings]
    assert numbers == [*range(PAGE + 8, 8, -1)]
    assert (first.older, second.newer, second.older) == (2, 1, None)
    assert len(second.happenings) == 10
    assert "number: 8" in browser.get(page_of(workspace), {"page": "2"}).content.decode()


def test_a_page_of_a_timeline_asks_the_database_for_no_more_than_it_shows(
    django_assert_num_queries,
):
    workspace = make_tenant()

    with django_assert_num_queries(1) as asked:
        timeline(workspace, page=3)

    assert f"LIMIT {PAGE + 1} OFFSET {2 * PAGE}" in asked.captured_queries[0]["sql"]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "1e3", "²"])
def test_a_page_number_that_makes_no_sense_is_the_first_page(browser, page):
    assert browser.get(page_of(make_tenant()), {"page": page}).status_code == 200


@pytest.mark.parametrize("address", ["0", "99999999999999999999", "x"])
def test_a_workspace_that_there_is_not_leads_back(browser, address):
    answer = browser.get(f"/admin/installations/workspace/{address}/change/")

    assert answer.status_code == 302


def test_a_page_costs_the_same_however_much_happened(browser, django_assert_max_num_queries):
    workspace = make_tenant()

    def cost():
        with django_assert_max_num_queries(1000) as counted:
            assert browser.get(page_of(workspace)).status_code == 200
        return len(counted.captured_queries)

    few = cost()
    for number in range(80):
        audit.record(AuditAction.CONNECTION_TESTED, actor="U1", workspace=workspace)
        make_bot_row(workspace, user_id=f"U{number}", installed_at=timezone.now())

    assert cost() == few <= MOST_QUERIES


def test_a_page_says_scopes_what_is_missing_expiry_key_and_who_gave_consent(browser):
    workspace = make_tenant(last_event_at=timezone.now())
    row = rotating(workspace.installations.get(), bot_scopes="commands,chat:write")
    row.linked_user = User.objects.create_user("dana")
    row.seal("user_token", "xoxp-CANARY-user")
    row.save()

    page = browser.get(page_of(workspace)).content.decode()

    assert '<code class="bad">users:read</code>' in page
    assert "<code>chat:write</code>" in page
    assert "<code>test1</code>" in page
    assert f"{row.bot_token_expires_at:%-d %B %Y, %H:%M} UTC" in page
    assert "held" in page
    assert "<td>dana</td>" in page
    assert "CANARY" not in page
    assert row.bot_token not in page


def test_the_page_of_a_covered_workspace_shows_its_organisations_credentials(browser):
    make_organisation("E111")
    covered = Workspace.objects.create(team_id="T9", name="Covered", enterprise_id="E111")

    page = browser.get(page_of(covered)).content.decode()

    assert "for the whole organisation" in page
    assert "U0ORGADMIN" in page


@pytest.mark.parametrize("term", ["T00001", "t00001", "admin:olga", "connection.tested", "E111"])
def test_the_audit_log_is_searched_by_exact_words(browser, term):
    workspace = make_tenant(enterprise_id="E111")
    entry = audit.record(AuditAction.CONNECTION_TESTED, actor="admin:olga", workspace=workspace)
    audit.record(AuditAction.PURGE_REQUESTED, actor="U1", workspace=make_tenant(2))

    listing = reverse("admin:installations_installationauditentry_changelist")
    rows = browser.get(listing, {"q": term}).context["cl"].result_list

    assert entry in rows
    assert {row.actor for row in rows if row.workspace != workspace} == set()
