"""Tokens are replaced before they expire: once, whoever asks and how many at a time."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from approvals.tests.factories import at_once, queued
from installations import rotation
from installations.calls import ACK_TIMEOUT, Patience
from installations.client import SlackLine
from installations.effects import Effect
from installations.errors import NotInstalledError, RejectedError, TemporaryError
from installations.models import Installation, InstallationAuditEntry, Workspace, WorkspaceState
from installations.retries import RETRY
from installations.services import tokens
from installations.services.tokens import BOT, USER
from installations.tasks import refresh_expiring, refresh_tokens, sweep
from slackapp.manifest import manifest

HALF_A_DAY = 43_200  # seconds that a rotating token lives
REFRESH = "oauth.v2.access"


@pytest.fixture
def rotating(slack, live_server, install, work):
    """Return a local Slack whose tokens rotate, with our app installed in Northwind."""
    slack.reset(lambda: manifest(live_server.url, token_rotation=True))
    install()
    work()
    return slack


def the_row() -> Installation:
    return Installation.objects.get()


def northwind() -> Workspace:
    return Workspace.objects.get()


def expire_in(seconds: float, kind=BOT) -> None:
    """Have our token end so soon, as we see it."""
    until = timezone.now() + timedelta(seconds=seconds)
    Installation.objects.update(**{kind.expires_at: until})


def expired(slack) -> None:
    """Have our token be dead in Slack, and known to be."""
    slack.clock.advance(HALF_A_DAY + 1)
    expire_in(-1)


def refreshes(slack) -> int:
    return sum(call.get("grant_type") == "refresh_token" for call in slack.calls(REFRESH))


def test_an_install_keeps_what_it_takes_to_renew_it(rotating):
    row = the_row()

    assert row.reveal("bot_token").startswith("xoxe.xoxb-")
    assert row.reveal("bot_refresh_token").startswith("xoxe-1-")
    assert row.bot_token_expires_at - timezone.now() > timedelta(hours=11)


def test_a_token_that_lives_on_is_not_refreshed(rotating):
    SlackLine(northwind()).call("auth.test")
    refresh_tokens(installation_id=the_row().pk)

    assert refreshes(rotating) == 0


def test_whoever_calls_slack_with_an_expired_token_gets_a_new_one_first(rotating):
    expired(rotating)

    assert SlackLine(northwind()).call("auth.test")["team"] == "Northwind"
    assert refreshes(rotating) == 1
    assert the_row().bot_token_expires_at > timezone.now() + timedelta(hours=11)


@pytest.mark.parametrize("seconds", [-1, 20, 120], ids=["expired", "any moment", "soon"])
def test_fifty_at_once_make_one_refresh_and_all_get_through(rotating, seconds):
    if seconds < 0:
        rotating.clock.advance(HALF_A_DAY + 1)
    expire_in(seconds)
    rotating.faults.delay(REFRESH, 0.3)
    workspace = northwind()

    answers = at_once(*[lambda: SlackLine(workspace).call("auth.test")["team"]] * 50)

    assert answers == ["Northwind"] * 50
    assert refreshes(rotating) == 1


def test_nobody_waits_for_a_refresh_while_the_old_token_works(rotating):
    expire_in(120)
    before = the_row().reveal("bot_token")

    with transaction.atomic():
        Installation.objects.select_for_update().get()  # a refresh that takes its time
        [row] = at_once(lambda: rotation.with_live_bot(the_row()))

    assert row.reveal("bot_token") == before


def test_who_waits_too_long_for_a_refresh_hears_that_it_may_work_later(rotating):
    expired(rotating)

    with transaction.atomic():
        Installation.objects.select_for_update().get()
        [failure] = at_once(lambda: rotation.with_live_bot(the_row(), Patience.of(1)))

    assert isinstance(failure, TemporaryError)
    assert (failure.code, failure.unclear) == ("refresh_under_way", False)


def test_bot_and_user_tokens_are_renewed_apart(rotating, work):
    row = the_row()
    row.seal("user_token", "xoxe.xoxp-1")
    row.seal("user_refresh_token", "xoxe-1-unknown-to-slack")
    row.user_token_expires_at = timezone.now() + timedelta(minutes=1)
    row.save()
    expire_in(60, BOT)

    with pytest.raises(NotInstalledError):
        refresh_tokens(installation_id=row.pk)

    row = the_row()
    assert row.bot_token_expires_at > timezone.now() + timedelta(hours=11)
    assert row.bot_refused_at is None
    assert row.user_refused_at is not None
    assert row.reveal("user_token") == "xoxe.xoxp-1"
    assert northwind().state == WorkspaceState.ACTIVE
    assert len(queued(Effect.TELL_REAUTH_PERSON)) == 1
    assert queued(Effect.TELL_REAUTH) == []
    work()
    told = rotating.person("wanda").direct_messages()[-1]["text"]
    assert "no longer search Slack as you" in told
    assert f"{settings.APP_URL}/slack/connect" in told


def test_a_refresh_of_the_bot_leaves_the_installer_s_own_token_as_it_was(rotating):
    row = the_row()
    row.seal("user_token", "xoxp-of-the-installer")
    row.save()
    sealed = the_row().user_token
    expire_in(60)

    refresh_tokens(installation_id=row.pk)

    assert refreshes(rotating) == 1
    assert the_row().user_token == sealed


def test_the_clock_renews_what_would_expire_within_two_hours_and_nothing_else(rotating, work):
    expire_in(3 * 3600)
    refresh_expiring(timestamp=0)
    assert queued(Effect.REFRESH_TOKENS) == []

    expire_in(3600)
    refresh_expiring(timestamp=0)
    refresh_expiring(timestamp=0)
    assert queued(Effect.REFRESH_TOKENS) == [{"installation_id": the_row().pk}]
    work()

    assert refreshes(rotating) == 1
    refresh_expiring(timestamp=0)
    assert queued(Effect.REFRESH_TOKENS) == []


def test_a_refresh_that_slack_refuses_asks_for_the_app_again_once_and_keeps_all(rotating, work):
    row = the_row()
    row.seal("bot_refresh_token", "xoxe-1-spent")
    row.save()
    expire_in(3600)

    with pytest.raises(NotInstalledError, match="invalid_refresh_token"):
        refresh_tokens(installation_id=row.pk)
    refresh_tokens(installation_id=row.pk)
    refresh_expiring(timestamp=0)

    assert refreshes(rotating) == 1
    assert northwind().state == WorkspaceState.NEEDS_REAUTH
    assert the_row().reveal("bot_token")
    assert queued(Effect.TELL_REAUTH) == [{"workspace_id": northwind().pk}]
    [entry] = InstallationAuditEntry.objects.filter(action="token.refused")
    assert entry.details == {
        "token": "bot",
        "user_id": row.user_id,
        "code": "invalid_refresh_token",
    }

    work()

    told = [
        call for call in rotating.calls("chat.postMessage") if "lose its access" in call["text"]
    ]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("fatal_error", 200, TemporaryError),
        ("service_unavailable", 503, TemporaryError),
        ("bad_client_secret", 200, RejectedError),
    ],
)
def test_a_failure_that_is_not_the_token_s_changes_nothing(rotating, code, status, kind):
    expired(rotating)
    before = Installation.objects.values().get()
    rotating.faults.fail(REFRESH, code, status=status)

    with pytest.raises(kind):
        SlackLine(northwind())

    assert Installation.objects.values().get() == before
    assert northwind().state == WorkspaceState.ACTIVE
    assert SlackLine(northwind()).call("auth.test")["ok"]


def test_the_token_at_hand_is_used_while_it_lives_when_slack_does_not_renew_it(rotating):
    expire_in(120)
    rotating.faults.fail(REFRESH, "fatal_error")

    assert SlackLine(northwind()).call("auth.test")["ok"]


def test_a_refresh_is_never_asked_for_inside_a_transaction(rotating):
    expired(rotating)

    with pytest.raises(RuntimeError), transaction.atomic():
        SlackLine(northwind())

    assert refreshes(rotating) == 0


def test_a_new_token_is_committed_before_anybody_can_use_it(rotating):
    expired(rotating)

    line = SlackLine(northwind())
    [row] = at_once(the_row)  # another connection

    assert row.reveal("bot_token") == line._token  # noqa: SLF001  # what it would call with
    assert len(rotating.calls()) == rotating.calls().index(rotating.calls(REFRESH)[-1]) + 1


def test_replaced_credentials_are_not_refreshed_and_not_even_kept(rotating, install, work):
    first = the_row()

    install()
    work()

    assert Installation.objects.get(pk=first.pk).bot_token == ""
    assert Installation.objects.get(pk=first.pk).bot_refresh_token == ""
    assert Installation.objects.exclude(bot_token="").count() == 1


@pytest.mark.parametrize("said", [..., None, 0, -5, "soon", True, [], 10**12], ids=str)
def test_tokens_are_kept_however_strange_their_lifetime_is(said):
    """They are spent when Slack has answered; what is not kept is lost."""
    answer = {"access_token": "a", "refresh_token": "r", "token_type": "bot", "expires_in": said}
    if said is ...:
        del answer["expires_in"]

    read = rotation._read(answer, BOT)  # noqa: SLF001  # the sandbox does not send such answers

    assert (read.token, read.refresh_token) == ("a", "r")
    assert 0 < read.expires_in <= HALF_A_DAY


@pytest.mark.parametrize("changes", [{"token_type": "user"}, {"access_token": ""}])
def test_an_answer_without_the_bot_s_token_is_none(changes):
    answer = {"access_token": "a", "refresh_token": "r", "token_type": "bot", "expires_in": 1}

    with pytest.raises(TemporaryError):
        rotation._read({**answer, **changes}, BOT)  # noqa: SLF001  # likewise


def test_an_answer_that_was_lost_is_asked_for_again_while_slack_is_gracious(rotating):
    rotating.slack.refresh_grace = 60.0
    expired(rotating)
    rotating.faults.drop(REFRESH, performed=True)

    with pytest.raises(TemporaryError):
        SlackLine(northwind())

    assert SlackLine(northwind()).call("auth.test")["ok"]


def test_a_refresh_now_is_the_bot_s_alone(rotating):
    row = the_row()
    row.seal("user_refresh_token", "xoxe-1-unknown-to-slack")
    row.user_token_expires_at = timezone.now()
    row.save()

    refresh_tokens(installation_id=row.pk, at_once=1)

    assert refreshes(rotating) == 1
    assert the_row().user_refused_at is None


def test_who_has_little_patience_uses_a_token_that_works(rotating):
    expire_in(120)

    assert SlackLine(northwind(), timeout=ACK_TIMEOUT).call("auth.test")["ok"]

    assert refreshes(rotating) == 0


def test_little_patience_is_for_the_refresh_and_the_call_together(rotating):
    expired(rotating)
    rotating.faults.delay(REFRESH, 0.8)
    rotating.faults.delay("auth.test", 0.8)

    with pytest.raises(TemporaryError):
        SlackLine(northwind(), timeout=1.2).call("auth.test")


def test_a_refused_token_is_used_as_long_as_it_works_and_no_longer(rotating):
    Installation.objects.update(bot_refused_at=timezone.now())
    expire_in(20)
    assert SlackLine(northwind()).call("auth.test")["ok"]

    expired(rotating)
    with pytest.raises(NotInstalledError, match="token_expired"):
        SlackLine(northwind())

    assert refreshes(rotating) == 0


def test_a_refresh_that_has_to_wait_its_turn_waits_as_long_as_slack_says(rotating, work):
    expire_in(3600)
    rotating.faults.fail(REFRESH, headers={"Retry-After": "77"})
    refresh_expiring(timestamp=0)
    asked_at = timezone.now()
    work()

    [job] = ProcrastinateJob.objects.filter(task_name=Effect.REFRESH_TOKENS, status="todo")
    assert timedelta(seconds=70) < job.scheduled_at - asked_at < timedelta(seconds=140)
    assert northwind().state == WorkspaceState.ACTIVE


@pytest.mark.parametrize("kind", [BOT, USER], ids=["bot", "user"])
def test_an_index_finds_what_is_about_to_expire(db, kind):
    due = tokens.expiring(client_id="1.1", kind=kind, ahead=rotation.AHEAD)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

        assert f"{kind.name}_token_expiring" in due.explain()


def test_tokens_of_another_app_in_the_same_database_are_left_alone(rotating):
    Installation.objects.update(client_id="another.app", leaving_at=timezone.now())
    expire_in(60)

    refresh_expiring(timestamp=0)
    sweep(timestamp=0)

    assert queued(Effect.REFRESH_TOKENS) == []
    assert queued(Effect.REVOKE_INSTALLATION) == []


def test_a_dead_token_does_not_keep_the_other_from_being_tried_again(rotating):
    row = the_row()
    row.seal("user_refresh_token", "xoxe-1-unknown-to-slack")
    row.user_token_expires_at = timezone.now()
    row.save()
    expire_in(60)
    rotating.faults.fail(REFRESH, "invalid_refresh_token", status=200)
    rotating.faults.fail(REFRESH)

    with pytest.raises(TemporaryError):
        refresh_tokens(installation_id=row.pk)

    assert the_row().bot_refused_at is not None
    assert the_row().user_refused_at is None


@pytest.mark.parametrize(
    ("said", "waited"), [("7", 7), ("9" * 9, 3600), ("9" * 5000, 1), ("soon", 1), ("", 1)]
)
def test_whoever_answers_cannot_have_us_wait_for_ever(rotating, said, waited):
    rotating.faults.fail("auth.test", headers={"Retry-After": said})

    with pytest.raises(TemporaryError) as busy:
        SlackLine(northwind()).call("auth.test")

    decision = RETRY.get_retry_decision(exception=busy.value, job=Mock(attempts=1))
    assert decision.retry_at - timezone.now() <= timedelta(seconds=waited)
