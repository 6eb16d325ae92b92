"""Draws the App Home. Pure."""

from collections.abc import Iterable

from approvals.queries import CampaignLine, HomePage
from approvals.slack.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    cut_escaped,
    day,
    divider,
    header,
    mention,
    money,
    section,
)
from approvals.slack.ids import ActionId
from approvals.slack.messages import HEADLINES
from approvals.states import CampaignStatus

TITLE_SHOWN = 120  # characters
LABELS = HEADLINES | {CampaignStatus.PENDING: "Waiting"}


def home_view(page: HomePage, *, viewer_id: str, client_url: str) -> View:
    """Return one person's Home; ``client_url`` is the workspace's address in a browser."""
    return {
        "type": "home",
        "blocks": [
            *_setup(page, viewer_id),
            header(f"Waiting for you ({len(page.waiting)})"),
            *_waiting(page.waiting, client_url),
            divider(),
            header("Sent by you"),
            *_listed(page.sent, client_url, "Nothing yet. *New campaign* sends your first one."),
            divider(),
            header("Recently decided by you"),
            *_listed(page.decided, client_url, "Nothing yet."),
        ],
    }


def _setup(page: HomePage, viewer_id: str) -> list[Block]:
    new = button("New campaign", ActionId.NEW, "new", style="primary")
    change = button("Change who approves", ActionId.SET_UP, "set_up")
    may_change = viewer_id == page.installer_id
    if page.setup is None:
        words = not_set_up(page.installer_id)
        return [section(words), *([actions(change)] if may_change else []), divider()]
    rule = (
        f"<!subteam^{page.setup.usergroup_id}> approve in <#{page.setup.channel_id}>, "
        f"{page.setup.quorum} needed."
    )
    return [actions(new, *([change] if may_change else [])), context(rule), divider()]


def not_set_up(installer_id: str) -> str:
    """Return what to do in a workspace where nobody has said who approves."""
    who = mention(installer_id) if installer_id else "The person who installed Countersign"
    return (
        "*Countersign does not know yet who approves campaigns here.*\n"
        f"{who} can say so with `/campaign setup`."
    )


def _waiting(lines: Iterable[CampaignLine], client_url: str) -> list[Block]:
    drawn = [_line(line, client_url, "Review") for line in lines]
    return drawn or [section("Nothing waits for you. New requests show up here.")]


def _listed(lines: Iterable[CampaignLine], client_url: str, empty: str) -> list[Block]:
    return [_line(line, client_url, "Open") for line in lines] or [section(empty)]


def _line(line: CampaignLine, client_url: str, verb: str) -> Block:
    """Return one campaign, with a button to its channel once it is posted."""
    text = (
        f"*{cut_escaped(line.title, TITLE_SHOWN)}*\n"
        f"{LABELS[line.status]} · {line.reference} · from {mention(line.requester_id)} · "
        f"{money(line.budget, line.currency)} · launch {day(line.launch_on)}"
    )
    if not line.ts:
        return section(text)
    url = f"{client_url}/{line.channel_id}"
    label = f"{verb} {line.reference}"
    return section(
        text, accessory=button(verb, ActionId.OPEN_LINK, line.reference, url=url, label=label)
    )
