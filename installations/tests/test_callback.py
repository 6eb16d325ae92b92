"""The way back from Slack when Slack has said yes, and who may come back."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from installations import effects, oauth
from installations.models import Installation, OAuthState, Workspace, WorkspaceState
from installations.oauth_state_store import LIFETIME, DjangoOAuthStateStore
from installations.store import DjangoInstallationStore
from installations.tests.browsing import CALLBACK, come_back, consent, install, says, start
from installations.tests.factories import CLIENT_ID, raw_rows

pytestmark = pytest.mark.django_db


def test_an_install_keeps_the_tokens_and_shows_a_receipt(client, slack):
    receipt = install(slack, client)

    workspace, row = Workspace.objects.get(), Installation.objects.get()
    tokens = slack.tokens_for()
    assert (workspace.team_id, workspace.name) == (tokens.team_id, "Northwind")
    assert workspace.state == WorkspaceState.ACTIVE
    assert row.workspace == workspace
    assert (row.client_id, row.user_id) == (CLIENT_ID, tokens.installer_id)
    assert (row.bot_id, row.bot_user_id) == (tokens.bot_id, tokens.bot_user_id)
    assert row.reveal("bot_token") == tokens.bot_token
    assert receipt.status_code == 302
    page = client.get(receipt.url)
    assert "Countersign is installed in Northwind" in page.content.decode()


def test_an_install_queues_the_set_up_once(client, slack):
    install(slack, client)

    [job] = raw_rows("procrastinate_jobs")
    assert job["task_name"] == effects.Effect.SET_UP_WORKSPACE
    assert json.loads(job["args"]) == {"workspace_id": Workspace.objects.get().pk}


def test_neither_the_receipt_nor_its_page_hold_code_or_token(client, slack):
    back = consent(slack, client)
    code, state = (parse_qs(urlsplit(back).query)[name][0] for name in ("code", "state"))
    receipt = client.get(back)
    page = client.get(receipt.url).content.decode()

    for secret in (code, state, slack.tokens_for().bot_token, client.cookies["install"].value):
        assert secret not in receipt.url
        assert secret not in page
    assert "xox" not in page


@pytest.mark.parametrize("step", ["callback", "receipt"])
def test_no_cache_keeps_the_end_of_an_install(client, slack, step):
    answer = install(slack, client)
    answer = client.get(answer.url) if step == "receipt" else answer

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_code_and_state_work_once(client, slack):
    back = consent(slack, client)
    client.get(back)

    assert says(client.get(back), "other_browser")
    assert Installation.objects.count() == 1


def test_another_browser_cannot_finish_an_install(client, slack):
    back = consent(slack, client)
    other = Client()
    start(other)

    assert says(other.get(back), "other_browser")
    assert says(Client().get(back), "other_browser")
    assert Installation.objects.count() == 0
    assert client.get(back).status_code == 302


def test_an_install_that_took_too_long_is_refused(client, slack):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        back = consent(slack, client)
        clock.shift(timedelta(seconds=LIFETIME))

        assert says(client.get(back), "other_browser")
    assert Installation.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        {"code": "1.2.3", "state": "forged"},
        {"state": "\0"},
        {"state": "\ud83d".encode("utf-8", "surrogatepass")},
        {"error": "access_denied", "state": "forged"},
    ],
)
def test_an_answer_to_nothing_we_asked_is_refused(client, query):
    start(client)

    assert says(client.get(f"{CALLBACK}?{urlencode(query)}"), "other_browser")


def test_a_state_that_went_to_no_browser_is_finished_by_none(client):
    state = DjangoOAuthStateStore().issue()

    assert says(come_back(client, code="1.2.3", state=state), "other_browser")


@pytest.mark.parametrize("cookie", ["", "ü", '"\\355\\240\\200"', "x" * 5000, "a;b"])
def test_a_strange_cookie_is_another_browser(client, cookie):
    state = start(client)
    other = Client(headers={"cookie": f"install={cookie}"})

    assert says(come_back(other, code="1.2.3", state=state), "other_browser")


@pytest.mark.parametrize(
    ("_case", "body"),
    [
        ("no place", b'{"ok": true, "access_token": "xoxb-CANARY"}'),
        ("nulls", b'{"ok": true, "access_token": "xoxb-CANARY", "team": null, "enterprise": null}'),
        ("org", b'{"ok": true, "access_token": "xoxb-CANARY", "is_enterprise_install": true}'),
        ("no token", b'{"ok": true, "team": {"id": "T111"}}'),
        ("yes only", b'{"ok": true}'),
    ],
)
def test_an_answer_that_names_no_bot_or_no_place_is_not_kept(client, stranger, _case, body):
    stranger(body, content_type="application/json")

    assert says(come_back(client, state=start(client), code="1.2.3"), "no_bot")
    assert not Installation.objects.exists()


def test_an_answer_with_the_least_that_slack_says_is_kept(client, stranger):
    stranger(
        b'{"ok": true, "access_token": "xoxb-1", "team": {"id": "T111"}, "authed_user": null}',
        content_type="application/json",
    )

    receipt = come_back(client, state=start(client), code="1.2.3")

    assert receipt.status_code == 302
    assert "installed in your workspace" in client.get(receipt.url).content.decode()
    assert Workspace.objects.get().team_id == "T111"
    assert Installation.objects.get().user_id == ""


@pytest.mark.parametrize("method", ["head", "post", "put", "delete", "options"])
def test_only_a_get_finishes_an_install(client, slack, method):
    back = consent(slack, client)

    assert getattr(client, method)(back).status_code == 405
    assert OAuthState.objects.count() == 1
    assert client.get(back).status_code == 302


def test_installing_again_keeps_one_workspace_and_every_consent(client, slack):
    install(slack, client)
    Workspace.objects.update(settings={"kept": True})
    slack.team("northwind").name = "Northwind Renamed"

    install(slack, client)

    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.settings) == ("Northwind Renamed", {"kept": True})
    rows = Installation.objects.order_by("installed_at")
    assert [row.workspace for row in rows] == [workspace, workspace]
    second = slack.tokens_for().bot_token
    assert [row.reveal("bot_token") for row in rows] == [None, second]
    store = DjangoInstallationStore(client_id=CLIENT_ID)
    assert store.find_bot(enterprise_id=None, team_id=workspace.team_id).bot_token == second


def test_installing_again_reopens_an_uninstalled_workspace(client, slack):
    install(slack, client)
    Workspace.objects.update(state=WorkspaceState.UNINSTALLED)

    install(slack, client)

    assert Workspace.objects.get().state == WorkspaceState.ACTIVE


def test_two_workspaces_stay_two(client, slack):
    install(slack, client, "northwind")
    install(slack, client, "contoso")

    rows = Installation.objects.all()
    assert {row.workspace.name for row in rows} == {"Northwind", "Contoso"}
    assert len({row.reveal("bot_token") for row in rows}) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><img src=x onerror=alert(1)>', "&quot;&gt;&lt;img"),
        ("n" * 300, "n" * 255),
        ("North\0wind", "Northwind"),
        ("{{ settings.SECRET_KEY }}", "{{ settings.SECRET_KEY }}"),
    ],
)
def test_a_strange_workspace_name_is_kept_and_shown_as_text(client, slack, name, shown):
    slack.team("northwind").name = name
    state = start(client)
    code = slack.install("T01NORTHWD", redirect_uri=oauth.callback_url())

    page = client.get(come_back(client, state=state, code=code).url).content.decode()

    assert shown in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.django_db(transaction=True)
def test_two_people_who_install_at_once_share_a_workspace(slack):
    browsers = [Client(), Client()]
    ways_back = [consent(slack, browser) for browser in browsers]
    barrier, answers = Barrier(2), []

    def finish(browser: Client, back: str) -> None:
        barrier.wait(5)
        answers.append(browser.get(back).status_code)
        connection.close()

    threads = [Thread(target=finish, args=pair) for pair in zip(browsers, ways_back, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert answers == [302, 302]
    assert Workspace.objects.count() == 1
    assert {row.workspace_id for row in Installation.objects.all()} == {Workspace.objects.get().pk}
    assert Installation.objects.count() == 2
