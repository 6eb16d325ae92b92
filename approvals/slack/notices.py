"""Draws what the app says besides campaigns: help, lists, welcome, trouble. Pure."""

from typing import Any

from approvals.queries import CampaignCard, CampaignLine, Setup
from approvals.slack.blocks import cut_escaped, day, literal, mention, section, unescape
from approvals.slack.home import LABELS
from approvals.slack.messages import approvals

Message = dict[str, Any]

HELP = (
    "*What you can do*\n"
    "• `/campaign` sends a campaign for approval\n"
    "• `/campaign list` shows what waits for you and what you sent\n"
    "• `/campaign setup` says who approves (for workspace admins)\n"
    "• `/campaign help` shows this\n"
    "Approvers decide with the buttons on the campaign's message."
)
NEXT_STEPS = {
    "is_archived": "The channel is archived. Choose another with `/campaign setup`; "
    "the campaign is posted there then.",
    "channel_not_found": "Countersign cannot see the channel. If it is private, invite it there "
    "with `/invite @Countersign`; it tries again every ten minutes.",
    "not_in_channel": "Invite it there with `/invite @Countersign`; "
    "it tries again every ten minutes.",
    "no_clear_answer": "Slack did not say whether the message arrived. Look for it in the channel; "
    "any copy there works.",
    "restricted_action": "Posting is restricted in that channel. Ask an admin to let apps post; "
    "Countersign tries again every ten minutes.",
}


def help_message(typed: str = "") -> Message:
    """Return the help; ``typed`` is what we do not know, as Slack escaped it."""
    shown = cut_escaped(unescape(typed), 60)
    unknown = f"There is no `/campaign {shown}`.\n" if typed else ""
    return _only_text(unknown + HELP)


def campaign_list(waiting: tuple[CampaignLine, ...], sent: tuple[CampaignLine, ...]) -> Message:
    """Return the answer to ``/campaign list``."""
    parts = [
        _listed("Waiting for you", waiting, "Nothing waits for you."),
        _listed("Sent by you", sent, "You have sent nothing yet. `/campaign` starts one."),
    ]
    return {
        "text": f"{len(waiting)} waiting for you, {len(sent)} sent by you",
        "blocks": [section(part) for part in parts],
    }


def welcome(setup: Setup | None) -> Message:
    """Return the installer's first DM: what is set, what is next."""
    if setup is None:
        return _only_text(
            "*Countersign is installed.* One thing is missing: who approves, and in which "
            "channel. Type `/campaign setup` anywhere to say so."
        )
    return _only_text(
        f"*Countersign is ready.* Campaigns go to <#{setup.channel_id}>, where "
        f"<!subteam^{setup.usergroup_id}> decide. Type `/campaign` anywhere to send one, or "
        "`/campaign setup` to change who approves."
    )


def sent(reference: str, title: str, setup: Setup) -> str:
    """Return the requester's receipt."""
    return (
        f"Sent. *{literal(title, 120)}* ({reference}) waits for <!subteam^{setup.usergroup_id}> in "
        f"<#{setup.channel_id}>. You will get a message when it is decided."
    )


def set_up_saved(setup: Setup) -> str:
    return (
        f"Saved. Campaigns go to <#{setup.channel_id}>, where <!subteam^{setup.usergroup_id}> "
        f"decide; {approvals(setup.quorum)} needed."
    )


def card_not_posted(card: CampaignCard, channel_id: str, code: str) -> str:
    """Return what the requester hears when Slack refuses the card."""
    step = NEXT_STEPS.get(code, "Tell an admin of this workspace.")
    return (
        f"*{literal(card.content.title, 120)}* ({card.reference}) is saved, but Slack refused "
        f"to post it in <#{channel_id}> (`{code}`). {step}"
    )


def too_slow() -> str:
    return "Slack did not open the form in time. Please try again."


def access_lost(install_url: str) -> str:
    """Return what people hear where Slack has stopped taking our token."""
    return (
        "Countersign has lost its access to this workspace, so it cannot open forms or post. "
        f"Nothing is lost: an admin brings it back with Add to Slack at {install_url}"
    )


def renew_access(install_url: str) -> Message:
    """Return what the installer hears, once, while we can still speak."""
    return _only_text(
        "*Countersign is about to lose its access to this workspace.* Slack refused to renew it. "
        f"Add the app again at {install_url} (Add to Slack); campaigns, decisions and settings "
        "stay as they are."
    )


def renew_search(connect_url: str) -> Message:
    """Return what somebody hears, once, whose own token Slack would not renew."""
    return _only_text(
        "*Countersign can no longer search Slack as you.* Slack refused to renew your permission. "
        f"To give it again, open {connect_url}"
    )


def _listed(title: str, lines: tuple[CampaignLine, ...], empty: str) -> str:
    rows = [
        f"• {line.reference} · {literal(line.title, 80)} · {LABELS[line.status].lower()} · "
        f"from {mention(line.requester_id)} · launch {day(line.launch_on)}"
        for line in lines
    ]
    return "\n".join([f"*{title}*", *(rows or [empty])])


def _only_text(text: str) -> Message:
    return {"text": text, "blocks": [section(text)]}
