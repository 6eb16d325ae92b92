"""What operators do to a workspace: who may, after which question, with which trace."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from installations.admin.deeds import OPERATIONS
from installations.audit import AuditAction
from installations.effects import Effect
from installations.models import Installation, InstallationAuditEntry, Workspace, WorkspaceState
from installations.tests.factories import BOT_TOKEN
from installations.tests.operators import (
    make_many,
    make_organisation,
    make_tenant,
    operator,
    rotating,
    viewer,
)

pytestmark = pytest.mark.django_db

EVERY = sorted(OPERATIONS)


@pytest.fixture
def tenant():
    workspace = make_tenant()
    rotating(workspace.installations.get())
    return workspace


@pytest.fixture
def as_operator(client):
    client.force_login(operator())
    return client


def asked(workspace, name):
    return reverse("admin:installations_workspace_operate", args=[workspace.pk, name])


def page_of(workspace):
    return reverse("admin:installations_workspace_change", args=[workspace.pk])


def traces():
    entries = InstallationAuditEntry.objects.order_by("pk")
    return [entry for entry in entries if entry.actor.startswith("admin:")]


def queued(effect):
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=effect)]


def ready_for(name, workspace):
    """Bring the workspace into a state in which the operation can be done."""
    if name == "purge":
        Workspace.objects.filter(pk=workspace.pk).update(state=WorkspaceState.UNINSTALLED)
    return {"typed": workspace.team_id}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    ("who", "expected"),
    [("nobody", 302), ("stranger", 302), ("bystander", 403), ("viewer", 403)],
)
def test_who_may_not_act_neither_sees_the_question_nor_does_it(client, tenant, name, who, expected):
    people = {
        "stranger": lambda: User.objects.create_user("someone"),
        "bystander": lambda: User.objects.create_user("newcomer", is_staff=True),
        "viewer": viewer,
    }
    if who in people:
        client.force_login(people[who]())
    typed = ready_for(name, tenant)

    answers = [client.get(asked(tenant, name)), client.post(asked(tenant, name), typed)]

    assert [answer.status_code for answer in answers] == [expected] * 2
    assert traces() == []


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("who", ["operator", "superuser"])
def test_who_may_act_is_asked_first_in_plain_words(client, tenant, name, who):
    client.force_login(operator() if who == "operator" else User.objects.create_superuser("root"))
    ready_for(name, tenant)

    answer = client.get(asked(tenant, name))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert str(tenant) in page
    assert page.count("<li>") >= len(OPERATIONS[name].consequences) >= 2
    assert "csrfmiddlewaretoken" in page
    assert traces() == []


@pytest.mark.parametrize("name", EVERY)
def test_an_operation_needs_the_forms_own_token(tenant, name, client):
    client.force_login(operator())
    client.handler.enforce_csrf_checks = True

    assert client.post(asked(tenant, name), ready_for(name, tenant)).status_code == 403
    assert traces() == []


def test_a_viewer_sees_the_page_without_any_button(client, tenant):
    client.force_login(viewer())

    page = client.get(page_of(tenant)).content.decode()

    assert tenant.team_id in page
    assert "/do/" not in page


def test_an_operator_sees_a_button_for_each_operation_or_why_it_is_off(as_operator, tenant):
    page = as_operator.get(page_of(tenant)).content.decode()

    for name in ("test-connection", "refresh", "export", "uninstall"):
        assert asked(tenant, name) in page
    assert asked(tenant, "purge") not in page
    assert "Uninstall it first" in page


def test_a_working_connection_is_told_kept_and_audited(as_operator, tenant, slack):
    slack.install()
    token = slack.tokens_for().bot_token
    row = Installation.objects.get()
    row.seal("bot_token", token)
    row.bot_refresh_token, row.bot_token_expires_at = "", None
    row.save()
    Workspace.objects.update(api_error="is_archived", state=WorkspaceState.NEEDS_REAUTH)

    answer = as_operator.post(asked(tenant, "test-connection"), follow=True)

    assert "The connection works: Slack knows us as" in answer.content.decode()
    tenant.refresh_from_db()
    assert (tenant.api_error, tenant.api_error_at) == ("", None)
    assert tenant.state == WorkspaceState.ACTIVE
    [entry] = traces()
    assert (entry.action, entry.actor, entry.workspace) == (
        AuditAction.CONNECTION_TESTED,
        "admin:olaf",
        tenant,
    )
    assert entry.details == {"answer": "ok"}
    assert token not in answer.content.decode()


def test_a_refused_token_is_told_kept_and_audited(as_operator, tenant, slack):
    answer = as_operator.post(asked(tenant, "test-connection"), follow=True)

    assert "Slack does not accept the token (invalid_auth)" in answer.content.decode()
    tenant.refresh_from_db()
    assert (tenant.api_error, tenant.state) == ("invalid_auth", WorkspaceState.NEEDS_REAUTH)
    assert traces()[-1].details == {"answer": "invalid_auth"}
    assert BOT_TOKEN not in answer.content.decode()


def test_a_slack_that_answers_with_something_else_is_told(as_operator, tenant, stranger):
    stranger(b"<html>gateway</html>", status=502)

    answer = as_operator.post(asked(tenant, "test-connection"), follow=True)

    assert "Slack did not answer as expected" in answer.content.decode()
    tenant.refresh_from_db()
    assert tenant.state == WorkspaceState.ACTIVE
    assert len(traces()) == 1


def test_a_refresh_is_queued_at_once_and_audited(as_operator, tenant):
    row = Installation.objects.get()

    answer = as_operator.post(asked(tenant, "refresh"))

    assert answer.status_code == 302
    assert queued(Effect.REFRESH_TOKENS) == [{"installation_id": row.pk, "at_once": 1}]
    [entry] = traces()
    assert (entry.action, entry.details) == (
        AuditAction.REFRESH_REQUESTED,
        {"installation_id": row.pk},
    )


def test_a_token_that_does_not_rotate_is_not_refreshed(as_operator):
    tenant = make_tenant(2)

    answer = as_operator.post(asked(tenant, "refresh"))

    assert answer.status_code == 422
    assert "token rotation is off" in answer.content.decode()
    assert queued(Effect.REFRESH_TOKENS) == traces() == []


def test_many_are_refreshed_after_a_question(as_operator, tenant):
    other = make_tenant(2)
    listing = reverse("admin:installations_workspace_changelist")
    chosen = {"action": "refresh_tokens", "_selected_action": [tenant.pk, other.pk]}

    question = as_operator.post(listing, chosen).content.decode()

    assert "each of these 1 workspace" in question
    assert "1 of those you chose has no token that can be refreshed" in question
    assert traces() == []
    as_operator.post(listing, {**chosen, "confirmed": "yes"})
    assert [entry.workspace for entry in traces()] == [tenant]
    assert len(queued(Effect.REFRESH_TOKENS)) == 1


def test_more_than_a_page_is_not_refreshed_at_once(as_operator, tenant):
    make_many(60)
    listing = reverse("admin:installations_workspace_changelist")
    everything = {"action": "refresh_tokens", "_selected_action": tenant.pk, "select_across": "1"}

    page = as_operator.post(listing, {**everything, "confirmed": "yes"}, follow=True)

    assert "Choose at most 50 workspaces at a time." in page.content.decode()
    assert queued(Effect.REFRESH_TOKENS) == traces() == []


def test_a_viewer_cannot_refresh_many(client, tenant):
    client.force_login(viewer())
    chosen = {"action": "refresh_tokens", "_selected_action": tenant.pk, "confirmed": "yes"}

    client.post(reverse("admin:installations_workspace_changelist"), chosen)

    assert traces() == []


def test_an_uninstall_closes_the_workspace_and_is_audited(as_operator, tenant):
    answer = as_operator.post(asked(tenant, "uninstall"))

    assert answer.status_code == 302
    tenant.refresh_from_db()
    assert tenant.state == WorkspaceState.UNINSTALLED
    assert traces()[0].action == AuditAction.UNINSTALL_REQUESTED
    assert traces()[0].actor == "admin:olaf"


def test_an_uninstall_that_is_refused_says_what_to_do(as_operator):
    make_organisation("E111")
    covered = Workspace.objects.create(team_id="T9", name="Covered", enterprise_id="E111")

    answer = as_operator.post(asked(covered, "uninstall"))

    assert answer.status_code == 422
    assert "through its organisation" in answer.content.decode()
    assert traces() == []


@pytest.mark.parametrize("typed", ["", "T", "t00001", "T00002"])
def test_a_purge_wants_the_workspaces_id_typed(as_operator, tenant, typed):
    ready_for("purge", tenant)

    answer = as_operator.post(asked(tenant, "purge"), {"typed": typed})

    assert answer.status_code == 422
    assert "Type T00001 to say that you mean this workspace." in answer.content.decode()
    assert queued(Effect.PURGE_WORKSPACE) == traces() == []


def test_a_purge_is_queued_and_audited(as_operator, tenant):
    answer = as_operator.post(asked(tenant, "purge"), ready_for("purge", tenant))

    assert answer.status_code == 302
    assert queued(Effect.PURGE_WORKSPACE) == [{"workspace_id": tenant.pk}]
    assert [entry.action for entry in traces()] == [AuditAction.PURGE_REQUESTED]


def test_a_workspace_that_has_the_app_is_not_purged(as_operator, tenant):
    answer = as_operator.post(asked(tenant, "purge"), {"typed": tenant.team_id})

    assert answer.status_code == 422
    assert "Uninstall it first" in answer.content.decode()
    assert traces() == []


def test_an_operation_that_there_is_not_is_not_found(as_operator, tenant):
    assert as_operator.get(asked(tenant, "dance")).status_code == 404
    assert as_operator.get(asked(Workspace(pk=tenant.pk + 1), "export")).status_code == 404
