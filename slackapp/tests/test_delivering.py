"""Messages reach Slack once, end in the newest state, and get over what Slack does to them."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from approvals import tasks
from approvals.models import Campaign, MessageKind, MessageState, Person, PostedMessage
from approvals.services import messages
from approvals.tasks import delivery
from approvals.tests.factories import at_once
from installations.errors import TemporaryError
from installations.models import Workspace, WorkspaceState
from sandbox import messages as slack_messages
from slackapp.tests.test_approving import cards, retry_now, told
from slackapp.tests.test_main_job import FORM, action_ids, send_campaign

CARD = MessageKind.CARD


@pytest.fixture
def waiting(installed):
    """Return a local Slack in which a campaign was sent whose card is not posted yet."""
    installed.person("dana").command("/campaign")
    installed.person("dana").submit(FORM)
    return installed


def card() -> PostedMessage:
    return PostedMessage.objects.get(kind=CARD, revision_number=1)


def deliver() -> None:
    tasks.deliver_message(message_id=card().pk)


def a_minute_passes(minutes: float = 1.1) -> None:
    """Let the ledger believe that its last attempts are that long ago."""
    ago = timezone.now() - timedelta(minutes=minutes)
    PostedMessage.objects.exclude(attempted_at=None).update(attempted_at=ago)
    PostedMessage.objects.update(created_at=ago)


def forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def jobs_of(task_name: str) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=task_name).order_by("pk"))


def show(slack) -> str:
    """Return how the first card in the channel begins."""
    return str(cards(slack)[0]["text"]).split(":")[0]


def test_a_job_that_runs_twice_posts_once(waiting):
    deliver()
    deliver()

    assert len(cards(waiting)) == 1
    assert card().state == MessageState.POSTED


def test_workers_that_race_post_once(waiting):
    answers = at_once(deliver, deliver, deliver)

    assert answers == [None] * 3
    assert len(cards(waiting)) == 1


def test_a_worker_that_loses_the_database_after_the_post_leaves_a_card_that_is_kept_up(
    waiting, work, monkeypatch
):
    finish, lost = messages.finish_drawing, []

    def lose_the_first(**arguments):
        if not lost:
            lost.append(arguments)
            raise OperationalError("the server went away")
        return finish(**arguments)

    monkeypatch.setattr(messages, "finish_drawing", lose_the_first)
    work()
    retry_now(work)
    assert len(cards(waiting)) == 1
    assert card().ts == ""

    a_minute_passes()
    tasks.sweep(timestamp=0)
    work()
    assert len(cards(waiting)) == 2  # at least once; the ledger knows the second
    assert card().ts == cards(waiting)[1]["ts"]

    waiting.person("ana").click("campaign.approve", index=0)  # on the one it does not know
    work()
    assert [shown["text"].split(":")[0] for shown in cards(waiting)] == [
        "Approval needed",
        "Approved",
    ]


def sweep_after(minutes: float, work) -> None:
    a_minute_passes(minutes)
    tasks.sweep(timestamp=0)
    work()


def test_a_post_whose_answer_is_lost_is_made_again_after_a_minute(waiting, work):
    waiting.faults.drop("chat.postMessage", performed=True)
    work()
    retry_now(work)
    assert len(cards(waiting)) == 1
    sweep_after(1.1, work)

    assert len(cards(waiting)) == 2
    assert card().state == MessageState.POSTED


def test_a_post_that_never_gets_an_answer_is_not_made_for_ever(waiting, work):
    waiting.faults.drop("chat.postMessage", performed=True, times=100)
    work()
    for _ in range(20):
        sweep_after(2, work)
    assert len(cards(waiting)) == 2  # a minute, then four
    for _ in range(20):
        sweep_after(400, work)

    assert len(cards(waiting)) == messages.MOST_UNCLEAR_POSTS
    assert card().state == MessageState.FAILED


def test_an_older_drawing_that_reaches_slack_last_does_not_stay(waiting, work):
    work()
    waiting.person("ana").click("campaign.request_changes")
    waiting.person("ana").submit({"reason": "Shorter."})
    older = messages.start_drawing(message_id=card().pk)
    assert older is not None
    work()
    waiting.person("dana").click("campaign.revise", "app")
    waiting.person("dana").submit({"title": "Spring launch, second try"})
    a_minute_passes()  # the worker of the older one seems dead, but is only slow
    work()
    assert show(waiting) == "Replaced by version 2"

    must_be_drawn_again = delivery._draw(older)  # noqa: SLF001  # the worker wakes up
    assert show(waiting) == "Changes requested"
    assert must_be_drawn_again
    deliver()
    assert show(waiting) == "Replaced by version 2"


def test_updates_of_one_card_never_overtake_each_other(waiting, work):
    work()
    waiting.faults.delay("chat.update", 0.5)
    waiting.person("ana").click("campaign.approve")

    answers = at_once(deliver, deliver, deliver)
    assert answers == [None] * 3
    assert show(waiting) == "Approved"
    assert card().drawn_version == Campaign.objects.get().version


@pytest.mark.parametrize(
    "code", ["message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"]
)
def test_a_card_that_cannot_be_edited_is_posted_anew(waiting, work, code):
    work()
    old = card().ts
    waiting.faults.fail("chat.update", code, status=200)
    waiting.person("ana").click("campaign.approve")
    work()

    assert card().ts != old
    newest = cards(waiting)[-1]
    assert newest["text"].startswith("Approved")
    assert not [action for action in action_ids(newest) if action.startswith("campaign.")]


def test_a_card_that_somebody_deleted_is_posted_anew_with_the_decision(waiting, work):
    work()
    channel = waiting.channel("campaign-approvals")
    posted = channel.message(card().ts)
    waiting.person("ana").click("campaign.approve")
    slack_messages.remove(waiting.slack, channel, posted)
    work()

    assert show(waiting) == "Approved"


def test_an_archived_channel_is_told_to_the_requester_once_and_the_card_comes_when_it_opens(
    waiting, work
):
    waiting.channel("campaign-approvals").is_archived = True
    work()
    dana = waiting.person("dana")
    notice = [text for text in told(dana) if "is_archived" in text]
    assert len(notice) == 1
    assert "Choose another with `/campaign setup`" in notice[0]
    assert (card().state, card().last_error) == (MessageState.FAILED, "is_archived")

    a_minute_passes(11)
    tasks.sweep(timestamp=0)
    work()
    assert len([text for text in told(dana) if "is_archived" in text]) == 1

    waiting.channel("campaign-approvals").is_archived = False
    a_minute_passes(11)
    tasks.sweep(timestamp=0)
    work()
    assert show(waiting) == "Approval needed"
    assert (card().state, card().last_error) == (MessageState.POSTED, "")


def test_a_card_that_was_refused_goes_to_the_channel_that_is_chosen_then(waiting, work):
    waiting.channel("campaign-approvals").is_archived = True
    work()
    wanda = waiting.person("wanda")
    wanda.command("/campaign", "setup")
    assert wanda.submit({"approvals_channel": "campaigns"}).ok
    work()

    [posted] = [m for m in wanda.messages("campaigns") if "Approval needed" in m["text"]]
    assert posted["ts"] == card().ts
    waiting.person("ana").click("campaign.approve", "campaigns")
    assert Campaign.objects.get().status == "approved"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("channel_not_found", "invite it there"),
        ("not_in_channel", "invite it there"),
        ("restricted_action", "let apps post"),
        ("something_new", "Tell an admin of this workspace"),
    ],
)
def test_the_requester_hears_what_to_do_about_a_refusal(waiting, work, code, words):
    waiting.faults.fail("chat.postMessage", code, status=200)
    work()

    [notice] = [text for text in told(waiting.person("dana")) if code in text]
    assert words.lower() in notice.lower()


def test_slack_is_left_alone_for_as_long_as_it_asks(waiting, work):
    waiting.faults.fail("chat.postMessage", headers={"Retry-After": "7"})
    before = timezone.now()
    work()

    [job] = jobs_of("approvals.deliver_message")
    assert isinstance(job.scheduled_at, datetime)
    assert 6 <= (job.scheduled_at - before).total_seconds() <= 20
    assert (card().state, card().last_error) == (MessageState.WAITING, "ratelimited")
    assert cards(waiting) == []
    retry_now(work)
    assert show(waiting) == "Approval needed"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_slacks_own_trouble_passes(waiting, work, status):
    waiting.faults.fail("chat.postMessage", "internal_error", status=status, times=3)
    work()
    for _ in range(3):
        assert cards(waiting) == []
        sweep_after(100, work)

    assert show(waiting) == "Approval needed"
    assert len(cards(waiting)) == 1


def test_a_card_outlives_all_the_attempts_of_its_job(waiting, work):
    waiting.faults.fail("chat.postMessage", "service_unavailable", status=503, times=12)
    for _ in range(10):
        retry_now(work)
    assert jobs_of("approvals.deliver_message")[0].status == "failed"
    waiting.faults.clear()
    a_minute_passes()
    tasks.sweep(timestamp=0)
    work()

    assert show(waiting) == "Approval needed"


def test_a_revoked_token_keeps_the_campaign_and_a_new_one_posts_it(waiting, work, install):
    waiting.uninstall()
    work()
    assert (card().state, card().ts) == (MessageState.FAILED, "")
    assert Campaign.objects.get().status == "pending"

    install()
    work()
    assert show(waiting) == "Approval needed"


def test_what_slack_refused_while_the_app_was_gone_is_made_good_by_a_reinstall(
    waiting, work, install
):
    work()
    waiting.person("ana").click("campaign.approve")
    waiting.uninstall()
    work()
    assert show(waiting) == "Approval needed"

    install()
    work()
    assert show(waiting) == "Approved"


def test_the_sweep_finds_what_lost_its_wake_up(waiting, work):
    forget_jobs()
    work()
    tasks.sweep(timestamp=0)
    work()
    assert cards(waiting) == []  # it may still come

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        tasks.sweep(timestamp=0)
        work()
    assert show(waiting) == "Approval needed"


def test_the_sweep_finds_a_decision_whose_redraw_lost_its_wake_up(waiting, work):
    work()
    waiting.person("ana").click("campaign.approve")
    forget_jobs()
    a_minute_passes()
    tasks.sweep(timestamp=0)
    work()

    assert show(waiting) == "Approved"
    assert any("is approved" in text for text in told(waiting.person("dana")))


def test_a_sweep_with_nothing_to_do_queues_nothing(waiting, work):
    work()
    a_minute_passes()
    before = len(jobs_of("approvals.deliver_message"))
    tasks.sweep(timestamp=0)

    assert len(jobs_of("approvals.deliver_message")) == before


def test_an_outcome_is_told_once(waiting, work):
    work()
    waiting.person("ana").click("campaign.approve")
    work()
    outcome = PostedMessage.objects.get(kind=MessageKind.OUTCOME)
    tasks.deliver_message(message_id=outcome.pk)

    assert len([text for text in told(waiting.person("dana")) if "is approved" in text]) == 1


def test_groups_are_asked_again_only_where_somebody_waits_and_the_answer_is_old(waiting, work):
    work()
    before = len(jobs_of("approvals.sync_groups"))
    tasks.refresh_groups(timestamp=0)
    assert len(jobs_of("approvals.sync_groups")) == before + 1

    waiting.person("ana").click("campaign.approve")
    before = len(jobs_of("approvals.sync_groups"))
    tasks.refresh_groups(timestamp=0)
    assert len(jobs_of("approvals.sync_groups")) == before


def test_a_campaign_sent_while_slack_is_busy_is_not_lost(installed, work):
    installed.faults.fail("chat.postMessage", "ratelimited", times=2)
    send_campaign(installed, work)
    retry_now(work)
    retry_now(work)

    assert len(cards(installed)) == 1


def test_a_dead_token_marks_the_workspace_and_ends_the_calls(waiting, work, install):
    for token in waiting.state.tokens.values():
        token.ended = "account_inactive"  # and no event tells why
    work()
    assert Workspace.objects.get().state == WorkspaceState.NEEDS_REAUTH
    forget_jobs()
    tasks.refresh_groups(timestamp=0)
    a_minute_passes(60)
    tasks.sweep(timestamp=0)

    assert not ProcrastinateJob.objects.exists()
    install()
    assert Workspace.objects.get().state == WorkspaceState.ACTIVE


def test_slack_refusing_to_say_what_people_are_bars_nobody_who_was_known(waiting, work):
    work()
    Person.objects.update(synced_at=timezone.now() - timedelta(minutes=90))
    waiting.faults.fail("users.info", "missing_scope", status=200, times=100)
    tasks.refresh_groups(timestamp=0)
    waiting.person("olga").click("campaign.approve")  # asks about the group again
    work()
    waiting.person("ana").click("campaign.approve")

    assert Campaign.objects.get().status == "approved"


def test_an_approver_of_whom_slack_says_nothing_for_hours_decides_nothing(waiting, work):
    work()
    Person.objects.update(synced_at=timezone.now() - timedelta(minutes=121))
    waiting.person("ana").click("campaign.approve")

    assert Campaign.objects.get().status == "pending"
    work()
    waiting.person("ana").click("campaign.approve")
    assert Campaign.objects.get().status == "approved"


def test_one_person_slack_fails_about_does_not_hide_the_others(waiting, work):
    work()
    Person.objects.all().delete()
    waiting.faults.fail("users.info", "internal_error", status=500, times=1)
    with pytest.raises(TemporaryError):
        tasks.sync_groups(workspace_id=Workspace.objects.get().pk)

    assert Person.objects.count() == 1


def test_the_sweep_queues_a_message_once_however_often_it_runs(waiting, work):
    forget_jobs()
    a_minute_passes()
    for _ in range(3):
        tasks.sweep(timestamp=0)

    assert len(jobs_of("approvals.deliver_message")) == 1
