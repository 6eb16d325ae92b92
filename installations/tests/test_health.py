"""What is wrong with a workspace, in words, and as the database finds it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from installations.models import Workspace, WorkspaceState
from installations.queries.credentials import credentials
from installations.queries.health import Credentials, Problem, health
from installations.queries.problems import ANY, with_problem
from installations.scopes import BOT_SCOPES
from installations.tests.factories import CLIENT_ID
from installations.tests.operators import make_bot_row, make_organisation, make_tenant, rotating

NOW = timezone.now()
GOOD = Credentials(
    installation_id=1,
    org_wide=False,
    installer="U1",
    installed_at=NOW,
    scopes=("commands",),
    missing=(),
    kid="k1",
    expires_at=None,
    refreshable=False,
    refused_at=None,
)


def ago(**units):
    return NOW - timedelta(**units)


@pytest.mark.parametrize(
    ("_case", "workspace", "known", "words", "level"),
    [
        ("nothing", {}, {}, "healthy", "good"),
        ("dead", {"state": "needs_reauth"}, {}, "needs re-authorisation", "bad"),
        ("refused", {}, {"refused_at": ago(hours=3)}, "token refresh refused 3 hours ago", "bad"),
        ("over", {}, {"expires_at": ago(minutes=5)}, "token expired 5 minutes ago", "bad"),
        (
            "soon over",
            {},
            {"expires_at": NOW + timedelta(minutes=40)},
            "token expires in 40 minutes",
            "warning",
        ),
        ("later over", {}, {"expires_at": NOW + timedelta(hours=6)}, "healthy", "good"),
        (
            "scopes",
            {},
            {"missing": ("users:read", "x:y")},
            "scopes missing: users:read, x:y",
            "warning",
        ),
        (
            "error",
            {"api_error": "is_archived", "api_error_at": ago(hours=2)},
            {},
            "last API error is_archived, 2 hours ago",
            "warning",
        ),
        (
            "old error",
            {"api_error": "is_archived", "api_error_at": ago(days=2)},
            {},
            "healthy",
            "good",
        ),
        (
            "quiet",
            {"last_event_at": ago(days=20)},
            {},
            f"silent since {ago(days=20):%-d %B %Y}",
            "warning",
        ),
        (
            "gone",
            {"state": "uninstalled", "last_event_at": ago(days=20)},
            {},
            "not installed",
            "quiet",
        ),
    ],
)
def test_health_says_in_words_what_is_wrong(_case, workspace, known, words, level):
    found = health(Workspace(team_id="T1", **workspace), replace(GOOD, **known), NOW)

    assert (found.words, found.level) == (words, level)


def test_the_worst_comes_first():
    workspace = Workspace(team_id="T1", state="needs_reauth", last_event_at=ago(days=20))
    known = replace(GOOD, missing=("users:read",), refused_at=ago(hours=3))

    found = [finding.problem for finding in health(workspace, known, NOW).findings]

    assert found == [
        Problem.NEEDS_REAUTH,
        Problem.REFRESH_REFUSED,
        Problem.SCOPES_MISSING,
        Problem.SILENT,
    ]


def test_a_workspace_without_a_token_says_so():
    assert health(Workspace(team_id="T1"), None, NOW).words == "no bot token"


@pytest.fixture
def sick(db) -> dict[Problem, str]:
    """Return the id of a workspace for each problem; every one has that problem alone."""
    well = make_tenant(1, last_event_at=NOW)
    make_tenant(2, state=WorkspaceState.UNINSTALLED, last_event_at=ago(days=90), api_error="x")
    tenants = {problem: make_tenant(10 + number) for number, problem in enumerate(Problem)}
    rows = {problem: tenants[problem].installations.get() for problem in Problem}
    Workspace.objects.filter(pk=tenants[Problem.NEEDS_REAUTH].pk).update(state="needs_reauth")
    Workspace.objects.filter(pk=tenants[Problem.SILENT].pk).update(last_event_at=ago(days=20))
    Workspace.objects.filter(pk=tenants[Problem.API_ERROR].pk).update(
        api_error="is_archived", api_error_at=ago(hours=1)
    )
    rows[Problem.NO_BOT].seal("bot_token", None)
    rows[Problem.NO_BOT].save()
    rotating(rows[Problem.REFRESH_REFUSED], bot_refused_at=ago(hours=1))
    rotating(rows[Problem.TOKEN_EXPIRED], bot_token_expires_at=ago(minutes=1))
    rotating(rows[Problem.TOKEN_EXPIRING], bot_token_expires_at=NOW + timedelta(minutes=50))
    rows[Problem.SCOPES_MISSING].bot_scopes = "commands,chat:write"
    rows[Problem.SCOPES_MISSING].save()
    assert health(well, credentials(well), NOW).words == "healthy"
    return {problem: workspace.team_id for problem, workspace in tenants.items()}


@pytest.mark.parametrize("problem", Problem)
def test_the_database_finds_the_workspaces_that_have_a_problem(sick, problem):
    found = with_problem(Workspace.objects.all(), problem, NOW)

    assert [workspace.team_id for workspace in found] == [sick[problem]]


@pytest.mark.parametrize("problem", Problem)
def test_the_words_and_the_database_agree(sick, problem):
    workspace = Workspace.objects.get(team_id=sick[problem])

    [finding] = health(workspace, credentials(workspace), NOW).findings

    assert finding.problem == problem


def test_scopes_parted_by_blanks_are_complete_for_both(db):
    workspace = make_tenant()
    workspace.installations.update(bot_scopes=", ".join(BOT_SCOPES))
    parted = make_tenant(2)
    parted.installations.update(bot_scopes=" ".join(BOT_SCOPES))

    assert not with_problem(Workspace.objects.all(), Problem.SCOPES_MISSING, NOW).exists()
    assert credentials(workspace).missing == credentials(parted).missing == ()
    assert credentials(workspace).scopes == credentials(parted).scopes == tuple(sorted(BOT_SCOPES))


def test_any_problem_finds_all_of_them(sick):
    found = with_problem(Workspace.objects.all(), ANY, NOW)

    assert {workspace.team_id for workspace in found} == set(sick.values())


def test_credentials_are_the_newest_own_ones_else_the_organisations(db):
    covered = Workspace.objects.create(team_id="T1", enterprise_id="E111")
    org_wide = make_organisation("E111")
    assert credentials(covered).installation_id == org_wide.pk
    assert credentials(covered).org_wide

    make_bot_row(covered, installed_at=ago(days=9))
    newest = make_bot_row(covered, installed_at=ago(days=1))
    make_bot_row(covered, installed_at=ago(hours=1), client_id="another.app")

    assert credentials(covered).installation_id == newest.pk


def test_credentials_tell_the_key_and_nothing_of_the_token(db):
    known = credentials(make_tenant())

    assert known.kid == "test1"
    assert "CANARY" not in repr(known)
    assert make_tenant(2).installations.get().bot_token not in repr(known)
    assert CLIENT_ID not in repr(known)
