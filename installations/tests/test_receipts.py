"""What an install came to, shown to who did it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from installations.models import Errand, Installation
from installations.tests.browsing import consent, install
from installations.tests.factories import make_org_installation, make_workspace
from installations.views.receipts import RECEIPT_LIFETIME, SALTS

pytestmark = pytest.mark.django_db


def receipt_of(row, *, salt: str = SALTS[Errand.INSTALL]) -> str:
    return signing.dumps({"installation": row.pk}, salt=salt)


@pytest.fixture
def row(store) -> Installation:
    make_workspace()
    return Installation.objects.get()


def test_a_receipt_names_what_was_installed_and_the_way_on(client, row):
    page = client.get("/slack/installed", {"receipt": receipt_of(row)}).content.decode()

    assert "Countersign is installed in Northwind" in page
    assert "/client/T111" in page
    assert "CANARY" not in page
    assert "v1.test1" not in page


@pytest.mark.parametrize("case", ["none", "number", "salt", "changed", "garbage", "gone", "old"])
def test_a_receipt_cannot_be_forged(client, row, case):
    good = receipt_of(row)
    forged = {
        "none": "",
        "number": str(row.pk),
        "salt": receipt_of(row, salt="another.page"),
        "changed": "A" + good,
        "garbage": "é:\0:\ud7ff",
        "gone": signing.dumps({"installation": row.pk + 1}, salt=SALTS[Errand.INSTALL]),
        "old": good,
    }
    late = RECEIPT_LIFETIME + 1 if case == "old" else 0
    with time_machine.travel(timezone.now() + timedelta(seconds=late)):
        page = client.get("/slack/installed", {"receipt": forged[case]})

    assert (page.status_code, page.url) == (302, "/")


def org_page(client, store, **changes):
    store.save(make_org_installation(**changes))
    row = Installation.objects.get()
    return client.get("/slack/installed", {"receipt": receipt_of(row)}).content.decode()


def test_an_organisation_s_admin_is_led_to_where_workspaces_are_added(client, store):
    page = org_page(client, store, enterprise_url="https://northwind.enterprise.slack.com/")

    assert "Countersign is installed in Northwind Group" in page
    assert "in no workspace until you add it" in page
    link = "manage/organization/apps/profile/A111/workspaces/add"
    assert f'href="https://northwind.enterprise.slack.com/{link}"' in page
    assert "/client/None" not in page


@pytest.mark.parametrize("url", [None, "https://evil.example/", "javascript:alert(1)//.slack.com"])
def test_where_the_organisation_s_address_is_not_slack_s_words_lead_there(client, store, url):
    page = org_page(client, store, enterprise_url=url)

    assert "Add to more workspaces" in page
    assert "workspaces/add" not in page
    assert "evil" not in page
    assert "javascript" not in page


@pytest.mark.django_db(transaction=True)
def test_when_the_database_is_gone_the_receipt_says_that_it_is_done(client, row):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE installations_installation RENAME TO broken")
        page = client.get("/slack/installed", {"receipt": receipt_of(row)})
        cursor.execute("ALTER TABLE broken RENAME TO installations_installation")

    assert page.status_code == 503
    assert "It is done, but we cannot show it now" in page.content.decode()


@pytest.mark.parametrize("errand", [*Errand])
def test_a_receipt_of_one_kind_is_none_of_the_other(client, row, errand):
    other = {Errand.INSTALL: "/slack/connected", Errand.PERSON: "/slack/installed"}[errand]

    page = client.get(other, {"receipt": receipt_of(row, salt=SALTS[errand])})

    assert (page.status_code, page.url) == (302, "/")


def olga():
    return get_user_model().objects.create_user("olga", is_staff=True)


def test_an_install_of_somebody_signed_in_is_linked_to_their_account(client, slack):
    user = olga()
    client.force_login(user)

    receipt = install(slack, client).url

    assert Installation.objects.get().linked_user == user
    assert "Linked to your account (olga)" in client.get(receipt).content.decode()
    assert "olga" not in Client().get(receipt).content.decode()


def test_who_is_signed_in_at_the_end_is_not_who_began(client, slack):
    back = consent(slack, client)
    client.force_login(olga())

    client.get(back)

    assert Installation.objects.get().linked_user is None


def test_who_began_is_linked_even_if_signed_out_since(client, slack):
    client.force_login(olga())
    back = consent(slack, client)
    client.cookies.pop("sessionid")

    client.get(back)

    assert Installation.objects.get().linked_user.username == "olga"


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_who_has_lost_their_rights_meanwhile_is_not_linked(client, slack, lost):
    client.force_login(olga())
    back = consent(slack, client)
    get_user_model().objects.update(**{lost: False})

    assert client.get(back).status_code == 302
    assert Installation.objects.get().linked_user is None
