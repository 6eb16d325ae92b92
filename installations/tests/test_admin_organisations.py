"""An organisation's installation: what it covers, and how operators leave it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from installations.audit import AuditAction
from installations.models import Workspace, WorkspaceState
from installations.tests.operators import make_organisation, operator, viewer
from installations.tests.test_admin_operations import traces

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_operator(client):
    client.force_login(operator())
    return client


def test_an_organisation_is_left_after_its_id_was_typed(as_operator):
    installation = make_organisation("E111")
    covered = Workspace.objects.create(team_id="T9", name="Covered", enterprise_id="E111")
    address = reverse("admin:installations_installation_uninstall", args=[installation.pk])

    assert as_operator.get(address).status_code == 200
    assert as_operator.post(address, {"typed": "E112"}).status_code == 422
    assert traces() == []
    assert as_operator.post(address, {"typed": "E111"}).status_code == 302

    covered.refresh_from_db()
    assert covered.state == WorkspaceState.UNINSTALLED
    assert traces()[0].action == AuditAction.UNINSTALL_REQUESTED


def test_an_organisation_that_is_being_left_is_not_left_again(as_operator):
    installation = make_organisation("E111", leaving_at=timezone.now())
    address = reverse("admin:installations_installation_uninstall", args=[installation.pk])

    assert as_operator.post(address, {"typed": "E111"}).status_code == 404
    assert traces() == []


def test_a_viewer_cannot_leave_an_organisation(client):
    installation = make_organisation("E111")
    client.force_login(viewer())
    address = reverse("admin:installations_installation_uninstall", args=[installation.pk])

    assert client.post(address, {"typed": "E111"}).status_code == 403
    assert traces() == []


def test_the_page_of_an_organisations_installation_lists_its_workspaces(client):
    installation = make_organisation("E111")
    for number in range(60):
        Workspace.objects.create(team_id=f"T{number:03d}", name="Branch", enterprise_id="E111")
    client.force_login(viewer())

    address = reverse("admin:installations_installation_change", args=[installation.pk])
    page = client.get(address).content.decode()

    assert "60 workspaces of Northwind Group" in page
    assert page.count("Branch</a>") == 50
    assert "All of them" in page
