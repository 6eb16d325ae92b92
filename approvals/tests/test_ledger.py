"""The delivery ledger: one worker draws a message at a time, and the newest state ends on top."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from approvals import tasks
from approvals.effects import Effect
from approvals.models import Campaign, MessageKind, MessageState, PostedMessage
from approvals.services import messages
from approvals.services.messages import Drawing
from approvals.states import CampaignStatus, Verdict
from approvals.tests.factories import (
    ANA,
    BEN,
    CHANNEL_ID,
    at_once,
    decide,
    queued,
    revise,
    set_up,
    submit,
)
from installations.models import WorkspaceState


def card_of(campaign: Campaign) -> PostedMessage:
    return campaign.messages.get(kind=MessageKind.CARD)


def start(message: PostedMessage) -> Drawing | None:
    return messages.start_drawing(message_id=message.pk)


def begin(message: PostedMessage) -> Drawing:
    drawing = start(message)
    assert drawing is not None
    return drawing


def finish(drawing: Drawing, ts: str = "1.1") -> bool:
    return messages.finish_drawing(drawing=drawing, channel_id=CHANNEL_ID, ts=ts)


def posted(campaign: Campaign) -> PostedMessage:
    finish(begin(card_of(campaign)))
    return card_of(campaign)


def overdue() -> list[PostedMessage]:
    return list(messages.overdue())


def later(**passed: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**passed), tick=False)


def test_a_message_is_drawn_once_for_each_state(workspace):
    message = card_of(submit(workspace))
    drawing = begin(message)

    assert start(message) is None  # another worker has it
    assert finish(drawing) is False
    assert start(message) is None  # nothing has changed
    message.refresh_from_db()
    assert (message.state, message.ts, message.drawn_version) == (MessageState.POSTED, "1.1", 1)


def test_workers_that_start_in_the_same_instant_get_one_drawing(committed):
    for number in range(10):
        message = card_of(submit(committed, key=str(number)))
        drawings = at_once(*[partial(start, message)] * 3)

        assert sum(isinstance(drawing, Drawing) for drawing in drawings) == 1
        assert drawings.count(None) == 2


def test_a_decision_while_the_card_is_posted_is_drawn_by_the_same_worker(unset):
    set_up(unset, quorum=2)
    campaign = submit(unset)
    drawing = begin(card_of(campaign))
    decide(campaign, ANA)

    assert start(card_of(campaign)) is None
    assert finish(drawing) is True
    again = begin(card_of(campaign))
    assert (again.ts, again.card.version, len(again.card.decisions)) == ("1.1", 2, 1)
    assert finish(again) is False


def test_two_updates_are_never_on_their_way_together(unset):
    set_up(unset, quorum=2)
    campaign = submit(unset)
    message = posted(campaign)
    decide(campaign, ANA)
    first = begin(message)
    decide(campaign, BEN)

    assert start(message) is None
    assert finish(first) is True
    assert begin(message).card.status is CampaignStatus.APPROVED


def test_an_older_drawing_that_finishes_last_is_drawn_over(unset):
    set_up(unset, quorum=2)
    campaign = submit(unset)
    message = posted(campaign)
    decide(campaign, ANA)
    older = begin(message)
    with later(seconds=61):  # the worker was thought dead
        decide(campaign, BEN)
        newer = begin(message)

        assert finish(newer) is False
        assert finish(older) is True
        assert begin(message).card.status is CampaignStatus.APPROVED


def test_a_worker_that_died_is_replaced_after_a_minute(workspace):
    message = card_of(submit(workspace))
    begin(message)

    with later(seconds=59):
        assert start(message) is None
        assert overdue() == []
    with later(seconds=61):
        assert overdue() == [message]
        assert begin(message).ts == ""


def test_a_temporary_failure_lets_the_next_attempt_start_at_once(workspace):
    message = card_of(submit(workspace))
    messages.postpone_drawing(drawing=begin(message), error="ratelimited")

    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.WAITING, "ratelimited")
    assert finish(begin(message)) is False


def test_a_temporary_failure_of_an_update_lets_the_next_attempt_start_at_once(workspace):
    campaign = submit(workspace)
    message = posted(campaign)
    decide(campaign, ANA)
    messages.postpone_drawing(drawing=begin(message), error="503")

    message.refresh_from_db()
    assert (message.state, message.ts) == (MessageState.POSTED, "1.1")
    with later(seconds=61):
        assert message in overdue()
    assert begin(message).ts == "1.1"


def test_a_place_that_is_lost_is_posted_anew(workspace):
    campaign = submit(workspace)
    message = posted(campaign)
    decide(campaign, ANA)
    messages.forget_place(drawing=begin(message))

    drawing = begin(message)
    assert drawing.ts == ""
    finish(drawing, ts="2.2")
    assert card_of(campaign).ts == "2.2"


def test_a_refusal_is_news_once(workspace):
    message = card_of(submit(workspace))

    assert messages.give_up(drawing=begin(message), error="is_archived") is True
    assert messages.give_up(drawing=begin(message), error="is_archived") is False
    assert messages.give_up(drawing=begin(message), error="not_in_channel") is True
    message.refresh_from_db()
    assert (message.state, message.last_error) == (MessageState.FAILED, "not_in_channel")


def test_a_decision_after_a_refusal_is_drawn(workspace):
    campaign = submit(workspace)
    messages.give_up(drawing=begin(card_of(campaign)), error="is_archived")
    decide(campaign, ANA)

    assert begin(card_of(campaign)).card.status is CampaignStatus.APPROVED


def test_what_was_refused_is_tried_again_every_ten_minutes_for_a_week(workspace):
    message = card_of(submit(workspace))
    messages.give_up(drawing=begin(message), error="not_in_channel")

    with later(minutes=9):
        assert overdue() == []
    with later(minutes=11):
        assert overdue() == [message]
    with later(days=8):
        assert overdue() == []


def test_nothing_is_tried_where_the_app_is_not_welcome(workspace):
    message = card_of(submit(workspace))
    messages.give_up(drawing=begin(message), error="token_revoked")
    workspace.state = WorkspaceState.NEEDS_REAUTH
    workspace.save()

    with later(minutes=11):
        assert overdue() == []
        workspace.state = WorkspaceState.ACTIVE
        workspace.save()
        assert overdue() == [message]


def test_what_slack_shows_is_not_overdue(workspace):
    campaign = submit(workspace)
    posted(campaign)
    decide(campaign, ANA)
    finish(begin(card_of(campaign)))
    finish(begin(campaign.messages.get(kind=MessageKind.OUTCOME)), ts="3.3")

    with later(hours=2):
        assert overdue() == []


@pytest.mark.parametrize(
    ("_case", "decided", "state", "tried"),
    [
        ("a card that is waited for", False, MessageState.WAITING, True),
        ("a card of a settled campaign", True, MessageState.WAITING, False),
        ("a card that shows something old", True, MessageState.POSTED, True),
    ],
)
def test_after_a_day_only_what_matters_is_still_tried(workspace, _case, decided, state, tried):
    campaign = submit(workspace)
    if decided:
        decide(campaign, ANA)
    campaign.messages.filter(kind=MessageKind.CARD).update(state=state)

    with later(hours=25):
        assert (card_of(campaign) in overdue()) is tried


def test_the_sweep_queues_what_lost_its_wake_up_the_longest_waiting_first(workspace):
    first, second = (card_of(submit(workspace, key=key)) for key in "12")
    PostedMessage.objects.filter(pk=first.pk).update(
        attempted_at=timezone.now(), state=MessageState.SENDING
    )
    before = len(queued(Effect.DELIVER_MESSAGE))
    with later(seconds=61):
        tasks.sweep(timestamp=0)

    swept = [job["message_id"] for job in queued(Effect.DELIVER_MESSAGE)[before:]]
    assert swept == [second.pk, first.pk]


def test_an_outcome_stays_with_the_version_it_told_of(workspace):
    campaign = submit(workspace)
    decide(campaign, ANA, Verdict.REQUEST_CHANGES, reason="Shorter.")
    outcome = campaign.messages.get(kind=MessageKind.OUTCOME)
    finish(begin(outcome))
    revise(campaign, title="Second try")
    card = begin(outcome).card

    assert (card.status, card.revision, card.replaced_by) == ("changes_requested", 1, 2)
    assert card.content.title == "Spring launch e-mail"
    assert card.settling is not None
    assert card.settling.reason == "Shorter."


def test_a_new_version_has_a_card_of_its_own(workspace):
    campaign = submit(workspace)
    posted(campaign)
    decide(campaign, ANA, Verdict.REQUEST_CHANGES, reason="Shorter.")
    revise(campaign, title="Second try")
    old, new = (
        begin(campaign.messages.get(kind=MessageKind.CARD, revision_number=number)).card
        for number in (1, 2)
    )

    assert (old.status, old.revision, old.replaced_by) == ("changes_requested", 1, 2)
    assert (new.status, new.revision, new.replaced_by) == ("pending", 2, 0)
    assert new.decisions == ()


def test_a_replaced_card_is_retired_once_it_says_so(workspace):
    campaign = submit(workspace)
    message = posted(campaign)
    decide(campaign, ANA, Verdict.REQUEST_CHANGES, reason="Shorter.")
    revise(campaign)

    assert finish(begin(message)) is False
    message.refresh_from_db()
    assert message.state == MessageState.RETIRED
    assert start(message) is None


def test_a_card_that_was_replaced_before_it_was_posted_is_not_posted(workspace):
    campaign = submit(workspace)
    decide(campaign, ANA, Verdict.REQUEST_CHANGES, reason="Shorter.")
    revise(campaign)
    card = campaign.messages.get(kind=MessageKind.CARD, revision_number=1)

    assert start(card) is None
    card.refresh_from_db()
    assert card.state == MessageState.RETIRED


def test_drawing_races_with_decisions_and_the_newest_state_is_drawn_last(committed):
    set_up(committed, quorum=2)
    for number in range(10):
        campaign = submit(committed, key=f"V{number}")
        message = posted(campaign)
        shown: list[int] = []
        draw = partial(_draw_until_done, message, shown)
        answers = at_once(
            partial(_then, partial(decide, campaign, ANA), draw),
            partial(_then, partial(decide, campaign, BEN), draw),
            draw,
        )

        assert answers == [None] * 3
        message.refresh_from_db()
        assert (message.state, message.drawn_version) == (MessageState.POSTED, 3)
        assert shown == sorted(shown)
        assert shown[-1] == 3


def _then(first: Callable[[], object], second: Callable[[], object]) -> None:
    first()
    second()


def _draw_until_done(message: PostedMessage, shown: list[int]) -> None:
    """Do what the task does, with a list for Slack."""
    while (drawing := start(message)) is not None:
        shown.append(drawing.card.version)
        if not finish(drawing):
            return
