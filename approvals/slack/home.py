"""Draws the App Home. Pure."""

from collections.abc import Iterable

from approvals.queries import CampaignLine, HomePage
from approvals.slack.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    day,
    divider,
    header,
    literal,
    mention,
    money,
    section,
)
from approvals.slack.ids import ActionId
from approvals.slack.messages import HEADLINES, approvals
from approvals.states import CampaignStatus

TITLE_SHOWN = 120  # characters
NOT_SET_UP = (
    "*Countersign does not know yet who approves campaigns here.*\n"
    "An admin of this workspace can say so with `/campaign setup`."
)
LABELS = HEADLINES | {CampaignStatus.PENDING: "Waiting"}


def home_view(page: HomePage) -> View:
    """Return one person's Home."""
    return {
        "type": "home",
        "blocks": [
            *_setup(page),
            header(f"Waiting for you ({len(page.waiting)})"),
            *_waiting(page.waiting),
            divider(),
            header("Sent by you"),
            *_listed(page.sent, "Nothing yet. *New campaign* sends your first one."),
            divider(),
            header("Recently decided by you"),
            *_listed(page.decided, "Nothing yet."),
            divider(),
            _links(page.site_url),
        ],
    }


def _links(site_url: str) -> Block:
    """Return where to get help; Slack's Marketplace wants it on every Home."""
    pages = {"Get help": "support", "Privacy": "privacy", "Security": "security"}
    return context(" · ".join(f"<{site_url}/{path}|{name}>" for name, path in pages.items()))


def _setup(page: HomePage) -> list[Block]:
    new = button("New campaign", ActionId.NEW, "new", style="primary")
    change = button("Change who approves", ActionId.SET_UP, "set_up")
    if page.setup is None:
        return [section(NOT_SET_UP), *([actions(change)] if page.may_set_up else []), divider()]
    rule = (
        f"<!subteam^{page.setup.usergroup_id}> approve in <#{page.setup.channel_id}>, "
        f"{approvals(page.setup.quorum)} needed."
    )
    return [actions(new, *([change] if page.may_set_up else [])), context(rule), divider()]


def _waiting(lines: Iterable[CampaignLine]) -> list[Block]:
    drawn = [_line(line, "Review") for line in lines]
    return drawn or [section("Nothing waits for you. New requests show up here.")]


def _listed(lines: Iterable[CampaignLine], empty: str) -> list[Block]:
    return [_line(line, "Open") for line in lines] or [section(empty)]


def _line(line: CampaignLine, verb: str) -> Block:
    """Return one campaign, with a button to its card once that is posted."""
    text = (
        f"*{literal(line.title, TITLE_SHOWN)}*\n"
        f"{LABELS[line.status]} · {line.reference} · from {mention(line.requester_id)} · "
        f"{money(line.budget, line.currency)} · launch {day(line.launch_on)}"
    )
    if not line.permalink:
        return section(text)
    label = f"{verb} {line.reference}"
    open_card = button(verb, ActionId.OPEN_LINK, line.reference, url=line.permalink, label=label)
    return section(text, accessory=open_card)
