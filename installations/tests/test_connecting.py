"""One person's own token, beside the bot and apart from it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from installations import effects, services
from installations.models import (
    Errand,
    Installation,
    InstallationAuditEntry,
    OAuthState,
    Workspace,
    WorkspaceState,
)
from installations.scopes import SEARCH_SCOPES
from installations.store import DjangoInstallationStore
from installations.tests.browsing import (
    CONNECT,
    come_back,
    connect,
    consent,
    install,
    says,
    start,
)
from installations.tests.conftest import manifest
from installations.tests.factories import CLIENT_ID, raw_rows

pytestmark = pytest.mark.django_db

OFFICER = "ana"  # of compliance; dana installs


def person_row() -> Installation:
    return Installation.objects.exclude(user_token="").get()


def token_of(slack, handle=OFFICER, team="northwind"):
    """Return the newest user token that Slack gave for this person."""
    user_id = slack.person(handle, team).user_id
    mine = [
        one for one in slack.state.tokens.values() if (one.user_id, one.kind) == (user_id, "user")
    ]
    return mine[-1].token


def is_live(slack, token: str) -> bool:
    known = slack.state.tokens.get(token)
    return known is not None and not known.refusal(slack.clock.now())


@pytest.fixture
def installed(client, slack):
    """Return a local Slack whose Northwind has the app."""
    assert install(slack, client).status_code == 302
    return slack


def test_the_page_says_whose_what_and_how_to_undo_and_leads_to_slack(client):
    page = client.get("/slack/connect", {"team": "T01NORTHWD"})

    text = page.content.decode()
    assert page.status_code == 200
    assert 'href="/slack/connect/start?team=T01NORTHWD"' in text
    assert all(scope in text for scope in SEARCH_SCOPES)
    assert "Yours alone" in text
    assert "How to undo it" in text
    assert not OAuthState.objects.exists()


def test_only_the_person_is_asked_for_anything(client):
    link = client.get(CONNECT, {"team": "T01NORTHWD"}).url

    asked = parse_qs(urlsplit(link).query, keep_blank_values=True)
    assert asked["scope"] == [""]
    assert asked["user_scope"] == [",".join(SEARCH_SCOPES)]
    assert asked["team"] == ["T01NORTHWD"]
    assert OAuthState.objects.get().errand == Errand.PERSON


def test_an_install_asks_no_person_for_anything(client):
    asked = parse_qs(urlsplit(client.get("/slack/install", {"search": "1"}).url).query)

    assert "user_scope" not in asked
    assert "search:read" not in asked["scope"][0]


@pytest.mark.parametrize("path", ["/slack/connect", CONNECT])
def test_the_listed_app_has_no_such_page(client, settings, path):
    settings.SLACK_APP_VARIANT = "marketplace"

    assert client.get(path).status_code == 404
    assert client.get("/slack/install").status_code == 302
    assert "/slack/connect" not in client.get("/").content.decode()


def test_a_person_s_token_is_kept_and_every_bot_stays_byte_for_byte(client, installed):
    [before] = raw_rows("installations_installation")
    jobs = raw_rows("procrastinate_jobs")

    receipt = connect(installed, client, by=OFFICER)

    after, person = raw_rows("installations_installation")
    assert after == before
    assert raw_rows("procrastinate_jobs") == jobs
    row = person_row()
    assert row.pk == person["id"]
    assert row.reveal("user_token") == token_of(installed)
    assert row.user_id == installed.person(OFFICER).user_id
    assert row.user_scopes == "search:read"
    assert row.workspace == Workspace.objects.get()
    assert (row.bot_token, row.bot_refresh_token, row.bot_id, row.bot_user_id) == ("", "", "", "")
    assert row.bot_scopes == ""
    page = client.get(receipt.url).content.decode()
    assert "Countersign may now search as you in Northwind" in page
    assert "revoke your authorisation" in page
    assert "xox" not in page


def test_it_is_written_down_who_gave_what(client, installed):
    connect(installed, client, by=OFFICER)

    entry = InstallationAuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor) == ("person.authorised", person_row().user_id)
    assert entry.workspace == Workspace.objects.get()
    assert entry.details == {"installation_id": person_row().pk, "scopes": ["search:read"]}


def test_what_person_and_bot_gave_is_found_together(client, installed):
    connect(installed, client, by=OFFICER)

    found = find(installed, OFFICER)
    assert found.user_token == token_of(installed)
    assert found.bot_token == installed.tokens_for().bot_token


def find(slack, handle: str):
    store = DjangoInstallationStore(client_id=CLIENT_ID)
    person = slack.person(handle)
    return store.find_installation(
        enterprise_id=None, team_id=slack.tokens_for().team_id, user_id=person.user_id
    )


@pytest.mark.parametrize("rotation", [False, True])
@pytest.mark.parametrize("first", ["install", "connect"])
def test_a_person_who_also_installs_keeps_both_tokens(client, slack, first, rotation):
    settings = {**manifest()["settings"], "token_rotation_enabled": rotation}
    slack.reset({**manifest(), "settings": settings})
    install(slack, client)
    steps = [install, connect] if first == "install" else [connect, install]
    for step in steps:
        assert step(slack, client, by="dana").status_code == 302

    found = find(slack, "dana")
    assert found.user_token == token_of(slack, "dana")
    assert found.user_scopes == ["search:read"]
    assert bool(found.user_refresh_token) is rotation
    assert bool(found.user_token_expires_at) is rotation
    assert found.bot_token == slack.tokens_for().bot_token
    assert bool(found.bot_refresh_token) is rotation
    assert is_live(slack, found.user_token)


def test_somebody_else_s_reinstall_leaves_the_person_s_row_alone(client, installed):
    connect(installed, client, by=OFFICER)
    _, before = raw_rows("installations_installation")

    install(installed, client, by="dana")

    _, after, _ = raw_rows("installations_installation")
    assert after == before
    assert find(installed, OFFICER).user_token == token_of(installed)


def test_a_person_s_newer_token_takes_the_place_of_the_older(client, installed):
    connect(installed, client, by=OFFICER)
    connect(installed, client, by="dana")
    connect(installed, client, by=OFFICER)

    rows = Installation.objects.filter(user_id=installed.person(OFFICER).user_id)
    assert [bool(row.user_token) for row in rows.order_by("pk")] == [False, True]
    assert find(installed, OFFICER).user_token == token_of(installed)
    assert find(installed, "dana").user_token == token_of(installed, "dana")
    assert find(installed, OFFICER).bot_token == installed.tokens_for().bot_token


@pytest.mark.parametrize("case", ["never", "uninstalled", "needs re-authorisation", "wiped"])
def test_without_a_working_bot_the_token_goes_back_at_once(client, slack, case):
    if case != "never":
        install(slack, client)
    if case == "wiped":
        services.wipe_bots(Installation.objects.all())
    state = {"uninstalled": "uninstalled", "needs re-authorisation": "needs_reauth"}.get(case)
    Workspace.objects.update(state=state or "active")
    before = raw_rows("installations_installation")

    page = connect(slack, client, by=OFFICER)

    assert says(page, "no_installation", way_on="/slack/install")
    assert raw_rows("installations_installation") == before
    assert len(slack.calls("auth.revoke")) == 1
    assert not is_live(slack, token_of(slack))
    assert not InstallationAuditEntry.objects.filter(action="person.authorised").exists()


@pytest.mark.parametrize("fault", ["drop", "busy"])
def test_a_token_that_cannot_be_given_back_is_not_kept_either(client, slack, fault, caplog):
    back = consent(slack, client, path=CONNECT, by=OFFICER)
    if fault == "drop":
        slack.faults.drop("auth.revoke")
    else:
        slack.faults.fail("auth.revoke")

    assert says(client.get(back), "no_installation")
    assert not Installation.objects.exists()
    assert "was not kept, nor revoked" in caplog.text
    assert "xox" not in caplog.text


def test_a_consent_elsewhere_is_not_one_for_here(client, installed):
    page = connect(installed, client, "contoso")

    assert says(page, "no_installation")
    assert not Installation.objects.exclude(user_token="").exists()


def test_an_organisation_s_bot_is_enough(client, slack):
    slack.enterprise("Globex", teams=("northwind", "contoso"))
    install(slack, client, org=True)

    assert connect(slack, client, by=OFFICER).status_code == 302

    row = person_row()
    assert row.team_id == slack.team("northwind").team_id
    assert row.enterprise_id == Installation.objects.with_bot().get().enterprise_id
    assert row.is_enterprise_install is False
    assert InstallationAuditEntry.objects.latest("pk").enterprise_id == row.enterprise_id


def test_a_bot_that_nobody_asked_for_is_not_kept_with_a_person(client, installed):
    """People can edit the link; the bot's columns of this row stay empty all the same."""
    state = start(client, CONNECT)
    code = installed.install(by="dana", user_scopes=["search:read"])
    installed.state.codes[code].redirect_uri = "http://testserver/slack/oauth/callback"

    assert come_back(client, state=state, code=code).status_code == 302
    assert person_row().bot_token == ""
    assert installed.calls("auth.revoke") == []


def test_a_consent_without_the_person_keeps_nothing(client, installed):
    state = start(client, CONNECT)
    code = installed.install(redirect_uri="http://testserver/slack/oauth/callback")
    before = raw_rows("installations_installation")

    page = come_back(client, state=state, code=code)

    assert says(page, "no_person", way_on="/slack/connect")
    assert raw_rows("installations_installation") == before


def test_a_person_who_cancels_is_told_so(client, installed):
    page = come_back(client, state=start(client, CONNECT), error="access_denied")

    assert says(page, "person_declined", way_on="/slack/connect")


def test_a_consent_that_went_wrong_leads_back_to_the_beginning(client, installed):
    page = come_back(client, state=start(client, CONNECT), code="1.2.3")

    assert says(page, "code_refused", way_on="/slack/connect")


def test_a_person_queues_no_work(client, installed):
    before = raw_rows("procrastinate_jobs")

    connect(installed, client, by=OFFICER)

    assert raw_rows("procrastinate_jobs") == before
    assert [job["task_name"] for job in before] == [effects.Effect.SET_UP_WORKSPACE]


def test_a_person_opens_no_closed_workspace(client, installed):
    Workspace.objects.update(state=WorkspaceState.NEEDS_REAUTH)

    connect(installed, client, by=OFFICER)

    assert Workspace.objects.get().state == WorkspaceState.NEEDS_REAUTH
