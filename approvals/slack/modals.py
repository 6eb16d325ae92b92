"""Draws the forms. Pure."""

from collections.abc import Sequence

from approvals.content import CampaignContent
from approvals.queries import CampaignCard, Setup
from approvals.slack.blocks import (
    Block,
    Element,
    View,
    context,
    cut_escaped,
    input_block,
    money,
    option,
    options,
    plain,
    quote,
    section,
)
from approvals.slack.ids import CallbackId, CampaignRef, Field

TITLE_LIMIT = 120  # characters, so that the card's header keeps all of it
BRIEF_LIMIT = 2500
REASON_LIMIT = 1000
REASON_SHOWN = 2500  # escaped and quoted
URL_LIMIT = 1500
MOST_APPROVALS = 20
CHANNELS = (
    "Email",
    "Paid social",
    "Organic social",
    "Paid search",
    "Display",
    "Website",
    "Video",
    "TV and radio",
    "Out of home",
    "Print",
    "Press",
    "Events",
    "Partners",
    "Influencers",
)
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "JPY", "INR")


def new_campaign(setup: Setup, *, asked_in: str = "") -> View:
    """Return the empty form; says who will decide, and where.

    ``asked_in`` is the channel in which the requester gets the receipt.
    """
    who = f"<!subteam^{setup.usergroup_id}>"
    intro = context(f"{who} decide in <#{setup.channel_id}>. You cannot approve it yourself.")
    view = _modal(CallbackId.NEW, "New campaign", "Send", [intro, *_campaign_inputs(None)])
    return view | {"private_metadata": asked_in}


def revise_campaign(card: CampaignCard) -> View:
    """Return the form filled with the revision that needs changes."""
    asked = card.settling
    reason = asked.reason if asked else ""
    intro = (
        section(f"*What was asked for*\n{quote(reason, REASON_SHOWN)}")
        if reason
        else context(card.reference)
    )
    blocks = [intro, *_campaign_inputs(card.content)]
    return _modal(CallbackId.REVISE, "New version", "Send", blocks, ref=_ref(card))


def request_changes(card: CampaignCard) -> View:
    reason = _reason_input(
        "What has to change?", "The requester sees this and sends a new version."
    )
    blocks = [_decided_on(card), reason]
    return _modal(
        CallbackId.REQUEST_CHANGES, "Request changes", "Send back", blocks, ref=_ref(card)
    )


def reject(card: CampaignCard) -> View:
    reason = _reason_input("Why is it rejected?", "The requester sees this. It is final.")
    return _modal(
        CallbackId.REJECT, "Reject campaign", "Reject", [_decided_on(card), reason], ref=_ref(card)
    )


def set_up(setup: Setup | None, group: Element | None) -> View:
    """Return the form that says who approves; ``group`` is the option chosen now, if any."""
    words = "Campaigns sent from now on follow this. Those already waiting keep their rules."
    blocks = [
        section(words),
        _group_input(group),
        _channel_input(setup.channel_id if setup else ""),
        _quorum_input(setup.quorum if setup else 1),
    ]
    return _modal(CallbackId.SET_UP, "Set up approvals", "Save", blocks)


def refused(title: str, words: str) -> View:
    """Return the view that replaces a form when a rule says no."""
    return {
        "type": "modal",
        "title": plain(title),
        "close": plain("Close"),
        "blocks": [section(words)],
    }


def _modal(
    callback_id: CallbackId,
    title: str,
    submit: str,
    blocks: Sequence[Block],
    *,
    ref: CampaignRef | None = None,
) -> View:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "submit": plain(submit),
        "close": plain("Cancel"),
        "private_metadata": ref.dump() if ref else "",
        "blocks": list(blocks),
    }


def _campaign_inputs(content: CampaignContent | None) -> list[Block]:
    """Return the seven inputs of a campaign, filled with ``content`` if given."""
    return [*_what(content), *_how_much(content), *_when_and_where(content)]


def _what(content: CampaignContent | None) -> list[Block]:
    title: Element = {"type": "plain_text_input", "max_length": TITLE_LIMIT}
    brief: Element = {"type": "plain_text_input", "multiline": True, "max_length": BRIEF_LIMIT}
    channels: Element = {"type": "multi_static_select", "options": options(CHANNELS)}
    return [
        input_block(
            Field.TITLE, "Title", _chosen(title, "initial_value", content and content.title)
        ),
        input_block(
            Field.BRIEF,
            "Brief",
            _chosen(brief, "initial_value", content and content.brief),
            hint="What it says, to whom, and what an approver should look at.",
        ),
        input_block(
            Field.CHANNELS,
            "Channels",
            _chosen(channels, "initial_options", content and options(content.channels)),
        ),
    ]


def _how_much(content: CampaignContent | None) -> list[Block]:
    budget: Element = {"type": "number_input", "is_decimal_allowed": True, "min_value": "0"}
    amount = content and f"{content.budget:.2f}".removesuffix(".00")
    currency = content.currency if content else CURRENCIES[0]
    return [
        input_block(Field.BUDGET, "Budget", _chosen(budget, "initial_value", amount)),
        input_block(
            Field.CURRENCY,
            "Currency",
            {
                "type": "static_select",
                "options": options(CURRENCIES),
                "initial_option": option(currency, currency),
            },
        ),
    ]


def _when_and_where(content: CampaignContent | None) -> list[Block]:
    launch: Element = {"type": "datepicker"}
    asset: Element = {"type": "url_text_input"}
    launch_on = content and content.launch_on.isoformat()
    return [
        input_block(Field.LAUNCH_ON, "Launch date", _chosen(launch, "initial_date", launch_on)),
        input_block(
            Field.ASSET_URL,
            "Link to the asset",
            _chosen(asset, "initial_value", content and content.asset_url),
            hint="Where approvers can see it. Starts with https://",
            optional=True,
        ),
    ]


def _chosen(element: Element, name: str, value: object) -> Element:
    return element | ({name: value} if value else {})


def _group_input(group: Element | None) -> Block:
    search: Element = {"type": "external_select", "min_query_length": 0}
    return input_block(
        Field.APPROVER_GROUP,
        "Who approves?",
        _chosen(search, "initial_option", group),
        hint="A user group of this workspace. Its members decide.",
    )


def _channel_input(channel_id: str) -> Block:
    channels = {"include": ["public", "private"], "exclude_bot_users": True}
    select: Element = {"type": "conversations_select", "filter": channels}
    return input_block(
        Field.APPROVALS_CHANNEL,
        "Where are campaigns posted?",
        _chosen(select, "initial_conversation", channel_id),
        hint="Invite Countersign first if the channel is private.",
    )


def _quorum_input(quorum: int) -> Block:
    number: Element = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": str(MOST_APPROVALS),
        "initial_value": str(quorum),
    }
    return input_block(Field.QUORUM, "How many approvals are needed?", number)


def _reason_input(label: str, hint: str) -> Block:
    element = {"type": "plain_text_input", "multiline": True, "max_length": REASON_LIMIT}
    return input_block(Field.REASON, label, element, hint=hint)


def _decided_on(card: CampaignCard) -> Block:
    return section(
        f"*{cut_escaped(card.content.title, TITLE_LIMIT)}*\n"
        f"{card.reference} · version {card.revision} · code {card.code} · "
        f"{money(card.content.budget, card.content.currency)}"
    )


def _ref(card: CampaignCard) -> CampaignRef:
    return CampaignRef(card.reference, card.revision)
