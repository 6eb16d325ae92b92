"""Draws the messages of a campaign from a snapshot. Pure."""

from typing import Any

from approvals.queries import CampaignCard, DecisionLine
from approvals.slack.blocks import (
    Block,
    actions,
    button,
    context,
    cut,
    cut_escaped,
    day,
    divider,
    fields,
    header,
    literal,
    mention,
    moment,
    money,
    passage,
    quote,
    section,
)
from approvals.slack.ids import ActionId, CampaignRef
from approvals.states import CampaignStatus, Verdict

Message = dict[str, Any]  # {"text": …, "blocks": […]}

HEADLINES = {
    CampaignStatus.PENDING: "Approval needed",
    CampaignStatus.APPROVED: "Approved",
    CampaignStatus.REJECTED: "Rejected",
    CampaignStatus.CHANGES_REQUESTED: "Changes requested",
}
PAST = {
    Verdict.APPROVE: "Approved",
    Verdict.REJECT: "Rejected",
    Verdict.REQUEST_CHANGES: "Changes requested",
}
# Characters; Slack refuses a message whose blocks have some 12,000 together:
# github.com/slackapi/bolt-js/issues/2509
REASONS_TOGETHER = 2000
ANSWERED_REASON = 600
TITLE_IN_TEXT = 120


def campaign_card(card: CampaignCard) -> Message:
    """Return the message in the approvals channel, with buttons while it waits."""
    return {
        "text": _summary(card),
        "blocks": [
            header(f"{_headline(card)}: {card.content.title}"),
            passage(card.content.brief),
            fields(
                ("Requested by", mention(card.requester_id)),
                ("Launch", day(card.content.launch_on)),
                ("Channels", cut_escaped(", ".join(card.content.channels), 300)),
                ("Budget", money(card.content.budget, card.content.currency)),
            ),
            *_asset(card),
            *_answers(card),
            divider(),
            *_progress(card),
            *_decision_buttons(card),
            context(_identity(card)),
        ],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def outcome_message(card: CampaignCard) -> Message:
    """Return the DM that tells the requester how it ended, with the next step."""
    title = f"*{literal(card.content.title, TITLE_IN_TEXT)}*"
    settling = card.settling
    lines = [f"{title} ({card.reference}) is {card.status.label}."]
    lines += [_decision_line(settling, REASONS_TOGETHER)] if settling else []
    return {
        "text": f"{card.reference} is {card.status.label}: "
        + cut_escaped(card.content.title, TITLE_IN_TEXT),
        "blocks": [
            section("\n".join(lines)),
            section(_next_step(card)),
            *_outcome_buttons(card),
            context(_identity(card)),
        ],
    }


def _summary(card: CampaignCard) -> str:
    """Return one sentence that stands alone on a phone's lock screen."""
    return (
        f"{_headline(card)}: {cut_escaped(card.content.title, TITLE_IN_TEXT)}, "
        f"version {card.revision}, from {mention(card.requester_id)}, "
        f"{money(card.content.budget, card.content.currency)}, "
        f"launch {day(card.content.launch_on)}"
    )


def _headline(card: CampaignCard) -> str:
    return f"Replaced by version {card.replaced_by}" if card.replaced_by else HEADLINES[card.status]


def _asset(card: CampaignCard) -> list[Block]:
    if not card.content.asset_url:
        return []
    return [
        actions(
            button(
                "Open the asset",
                ActionId.OPEN_LINK,
                _value(card),
                url=card.content.asset_url,
                label=cut(f"Open the asset of {card.content.title}", 75),
            )
        )
    ]


def _answers(card: CampaignCard) -> list[Block]:
    """Return what the version before was sent back for."""
    if card.answers is None:
        return []
    asked = f"Version {card.revision - 1} was sent back by {mention(card.answers.approver_id)}:"
    return [section(f"{asked}\n{quote(card.answers.reason, ANSWERED_REASON)}")]


def _progress(card: CampaignCard) -> list[Block]:
    """Return who has decided what, and who is waited for.

    Each line is a block of its own, which markup in a reason cannot leave.
    """
    reasons = sum(bool(decision.reason) for decision in card.decisions)
    shown = REASONS_TOGETHER // max(reasons, 1)
    lines = [_decision_line(decision, shown) for decision in card.decisions]
    if card.status is CampaignStatus.PENDING:
        so_far = f"{card.approvals} of {approvals(card.stage.quorum)}"
        lines.append(f"Waiting for {card.stage.group_mention} ({so_far})")
    return [section(line) for line in lines]


def approvals(count: int) -> str:
    return f"{count} approval" if count == 1 else f"{count} approvals"


def _decision_line(decision: DecisionLine, shown: int) -> str:
    """Return who decided what and when, with up to ``shown`` characters of the reason."""
    line = (
        f"*{PAST[decision.verdict]}* by {mention(decision.approver_id)}, "
        f"{moment(decision.decided_at)}"
    )
    if not decision.reason:
        return line
    return f"{line}\n{quote(decision.reason, shown)}"


def _decision_buttons(card: CampaignCard) -> list[Block]:
    if card.status is not CampaignStatus.PENDING:
        return []
    value = _value(card)
    return [
        actions(
            button("Approve", ActionId.APPROVE, value, style="primary"),
            button("Request changes", ActionId.REQUEST_CHANGES, value),
            button("Reject", ActionId.REJECT, value, style="danger"),
        )
    ]


def _identity(card: CampaignCard) -> str:
    return f"{card.reference} · version {card.revision} · code {card.code}"


def _next_step(card: CampaignCard) -> str:
    if card.replaced_by:
        return f"Version {card.replaced_by} has been sent since."
    match card.status:
        case CampaignStatus.APPROVED:
            return f"It is approved as version {card.revision}. A change needs a new campaign."
        case CampaignStatus.CHANGES_REQUESTED:
            return "Change what was asked for, then send the new version. It is decided afresh."
        case _:
            return "You can send it again as a new campaign with `/campaign`."


def _outcome_buttons(card: CampaignCard) -> list[Block]:
    buttons = []
    if card.status is CampaignStatus.CHANGES_REQUESTED and not card.replaced_by:
        revise = button("Edit and resubmit", ActionId.REVISE, _value(card), style="primary")
        buttons.append(revise)
    if card.permalink:
        show = button("See it in the channel", ActionId.OPEN_LINK, _value(card), url=card.permalink)
        buttons.append(show)
    return [actions(*buttons)] if buttons else []


def _value(card: CampaignCard) -> str:
    return CampaignRef(card.reference, card.revision).dump()
