"""The way back from Slack: one happy end and every other one."""

import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from installations import effects, oauth
from installations.models import Installation, OAuthState, Workspace, WorkspaceState
from installations.oauth_state_store import LIFETIME, DjangoOAuthStateStore
from installations.store import DjangoInstallationStore
from installations.tests.factories import (
    CLIENT_ID,
    make_org_installation,
    make_workspace,
    raw_rows,
)
from installations.views import FAILURES, RECEIPT_LIFETIME, RECEIPT_SALT

pytestmark = pytest.mark.django_db

CALLBACK = "/slack/oauth/callback"


def start(browser, **query):
    """Return the state of an install that this browser has begun."""
    link = browser.get("/slack/install", query).url
    return parse_qs(urlsplit(link).query)["state"][0]


def come_back(browser: Client, **query):
    return browser.get(CALLBACK, query)


def consent(slack, browser: Client, team: str = "northwind") -> str:
    """Return the address that Slack sends the browser back to after Allow."""
    back = slack.install_redirect(team, state=start(browser), redirect_uri=oauth.callback_url())
    return f"{urlsplit(back).path}?{urlsplit(back).query}"


def install(slack, browser: Client, team: str = "northwind"):
    return browser.get(consent(slack, browser, team))


def says(page, name: str) -> bool:
    """Return whether the page is this failure, with its words, a way on, and no secret."""
    failure, text = FAILURES[name], html.unescape(page.content.decode())
    assert page.status_code == failure.status, text
    assert 'href="/slack/install"' in text
    assert "no-store" in page["Cache-Control"]
    assert "xox" not in text
    return failure.title in text and failure.explanation in text


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
    assert answer["Referrer-Policy"] == "same-origin"


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
        {},
        {"code": "1.2.3"},
        {"code": "1.2.3", "state": ""},
        {"code": "1.2.3", "state": "forged"},
        {"state": "\0"},
        {"state": "\ud83d".encode("utf-8", "surrogatepass")},
        {"error": "access_denied"},
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
    ("error", "failure"),
    [
        ("access_denied", "access_denied"),
        ("app_approval_pending", "admin_approval"),
        ("server_error", "unknown"),
        ("<script>alert(1)</script>", "unknown"),
    ],
)
def test_slack_s_no_is_told_in_our_words(client, error, failure):
    page = come_back(client, error=error, state=start(client))

    assert says(page, failure)
    assert "<script" not in page.content.decode()


def test_a_cancelled_install_cannot_be_finished_afterwards(client, slack):
    back = consent(slack, client)
    state = parse_qs(urlsplit(back).query)["state"][0]
    come_back(client, error="access_denied", state=state)

    assert says(client.get(back), "other_browser")


@pytest.mark.parametrize("query", [{}, {"code": ""}])
def test_an_answer_without_a_code_is_refused(client, query):
    assert says(come_back(client, state=start(client), **query), "no_code")


@pytest.mark.parametrize("code", ["1.2.3", "\0", "ü" * 3000, "<script>"])
def test_a_code_that_slack_does_not_take_is_refused(client, slack, code, caplog):
    page = come_back(client, state=start(client), code=code)

    assert says(page, "code_refused")
    assert code not in page.content.decode()
    assert "an install stopped: code_refused" in caplog.text
    assert "invalid_code" in caplog.text


def test_a_code_of_another_app_s_secret_is_refused(client, slack, settings):
    back = consent(slack, client)
    settings.SLACK_CLIENT_SECRET = "CANARY-wrong"

    page = client.get(back)

    assert says(page, "code_refused")
    assert "CANARY" not in page.content.decode()


@pytest.mark.parametrize("fault", ["drop", "answered late", "busy", "broken"])
def test_when_slack_does_not_answer_the_page_says_so(client, slack, fault):
    back = consent(slack, client)
    match fault:
        case "drop":
            slack.faults.drop("oauth.v2.access")
        case "answered late":
            slack.faults.drop("oauth.v2.access", performed=True)
        case "busy":
            slack.faults.fail("oauth.v2.access")
        case "broken":
            slack.faults.fail("oauth.v2.access", "internal_error", status=500)

    assert says(client.get(back), "slack_unreachable")
    assert Installation.objects.count() == 0


@pytest.mark.parametrize(
    ("_case", "body"),
    [("a page", b"<html>"), ("a list", b"[]"), ("nothing", b""), ("a lone yes", b'"ok"')],
)
def test_when_somebody_else_answers_it_is_as_if_slack_did_not(client, stranger, _case, body):
    stranger(body, content_type="application/json")

    assert says(come_back(client, state=start(client), code="1.2.3"), "slack_unreachable")


@pytest.mark.parametrize("fault", ["drop", "busy", "refused"])
def test_a_spent_code_is_kept_even_if_the_bot_cannot_say_who_it_is(client, slack, fault):
    back = consent(slack, client)
    match fault:
        case "drop":
            slack.faults.drop("auth.test")
        case "busy":
            slack.faults.fail("auth.test")
        case "refused":
            slack.faults.fail("auth.test", "access_denied", status=200)

    assert client.get(back).status_code == 302
    row = Installation.objects.get()
    assert row.reveal("bot_token") == slack.tokens_for().bot_token
    assert (row.bot_id, row.bot_user_id) == ("", slack.tokens_for().bot_user_id)


def test_an_install_without_a_bot_is_not_kept(client, slack):
    state = start(client)
    code = slack.install(app_scopes=["chat:write"], redirect_uri=oauth.callback_url())
    slack.state.codes[code].scopes = []
    slack.state.codes[code].user_scopes = ["search:read"]

    assert says(come_back(client, state=state, code=code), "no_bot")
    assert not Installation.objects.exists()
    assert not Workspace.objects.exists()


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


BROKEN_STEPS = {
    "the state": "installations_oauthstate",
    "the tokens": "installations_installation",
    "the workspace": "installations_workspace",
    "the queue": "procrastinate_jobs",
}


@contextmanager
def broken(table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO broken")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE broken RENAME TO {table}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [*BROKEN_STEPS])
def test_when_the_database_fails_the_page_says_so_and_nothing_is_kept(client, slack, step, caplog):
    back = consent(slack, client)
    with broken(BROKEN_STEPS[step]):
        page = client.get(back)

    assert says(page, "not_saved")
    assert "an install stopped: not_saved" in caplog.text
    assert "xoxb" not in caplog.text
    assert not Installation.objects.exists()
    assert not Workspace.objects.exists()
    assert not raw_rows("procrastinate_jobs")


@pytest.mark.parametrize("method", ["head", "post", "put", "delete", "options"])
def test_only_a_get_finishes_an_install(client, slack, method):
    back = consent(slack, client)

    assert getattr(client, method)(back).status_code == 405
    assert OAuthState.objects.count() == 1
    assert client.get(back).status_code == 302


def test_installing_again_keeps_one_workspace_and_every_consent(client, slack):
    install(slack, client)
    first = slack.tokens_for().bot_token
    Workspace.objects.update(settings={"kept": True})
    slack.team("northwind").name = "Northwind Renamed"

    install(slack, client)

    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.settings) == ("Northwind Renamed", {"kept": True})
    rows = Installation.objects.order_by("installed_at")
    assert [row.workspace for row in rows] == [workspace, workspace]
    second = slack.tokens_for().bot_token
    assert [row.reveal("bot_token") for row in rows] == [first, second]
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


def receipt_of(row, *, salt: str = RECEIPT_SALT) -> str:
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
        "gone": signing.dumps({"installation": row.pk + 1}, salt=RECEIPT_SALT),
        "old": good,
    }
    late = RECEIPT_LIFETIME + 1 if case == "old" else 0
    with time_machine.travel(timezone.now() + timedelta(seconds=late)):
        page = client.get("/slack/installed", {"receipt": forged[case]})

    assert (page.status_code, page.url) == (302, "/")


def test_an_organisation_is_told_what_its_admin_does_next(client, store):
    store.save(make_org_installation())
    row = Installation.objects.get()

    page = client.get("/slack/installed", {"receipt": receipt_of(row)}).content.decode()

    assert "Countersign is installed in Northwind Group" in page
    assert "an organisation admin adds it" in page
    assert "/client/None" not in page


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
