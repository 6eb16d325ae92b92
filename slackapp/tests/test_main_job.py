"""From Add to Slack to an approved campaign, on real components."""

from datetime import date, timedelta

from approvals.models import AuditEntry, Campaign, Decision
from approvals.states import CampaignStatus, Verdict

FORM = {
    "title": "Spring launch e-mail",
    "brief": "Two-part announcement to 42,000 customers.",
    "channels": ["Email", "Paid social"],
    "budget": "12000",
    "currency": "EUR",
    "launch_on": (date.today() + timedelta(days=30)).isoformat(),  # noqa: DTZ011  # any date ahead
    "asset_url": "https://assets.example/spring",
}


def send_campaign(slack, work, **changes):
    dana = slack.person("dana")
    dana.command("/campaign", channel="campaigns")
    dana.submit({**FORM, **changes})
    work()
    return Campaign.objects.get()


def texts(messages):
    return [message["text"] for message in messages]


def action_ids(message):
    return [
        element.get("action_id")
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id")
    ]


def test_a_campaign_is_sent_refused_approved_and_told(installed, work):
    slack = installed
    send_campaign(slack, work)
    slack.person("olga").click("campaign.approve")
    slack.person("ana").click("campaign.approve")
    work()

    assert Campaign.objects.get().status == CampaignStatus.APPROVED
    decision = Decision.objects.get()
    assert decision.approver_id == slack.person("ana").user_id
    assert decision.verdict == Verdict.APPROVE
    [card] = [m for m in slack.person("dana").messages() if "Spring launch" in m["text"]]
    assert card["text"].startswith("Approved: Spring launch e-mail")
    assert not [a for a in action_ids(card) if a.startswith("campaign.")]
    assert f"<@{decision.approver_id}>" in str(card["blocks"])
    [told] = [t for t in texts(slack.person("dana").direct_messages()) if "C-" in t]
    assert told == f"{Campaign.objects.get().reference} is approved: Spring launch e-mail"
    assert any("Only members of" in text for text in texts(slack.person("olga").ephemerals()))


def test_the_evidence_of_a_decision_names_who_what_and_when(installed, work):
    send_campaign(installed, work)
    installed.person("olga").click("campaign.approve")
    installed.person("ana").click("campaign.approve")

    actions = AuditEntry.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions) == [
        "policy.changed",
        "campaign.submitted",
        "decision.refused",
        "decision.recorded",
    ]
