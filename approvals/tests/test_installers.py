"""Who counts as the one who installed the app."""

import pytest
from django.utils import timezone

from approvals import queries
from installations.models import Installation, Workspace
from installations.services import record_installation
from installations.tests.factories import (
    CLIENT_ID,
    LATER,
    NOON,
    make_installation,
    make_org_installation,
)

pytestmark = pytest.mark.django_db

NO_BOT = {"bot_token": None, "bot_id": None, "bot_user_id": None, "bot_scopes": ""}


def record(installation, client_id: str = CLIENT_ID) -> Installation:
    return record_installation(client_id=client_id, installation=installation)


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(team_id="T111", enterprise_id="E111")


def test_nobody_has_installed_an_app_that_is_not_there(workspace):
    assert queries.installer_id(workspace) == ""


def test_the_last_one_to_install_counts(workspace):
    record(make_installation(installed_at=NOON, user_id="U_FIRST"))
    record(make_installation(installed_at=LATER, user_id="U_SECOND"))

    assert queries.installer_id(workspace) == "U_SECOND"


def test_giving_one_s_own_token_is_not_installing(workspace):
    record(make_installation(installed_at=NOON, user_id="U_DANA"))
    record(make_installation(installed_at=LATER, user_id="U_OFFICER", **NO_BOT))

    assert queries.installer_id(workspace) == "U_DANA"


def test_without_an_install_of_its_own_it_is_the_organisation_s(workspace):
    record(make_org_installation(installed_at=NOON, user_id="W_ORG_ADMIN"))
    record(make_org_installation(installed_at=LATER, user_id="W_OFFICER", **NO_BOT))

    assert queries.installer_id(workspace) == "W_ORG_ADMIN"


def test_an_install_of_its_own_goes_before_the_organisation_s(workspace):
    record(make_installation(installed_at=NOON, enterprise_id="E111", user_id="U_DANA"))
    record(make_org_installation(installed_at=LATER, user_id="W_ORG_ADMIN"))

    assert queries.installer_id(workspace) == "U_DANA"


def test_one_that_was_removed_counts_no_more(workspace):
    row = record(make_installation(installed_at=LATER, user_id="U_DANA"))
    record(make_org_installation(installed_at=NOON, user_id="W_ORG_ADMIN"))
    Installation.objects.filter(pk=row.pk).update(removed_at=timezone.now())

    assert queries.installer_id(workspace) == "W_ORG_ADMIN"


def test_another_app_s_installer_is_none_of_ours(workspace):
    record(make_installation(user_id="U_STRANGER"), client_id="3333.4444")
    record(make_org_installation(user_id="W_STRANGER"), client_id="3333.4444")

    assert queries.installer_id(workspace) == ""


def test_an_organisation_s_admin_did_not_install_what_is_in_no_organisation():
    alone = Workspace.objects.create(team_id="T222")
    record(make_org_installation(user_id="W_ORG_ADMIN"))

    assert queries.installer_id(alone) == ""
