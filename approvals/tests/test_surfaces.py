"""What people see: every surface against its golden file, and within Slack's limits.

``REWRITE_GOLDEN=1 pytest approvals/tests/test_surfaces.py`` writes the files anew; read the diff.
"""

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from approvals.content import short_code
from approvals.policies import Stage
from approvals.queries import CampaignCard, CampaignLine, DecisionLine, HomePage, Setup
from approvals.slack import blocks, home, messages, modals, notices
from approvals.states import CampaignStatus, Verdict
from approvals.tests.factories import (
    ANA,
    BEN,
    CHANNEL_ID,
    GROUP_ID,
    REQUESTER,
    make_content,
)
from sandbox.limits import UPDATED_TEXT, require_message_blocks, require_text, require_view

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 10, 1, 12, 2, tzinfo=UTC)
CARD_URL = "https://northwind.slack.com/archives/C0APPROVALS/p1790000000000001"
BLOCKS_TOGETHER = 12_000  # characters; github.com/slackapi/bolt-js/issues/2509
SETUP = Setup(GROUP_ID, "campaign-approvers", 2, CHANNEL_ID, 3)
YES, NO, BACK = Verdict.APPROVE, Verdict.REJECT, Verdict.REQUEST_CHANGES

# As long as the forms let it be, of what is hard to show
NASTY = "<!channel> & <@U1> *b* `c` \u202e שלום مرحبا 👩‍👩‍👧‍👦 "
HARD = make_content(
    title=(NASTY * 9)[: modals.TITLE_LIMIT],
    brief=("&<>" * 900)[: modals.BRIEF_LIMIT],
    channels=modals.CHANNELS,
    budget=Decimal("1000000000.00"),
    asset_url="https://a.example/" + "x" * (modals.URL_LIMIT - 18),
)


def decided(by: str, verdict: Verdict, reason: str = "", *, minutes: int = 0) -> DecisionLine:
    return DecisionLine(by, verdict, reason, AT + timedelta(minutes=minutes))


def card(status: str = "pending", *decisions: DecisionLine, **changes) -> CampaignCard:
    content = changes.pop("content", make_content())
    values = {
        "reference": "C-2026-0042",
        "revision": 1,
        "version": 1 + len(decisions),
        "status": CampaignStatus(status),
        "requester_id": REQUESTER,
        "content": content,
        "code": short_code(content.fingerprint()),
        "stage": Stage("Campaign approval", GROUP_ID, quorum=2),
        "decisions": decisions,
        "submitted_at": AT,
    }
    return CampaignCard(**{**values, **changes})


def line(number: int, **changes) -> CampaignLine:
    values = {
        "reference": f"C-2026-{number:04}",
        "revision": 1,
        "title": f"Campaign {number} & more",
        "status": CampaignStatus.PENDING,
        "requester_id": REQUESTER,
        "launch_on": date(2027, 3, number),
        "budget": Decimal(1000 * number),
        "currency": "EUR",
        "permalink": f"https://northwind.slack.com/archives/{CHANNEL_ID}/p1790000000{number:06}",
    }
    return CampaignLine(**{**values, **changes})


def drawn_home(*, setup: Setup | None = SETUP, lines: int = 0, may_set_up: bool = False, **changes):
    listed = tuple(line(number, **changes) for number in range(1, lines + 1))
    return home.home_view(HomePage(listed, listed, listed, setup, may_set_up, SITE))


SITE = "https://approvals.example.com"
REASON = "Add the risk line.\nThen <!here> send it again & I will look."
PENDING = card()
APPROVED = card("approved", decided(ANA, YES), decided(BEN, YES, minutes=3))
REJECTED = card("rejected", decided(ANA, YES), decided(BEN, NO, "Claim not substantiated."))
SENT_BACK = card("changes_requested", decided(ANA, BACK, REASON))
REVISED = card(
    revision=2,
    version=3,
    content=make_content(title="Spring launch, second try"),
    answers=decided(ANA, BACK, REASON),
)
STATUSES = tuple(CampaignStatus)
GROUP_OPTION = blocks.option("@campaign-approvers · 2 people", GROUP_ID)

MESSAGES = {
    "card_pending": messages.campaign_card(PENDING),
    "card_partly_approved": messages.campaign_card(card("pending", decided(ANA, YES))),
    "card_approved": messages.campaign_card(APPROVED),
    "card_rejected": messages.campaign_card(REJECTED),
    "card_changes_requested": messages.campaign_card(SENT_BACK),
    "card_revised": messages.campaign_card(REVISED),
    "card_replaced": messages.campaign_card(replace(SENT_BACK, replaced_by=2)),
    "card_without_asset": messages.campaign_card(card(content=make_content(asset_url=""))),
    "outcome_approved": messages.outcome_message(replace(APPROVED, permalink=CARD_URL)),
    "outcome_rejected": messages.outcome_message(REJECTED),
    "outcome_changes_requested": messages.outcome_message(replace(SENT_BACK, permalink=CARD_URL)),
    "outcome_replaced": messages.outcome_message(replace(SENT_BACK, replaced_by=2)),
    "notice_help": notices.help_message(),
    "notice_help_unknown": notices.help_message(typed="payload &lt;trailer&gt; &amp; more"),
    "notice_list": notices.campaign_list((line(1), line(2)), (line(3),)),
    "notice_list_empty": notices.campaign_list((), ()),
    "notice_welcome_ready": notices.welcome(SETUP),
    "notice_welcome_not_set_up": notices.welcome(None),
    "notice_card_not_posted": {"text": notices.card_not_posted(PENDING, CHANNEL_ID, "is_archived")},
    "notice_card_not_posted_unknown": {
        "text": notices.card_not_posted(PENDING, CHANNEL_ID, "something_new")
    },
    "notice_sent": {"text": notices.sent("C-2026-0042", "Spring *launch*", SETUP)},
    "notice_set_up_saved": {"text": notices.set_up_saved(SETUP)},
    "notice_too_slow": {"text": notices.too_slow()},
    "notice_access_lost": {"text": notices.access_lost(SITE)},
    "notice_renew_access": notices.renew_access(SITE),
    "notice_renew_search": notices.renew_search(f"{SITE}/slack/connect"),
}
VIEWS = {
    "modal_new": modals.new_campaign(SETUP, asked_in="C0GENERAL"),
    "modal_revise": modals.revise_campaign(SENT_BACK),
    "modal_request_changes": modals.request_changes(PENDING),
    "modal_reject": modals.reject(PENDING),
    "modal_set_up_empty": modals.set_up(None, None),
    "modal_set_up_filled": modals.set_up(SETUP, GROUP_OPTION),
    "modal_refused": modals.refused("Not recorded", "Only members of <!subteam^S1> can decide."),
    "home_empty": drawn_home(),
    "home_of_admin": drawn_home(may_set_up=True),
    "home_full": drawn_home(lines=10),
    "home_unposted": drawn_home(lines=1, permalink=""),
    "home_hostile_title": drawn_home(lines=1, title="A *b* `c` _d_ ~e~ <!channel> \u202e f"),
    "home_not_set_up": drawn_home(setup=None),
    "home_not_set_up_for_admin": drawn_home(setup=None, may_set_up=True),
}

REASONS = ("\n" * 3 + "&" * 996, "x" + "\n" * 998 + "y", ("```<!channel>" * 90)[:1000])
CROWD = [
    decided(f"U{number:010}", verdict, REASONS[number % 3], minutes=number)
    for number, verdict in enumerate([NO] * 19 + [BACK])
]
HARD_LINE: dict[str, Any] = {
    "title": HARD.title,
    "budget": HARD.budget,
    "requester_id": "U" + "1" * 20,
}
HARD_LINES = tuple(line(number, **HARD_LINE) for number in range(1, 11))
WORST_MESSAGES = {
    **{
        f"card {status} of {name}": messages.campaign_card(
            card(status, *decisions, content=HARD, reference="C-2026-999999999", revision=999999)
        )
        for status in STATUSES
        for name, decisions in {"twenty": CROWD, "one": CROWD[-1:], "none": []}.items()
    },
    **{
        f"outcome {status} {index}": messages.outcome_message(
            card(status, decided(ANA, BACK, reason), content=HARD)
        )
        for status in STATUSES
        for index, reason in enumerate(REASONS)
    },
    "list": notices.campaign_list(HARD_LINES, HARD_LINES),
    "help": notices.help_message(typed=NASTY * 50),
}
WORST_VIEWS = {
    **{
        f"revise {index}": modals.revise_campaign(
            card("changes_requested", decided(ANA, BACK, reason), content=HARD)
        )
        for index, reason in enumerate(REASONS)
    },
    "reject": modals.reject(card(content=HARD)),
    "request changes": modals.request_changes(card(content=HARD)),
    "home": drawn_home(lines=10, may_set_up=True, **HARD_LINE),
}


def characters(value: object) -> int:
    """Return how many characters of text are in a structure of blocks."""
    if isinstance(value, dict):
        inner = sum(characters(item) for name, item in value.items() if name != "text")
        text = value.get("text")
        return inner + (len(text) if isinstance(text, str) else characters(text))
    return sum(characters(item) for item in value) if isinstance(value, list) else 0


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_a_surface_is_as_its_golden_file(name):
    drawn = json.dumps({**MESSAGES, **VIEWS}[name], indent=2, ensure_ascii=False) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("REWRITE_GOLDEN"):
        path.write_text(drawn)

    assert path.read_text() == drawn


def test_no_golden_file_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*")} == {*MESSAGES, *VIEWS}


@pytest.mark.parametrize("message", [*MESSAGES.values(), *WORST_MESSAGES.values()])
def test_slack_would_take_the_message(message):
    for block in Block.parse_all(message.get("blocks", [])):
        block.to_dict()  # raises where the SDK knows a limit
    require_message_blocks(message.get("blocks", []))
    require_text(message["text"], UPDATED_TEXT)

    assert message["text"]
    assert characters(message.get("blocks", [])) < BLOCKS_TOGETHER - 2000  # room for containers


@pytest.mark.parametrize("view", [*VIEWS.values(), *WORST_VIEWS.values()])
def test_slack_would_take_the_view(view):
    View(**view).to_dict()

    require_view(view, "modal", "home")


@pytest.mark.parametrize("message", WORST_MESSAGES.values(), ids=WORST_MESSAGES)
def test_nothing_that_people_write_becomes_markup(message):
    shown = [message["text"], *markup(message.get("blocks", []))]

    assert not [text for text in shown if "<!channel>" in text or "<@U1>" in text]
    assert not [text for text in shown if "\u202e" in text]


def markup(value: object) -> list[str]:
    """Return the mrkdwn texts in a structure of blocks."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for item in value.values() for text in markup(item)]
    return [text for item in value for text in markup(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("status", STATUSES)
def test_buttons_are_there_while_it_waits_and_only_then(status):
    drawn = json.dumps(messages.campaign_card(card(status, decided(ANA, YES))))

    assert ('"campaign.approve"' in drawn) is (status is CampaignStatus.PENDING)
    assert ('"campaign.reject"' in drawn) is (status is CampaignStatus.PENDING)


def test_a_button_names_campaign_and_revision_and_nothing_else():
    drawn = messages.campaign_card(REVISED)["blocks"]
    values = {element["value"] for block in drawn for element in block.get("elements", [])[:3]
              if "value" in element}  # fmt: skip

    assert values == {"campaign_C-2026-0042_r2"}


def test_an_approver_reads_the_whole_brief():
    [brief] = [
        block["text"]
        for block in messages.campaign_card(card(content=HARD))["blocks"]
        if block.get("text", {}).get("text", "").startswith("&<>")
    ]

    assert brief == blocks.plain(HARD.brief)


def test_the_requester_reads_the_whole_reason():
    reason = "Because of this. " * 58
    told = messages.outcome_message(card("rejected", decided(BEN, NO, reason)))

    assert reason.strip() in str(told["blocks"])


def test_a_reason_stays_in_a_block_of_its_own():
    shown = messages.campaign_card(card("pending", *CROWD[:3]))["blocks"]
    fenced = [block for block in shown if "```" in str(block)]

    assert len(fenced) == 1
    assert "Waiting for" not in str(fenced)


def test_summaries_of_different_statuses_differ():
    drawn = sorted(messages.campaign_card(card(status))["text"] for status in STATUSES)

    assert all(one != other for one, other in pairwise(drawn))
