"""Operators look at everything there is, change nothing of it, and see no token."""

import re

import pytest
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from approvals.audit import AuditAction
from approvals.models import AuditDetail, AuditEntry, Campaign, Decision, Person, Revision
from approvals.policies import Standing
from approvals.states import Verdict
from approvals.tests.factories import ANA, decide, revise, set_up, submit
from installations import services
from installations.admin.deeds import OPERATIONS
from installations.models import SEALED_COLUMNS, Workspace
from installations.tests.factories import (
    CLIENT_ID,
    make_full_installation,
    make_workspace,
    raw_rows,
)
from installations.tests.operators import make_many, make_organisation
from slackapp.models import ReceivedDelivery, SupportRequest
from slackapp.tests.environment import ENVIRONMENT

REASON = "The <b>health</b> claim\nneeds a source."
TOKEN = re.compile(r"xox[a-z]-|CANARY")
OURS = {"approvals", "axes", "installations", "procrastinate", "slackapp"}
INLINE_STYLE = re.compile(r"<style|\sstyle=|<script>|\son[a-z]+=")

ACTION = re.compile(r'<option value="([a-z_]+)">')
ACTIONS = {SupportRequest: {"mark_answered"}, Workspace: {"refresh_tokens"}}

MODELS = [model for model in apps.get_models() if admin.site.is_registered(model)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("operator"))
    return client


@pytest.fixture
def campaign() -> Campaign:
    """Return a campaign that was sent back and sent again, in a product with rows of every kind."""
    workspace = make_workspace()
    set_up(workspace)
    services.complete_install(client_id=CLIENT_ID, installation=make_full_installation())
    campaign = submit(workspace)
    decide(campaign, ANA, Verdict.REQUEST_CHANGES, reason=REASON)
    revise(campaign, title="Spring launch, second try")
    Person.objects.update_or_create(
        workspace=workspace,
        user_id=ANA,
        defaults={"standing": Standing.MEMBER, "synced_at": timezone.now()},
    )
    Group.objects.create(name="operators")
    ReceivedDelivery.objects.create(
        key="event:Ev111", kind="event.tokens_revoked", state="dead", payload={"token": "CANARY"}
    )
    for model in (AccessAttempt, AccessLog):
        counted = {"failures_since_start": 1} if model is AccessAttempt else {}
        model.objects.create(username="operator", ip_address="203.0.113.9", **counted)
    SupportRequest.objects.create(
        reference="S-7F3A91C2", topic="other", email="dana@example.com", submission_key="CANARY"
    )
    return campaign


def address(model, page, *arguments):
    names = model._meta  # noqa: SLF001  # documented, in spite of its name
    return reverse(f"admin:{names.app_label}_{names.model_name}_{page}", args=arguments)


def pages(model):
    """Return every address of a model's pages and of its newest row's."""
    row = model.objects.order_by("pk").last()
    assert row is not None, f"there is no {model.__name__} to look at"
    of_row = [address(model, page, row.pk) for page in ("change", "history", "delete")]
    return [address(model, "changelist"), address(model, "add"), *of_row]


def other_pages():
    """Return every address of the admin site that is not a model's."""
    workspace = Workspace.objects.get(team_id="T111")
    asking = [
        reverse("admin:installations_workspace_operate", args=[workspace.pk, name])
        for name in OPERATIONS
    ]
    organisation = make_organisation("E222")
    return [
        *asking,
        address(type(organisation), "change", organisation.pk),
        reverse("admin:installations_installation_uninstall", args=[organisation.pk]),
        reverse("admin:index"),
        reverse("admin:second_step_set_up"),
        reverse("admin:password_change"),
        *[reverse("admin:app_list", args=[room]) for room in ("installations", "approvals")],
    ]


def secrets():
    """Return what must not be shown: sealed columns, and the app's own secrets."""
    stored = [
        row[column]
        for row in raw_rows("installations_installation")
        for column in SEALED_COLUMNS
        if row[column]
    ]
    own = [ENVIRONMENT[name] for name in ("SECRET_KEY", "FIELD_KEYS", "SLACK_CLIENT_SECRET")]
    return [*stored, *own]


def every_page():
    return [*other_pages(), *(page for model in MODELS for page in pages(model))]


def text_of(answer):
    return answer.content.decode()


def test_no_page_of_any_model_shows_a_token(operator, campaign):
    hidden = secrets()
    assert len(hidden) > len(SEALED_COLUMNS)

    for page in every_page():
        answer = operator.get(page)
        assert answer.status_code in {200, 403}, page
        assert not TOKEN.search(text_of(answer)), page
        assert not [secret for secret in hidden if secret in text_of(answer)], page


def test_no_page_has_what_the_content_security_policy_refuses(operator, campaign):
    for page in every_page():
        answer = operator.get(page)
        assert not INLINE_STYLE.search(text_of(answer)), page
        assert "unsafe" not in answer.headers.get("Content-Security-Policy", "unsafe"), page


def test_nothing_of_ours_offers_an_action_a_new_row_or_a_deletion(operator, campaign):
    for model in MODELS:
        if apps.get_containing_app_config(model.__module__).label in OURS:
            listing, add, change, _history, delete = pages(model)
            offered = set(ACTION.findall(text_of(operator.get(listing))))
            assert offered == ACTIONS.get(model, set()), model
            assert 'name="_save"' not in text_of(operator.get(change)), model
            refused = [operator.get(add), operator.post(change, {}), operator.get(delete)]
            assert [answer.status_code for answer in refused] == [403] * 3, model


def test_a_job_is_neither_cancelled_nor_retried_by_hand(operator, campaign):
    job = ProcrastinateJob.objects.filter(status="todo").first()
    for action in ("retry", "cancel", "abort"):
        chosen = {"action": action, "_selected_action": job.pk}
        operator.post(address(ProcrastinateJob, "changelist"), chosen)

    job.refresh_from_db()
    assert (job.status, job.abort_requested) == ("todo", False)


def test_a_job_shows_its_arguments_and_what_happened_to_it(operator, campaign):
    event = ProcrastinateEvent.objects.select_related("job").first()

    page = text_of(operator.get(address(ProcrastinateJob, "change", event.job_id)))

    assert f"<b>workspace_id</b>: {campaign.workspace_id}" in page
    assert event.type in page


@pytest.mark.parametrize("page", ["admin:index", "admin:auth_user_changelist", "admin:login"])
def test_the_site_has_our_name(operator, page):
    if page == "admin:login":
        operator.logout()

    text = text_of(operator.get(reverse(page)))

    assert "Django administration" not in text
    assert "Django site admin" not in text
    assert re.search(r"<title>[^<]*Countersign\s*</title>", text)


def test_a_campaign_leads_to_its_versions(operator, campaign):
    page = text_of(operator.get(address(Campaign, "change", campaign.pk)))

    for revision in campaign.revisions.all():
        assert revision.title in page
        assert f'href="{address(Revision, "change", revision.pk)}' in page


def test_a_version_shows_its_content_its_fingerprint_its_rules_and_its_decisions(
    operator, campaign
):
    revision = campaign.revisions.get(number=1)

    page = text_of(operator.get(address(Revision, "change", revision.pk)))

    for shown in (revision.title, revision.brief, revision.fingerprint, ANA):
        assert shown in page
    assert "<b>stages 1.usergroup_id</b>: S0APPROVERS" in page
    assert "&lt;b&gt;health&lt;/b&gt; claim" in page


def test_an_audit_entry_shows_its_details_as_text_and_its_hash(operator, campaign):
    entry = AuditEntry.objects.get(action=AuditAction.DECISION_RECORDED)

    page = text_of(operator.get(address(AuditEntry, "change", entry.pk)))

    assert "<b>verdict</b>: request_changes" in page
    assert "<b>reason</b>: The &lt;b&gt;health&lt;/b&gt; claim<br>needs a source." in page
    assert entry.hash in page
    assert entry.previous_hash in page
    assert AuditDetail.objects.get(entry=entry).salt not in page


def test_an_audit_entry_whose_details_were_erased_says_so():
    entry = AuditEntry(pk=0)

    assert admin.site.get_model_admin(AuditEntry).details(entry) == "Erased."


def test_a_decision_names_its_campaign(operator, campaign):
    page = text_of(operator.get(address(Decision, "changelist")))

    assert campaign.reference in page


def test_the_overview_shows_states_troubles_and_who_waits(operator, campaign):
    Workspace.objects.update(state="needs_reauth")

    page = text_of(operator.get(reverse("admin:index")))

    assert re.search(r"<b>1</b>\s*<span>needs re-authorisation</span>", page)
    assert re.search(r"<b>1</b>\s*<span>dead events</span>", page)
    assert re.search(r"<b>0</b>\s*<span>failed jobs</span>", page)
    assert address(Workspace, "change", campaign.workspace_id) in page


def test_the_overview_costs_the_same_whatever_there_is(
    operator, campaign, django_assert_max_num_queries
):
    def cost():
        with django_assert_max_num_queries(100) as counted:
            operator.get(reverse("admin:index"))
        return len(counted.captured_queries)

    few = cost()
    make_many(200)
    Workspace.objects.update(state="needs_reauth", api_error="is_archived")

    assert cost() == few <= 12


def test_the_overview_is_for_those_who_may_see_workspaces(client, campaign):
    client.force_login(User.objects.create_user("newcomer", is_staff=True))

    assert "Needs re-authorisation" not in text_of(client.get(reverse("admin:index")))


def test_without_a_permission_nothing_is_seen(client, campaign):
    client.force_login(User.objects.create_user("newcomer", is_staff=True))

    for model in MODELS:
        assert [client.get(page).status_code for page in pages(model)] == [403] * 5, model


def test_a_list_says_moments_with_their_zone(operator, campaign):
    page = operator.get(reverse("admin:approvals_campaign_changelist")).content.decode()

    assert f"{campaign.submitted_at:%B %Y, %H:%M} UTC" in page


@pytest.mark.parametrize("way", ["admin:index", "admin:slackapp_receiveddelivery_changelist"])
def test_a_room_has_the_same_name_on_every_page(operator, way):
    page = operator.get(reverse(way)).content.decode()

    assert "Deliveries and support" in page
    assert "Slackapp" not in page
