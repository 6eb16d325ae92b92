"""Uninstall, reinstall, refresh, revocation and purge meet in the same instant."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from approvals.services.purging import purge_content
from approvals.tests.factories import queued
from installations import services
from installations.effects import Effect
from installations.errors import NotInstalledError
from installations.models import Installation, InstallationAuditEntry, Workspace, WorkspaceState
from installations.services import NoWorkingBotError, tokens
from installations.services.tokens import BOT, USER, Refreshed
from installations.store import DjangoInstallationStore
from installations.tests.factories import CLIENT_ID, make_installation, make_org_installation

pytestmark = pytest.mark.django_db(transaction=True)

HERE = {"client_id": CLIENT_ID, "team_id": "T111"}
ORG = {"client_id": CLIENT_ID, "enterprise_id": "E111"}
PATIENCE = 8  # seconds until a test gives up
BLOCKED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def behind(rows: QuerySet[Any], *calls: Callable[[], object]) -> list[object]:
    """Have the calls queue up behind a lock on ``rows``, one after the other, then let go.

    Return what each returned, or the error it raised.
    """
    with ThreadPoolExecutor(len(calls)) as pool:
        with transaction.atomic():
            assert list(rows.select_for_update())
            pending = []
            for call in calls:
                pending.append(pool.submit(run, call))
                wait_for_block(pending)
        return [one.result(PATIENCE) for one in pending]


def run(call: Callable[[], object]) -> object:
    try:
        return call()
    except Exception as error:  # noqa: BLE001  # for the test to judge
        return error
    finally:
        connection.close()


def wait_for_block(pending: list[Future[object]]) -> None:
    """Wait until each of the pending calls waits for a lock, or has ended."""
    deadline = time.monotonic() + PATIENCE
    while blocked() < sum(not one.done() for one in pending):
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)


def blocked() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # kept for a transaction otherwise
        cursor.execute(BLOCKED)
        return int(cursor.fetchone()[0])


def install(**changes) -> Installation:
    installation = make_installation(installed_at=time.time(), **changes)
    return services.complete_install(client_id=CLIENT_ID, installation=installation)


def install_org() -> Installation:
    installation = make_org_installation(installed_at=time.time())
    return services.complete_install(client_id=CLIENT_ID, installation=installation)


def rotating(**changes) -> Installation:
    """Return an installation whose token has just expired."""
    return install(
        bot_refresh_token="xoxe-1-r", bot_token_expires_at=int(time.time()) - 1, **changes
    )


def soon():
    return timezone.now() + timedelta(seconds=2)


def uninstall() -> object:
    return services.end_team(**HERE, happened_at=soon())


def refresh(row: Installation, ask) -> Installation:
    return tokens.refresh(
        installation_id=row.pk, kind=BOT, ahead=timedelta(0), ask=ask, patience=PATIENCE
    )


def refuse(_refresh_token: str) -> Refreshed:
    raise NotInstalledError("invalid_refresh_token")


def workspaces(team_id: str = "T111") -> QuerySet[Workspace]:
    return Workspace.objects.filter(team_id=team_id)


def state(team_id: str = "T111") -> str:
    return str(workspaces(team_id).get().state)


def errors(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, Exception)]


def secrets_left() -> int:
    columns = Installation.SEALED
    return sum(bool(value) for row in Installation.objects.values_list(*columns) for value in row)


def test_an_uninstall_from_either_side_at_once_is_no_deadlock():
    install()
    workspace = workspaces().get()

    ended = behind(
        workspaces(),
        lambda: services.request_uninstall(workspace=workspace, actor="admin:olive"),
        uninstall,
    )

    assert errors(ended) == []
    assert (state(), secrets_left()) == (WorkspaceState.UNINSTALLED, 0)


def test_a_purge_and_a_repeated_uninstall_are_no_deadlock():
    install()
    uninstall()
    pk = workspaces().get().pk

    ended = behind(workspaces(), lambda: purge_content(workspace_id=pk), uninstall)

    assert ended == [True, None]


def test_a_purge_that_waited_for_a_reinstall_leaves_it_alone():
    install()
    uninstall()
    pk = workspaces().get().pk

    _, purged = behind(workspaces(), install, lambda: purge_content(workspace_id=pk))

    assert purged is False
    assert state() == WorkspaceState.ACTIVE


def give_own_token() -> Installation:
    installation = make_installation(
        installed_at=time.time(), bot_token=None, bot_user_id=None, user_token="xoxp-mine"
    )
    return services.complete_person(client_id=CLIENT_ID, installation=installation)


def test_somebody_s_own_token_and_an_uninstall_are_no_deadlock():
    install()
    give_own_token()

    ended = behind(workspaces(), give_own_token, uninstall)

    assert errors(ended) == []
    assert secrets_left() == 0


def test_a_token_given_to_an_organisation_that_leaves_is_not_kept():
    org = install_org()
    person = make_org_installation(
        installed_at=time.time(), bot_token=None, bot_user_id=None, user_token="xoxp-mine"
    )

    ended = behind(
        Installation.objects.filter(pk=org.pk),
        lambda: services.end_organisation(**ORG, happened_at=soon()),
        lambda: services.complete_person(client_id=CLIENT_ID, installation=person),
    )

    assert isinstance(ended[1], NoWorkingBotError)
    assert secrets_left() == 0


def test_revoked_tokens_and_an_uninstall_are_no_deadlock():
    first = install(bot_token=None, bot_user_id=None)
    install(user_id="U_OTHER", user_token=None)
    revoke = {
        "rows": Installation.objects.filter(**HERE),
        "bot_user_ids": ["U_BOT"],
        "user_ids": ["U_INSTALLER"],
        "happened_at": soon(),
    }

    ended = behind(
        Installation.objects.filter(pk=first.pk),
        uninstall,
        lambda: services.revoke_tokens(**revoke),
    )

    assert errors(ended) == []
    assert state() == WorkspaceState.UNINSTALLED


def test_a_reinstall_is_not_marked_for_the_token_that_it_replaced():
    old = install()
    sealed = Installation.objects.get(pk=old.pk).bot_token

    behind(
        workspaces(),
        install,
        lambda: services.mark_needs_reauth(
            installation_id=old.pk, code="token_revoked", sealed=sealed
        ),
    )

    assert state() == WorkspaceState.ACTIVE


def test_a_token_that_was_refreshed_since_is_not_marked():
    row = rotating()
    stale = Installation.objects.get(pk=row.pk).bot_token
    refresh(row, lambda _: Refreshed("xoxe.xoxb-2", "xoxe-1-2", 43_200))

    services.mark_needs_reauth(installation_id=row.pk, code="token_revoked", sealed=stale)

    assert state() == WorkspaceState.ACTIVE


def test_an_own_install_that_was_waited_for_counts_when_access_is_taken_away():
    install_org()
    services.grant_access(**ORG, team_ids=["T111"], names={})

    behind(
        workspaces(),
        lambda: install(enterprise_id="E111"),
        lambda: services.revoke_access(**ORG, team_ids=["T111"]),
    )

    assert state() == WorkspaceState.ACTIVE


def test_a_refused_refresh_does_not_open_a_workspace_that_closed_meanwhile():
    org = install_org()
    services.grant_access(**ORG, team_ids=["T111"], names={})
    org.seal("bot_refresh_token", "xoxe-1-r")
    org.bot_token_expires_at = timezone.now()
    org.save()

    _, refused = behind(
        workspaces(),
        lambda: services.revoke_access(**ORG, team_ids=["T111"]),
        lambda: refresh(org, refuse),
    )

    assert isinstance(refused, NotInstalledError)
    assert state() == WorkspaceState.UNINSTALLED


def test_a_grant_that_waited_for_the_end_of_the_organisation_opens_nothing():
    org = install_org()

    behind(
        Installation.objects.filter(pk=org.pk),
        lambda: services.end_organisation(**ORG, happened_at=soon()),
        lambda: services.grant_access(**ORG, team_ids=["T111"], names={}),
    )

    assert not workspaces().exists()


def test_grants_and_closings_of_many_workspaces_are_no_deadlock():
    install_org()
    team_ids = [f"T{n}" for n in range(9, 0, -1)]
    for team_id in team_ids:
        services.grant_access(**ORG, team_ids=[team_id], names={})

    ended = behind(
        workspaces("T5"),  # whoever goes the other way holds the other half by then
        lambda: services.revoke_access(**ORG, team_ids=team_ids),
        lambda: services.grant_access(**ORG, team_ids=team_ids, names=dict.fromkeys(team_ids, "N")),
        lambda: services.keep_access(**ORG, team_ids=[]),
    )

    assert errors(ended) == []


def test_an_uninstall_waits_for_a_refresh_under_way_and_wipes_what_it_brought():
    row = rotating()
    asked = Event()

    def ask(_refresh_token: str) -> Refreshed:
        asked.set()
        deadline = time.monotonic() + PATIENCE
        while not blocked() and time.monotonic() < deadline:
            time.sleep(0.01)
        return Refreshed("xoxe.xoxb-2", "xoxe-1-2", 43_200)

    with ThreadPoolExecutor(2) as pool:
        refreshing = pool.submit(run, lambda: refresh(row, ask))
        assert asked.wait(PATIENCE)
        ending = pool.submit(run, uninstall)
        results = [refreshing.result(PATIENCE), ending.result(PATIENCE)]

    assert errors(results) == []
    assert (state(), secrets_left()) == (WorkspaceState.UNINSTALLED, 0)


def test_a_refresh_that_waited_for_an_uninstall_asks_nobody():
    row = rotating()

    _, refreshed = behind(workspaces(), uninstall, lambda: refresh(row, refuse))

    assert isinstance(refreshed, Installation)
    assert refreshed.bot_token == ""
    assert not InstallationAuditEntry.objects.filter(action="token.refused").exists()


def test_an_organisation_s_refused_token_is_told_once_and_marks_all_but_those_with_their_own():
    org = install_org()
    services.grant_access(**ORG, team_ids=["T1", "T2", "T111"], names={})
    install(enterprise_id="E111")
    org.seal("bot_refresh_token", "xoxe-1-r")
    org.bot_token_expires_at = timezone.now()
    org.save()

    with pytest.raises(NotInstalledError):
        refresh(org, refuse)

    assert len(queued(Effect.TELL_REAUTH)) == 1
    assert [state("T1"), state("T2"), state()] == ["needs_reauth", "needs_reauth", "active"]


def test_a_person_is_told_of_their_refused_token_also_after_a_reinstall():
    install()
    person = give_own_token()
    person.seal("user_refresh_token", "xoxe-1-p")
    person.user_token_expires_at = timezone.now()
    person.save()
    install(user_id="U_OTHER", user_token=None)

    with pytest.raises(NotInstalledError):
        tokens.refresh(
            installation_id=person.pk, kind=USER, ahead=timedelta(0), ask=refuse, patience=PATIENCE
        )

    assert queued(Effect.TELL_REAUTH_PERSON) == [
        {"workspace_id": workspaces().get().pk, "user_id": "U_INSTALLER"}
    ]


def test_an_uninstall_wipes_what_no_key_of_ours_opens():
    install()
    Installation.objects.update(bot_token="v1.lost.AAAA", removed_at=timezone.now())

    uninstall()

    assert (state(), secrets_left()) == (WorkspaceState.UNINSTALLED, 0)


def test_the_end_of_another_app_s_install_is_not_ours():
    install()
    ours = secrets_left()

    services.end_team(client_id="another.app", team_id="T111", happened_at=timezone.now())

    assert secrets_left() == ours


def test_an_uninstall_that_was_half_done_is_finished_and_told_once():
    row = install()
    services.request_uninstall(workspace=workspaces().get(), actor="admin:olive")

    ended = behind(
        Installation.objects.filter(pk=row.pk),
        *[lambda: services.finish_uninstall(installation_id=row.pk, slack_knows=True)] * 2,
    )

    assert errors(ended) == []
    assert InstallationAuditEntry.objects.filter(action="tokens.revoked").count() == 1
    assert list(services.unfinished_uninstalls()) == []


def test_the_organisation_s_older_bots_leave_with_the_newest():
    for _ in range(2):
        DjangoInstallationStore(client_id=CLIENT_ID).save(
            make_org_installation(installed_at=time.time())
        )
    newest = Installation.objects.latest("pk")

    services.request_uninstall_organisation(installation=newest, actor="admin:olive")

    assert not Installation.objects.speaking().exists()
