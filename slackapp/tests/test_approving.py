"""What people live through, over HTTP, between a local Slack and the worker."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from approvals.models import (
    ApprovalPolicy,
    ApproverGroup,
    AuditEntry,
    Campaign,
    Decision,
    PostedMessage,
)
from approvals.states import CampaignStatus, Verdict
from sandbox.hands import TestPerson
from sandbox.testing import LocalSlack
from slackapp.tests.test_main_job import FORM, action_ids, send_campaign, texts

REASON = {"reason": "Add the risk line. <!channel> & soon."}


def retry_now(work) -> None:
    """Do the jobs that wait for their next attempt, without the wait."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    work()


def cards(slack: LocalSlack) -> list[dict[str, Any]]:
    return [m for m in slack.person("dana").messages() if "Open the asset" in str(m.get("blocks"))]


def whispers(person: TestPerson) -> list[str]:
    return [message["text"] for message in person.ephemerals()]


def told(person: TestPerson) -> list[str]:
    """Return the texts of a person's direct messages, without Slack's own furniture."""
    return [text for text in texts(person.direct_messages()) if text]


def status() -> CampaignStatus:
    return CampaignStatus(Campaign.objects.get().status)


def view_text(person) -> str:
    return str(person.view["blocks"]) if person.view else ""


def send_back(slack, work, by: str = "ana") -> None:
    slack.person(by).click("campaign.request_changes")
    assert slack.person(by).submit(REASON).ok
    work()


def test_a_campaign_is_sent_back_revised_and_approved(installed, work):
    dana, ana, ben = (installed.person(name) for name in ("dana", "ana", "ben"))
    send_campaign(installed, work)
    send_back(installed, work)

    assert status() is CampaignStatus.CHANGES_REQUESTED
    [card] = cards(installed)
    assert card["text"].startswith("Changes requested: Spring launch")
    assert "&lt;!channel&gt; &amp; soon" in str(card["blocks"])
    [outcome] = [m for m in dana.direct_messages() if "is sent back for changes" in m["text"]]
    assert action_ids(outcome) == ["campaign.revise", "link.open"]

    assert dana.click("campaign.revise", "app").ok
    assert "&lt;!channel&gt; &amp; soon" in view_text(dana)
    assert dana.submit({"title": "Spring launch, second try"}).ok
    work()

    replaced, card = cards(installed)
    assert replaced["text"].startswith("Replaced by version 2: Spring launch")
    assert not [one for one in action_ids(replaced) if one.startswith("campaign.")]
    assert card["text"].startswith("Approval needed: Spring launch, second try, version 2")
    [outcome] = [m for m in dana.direct_messages() if "is sent back for changes" in m["text"]]
    assert action_ids(outcome) == ["link.open"]
    assert "Version 2 has been sent since" in str(outcome["blocks"])

    assert ben.click("campaign.approve").ok
    work()
    assert status() is CampaignStatus.APPROVED
    verdicts = Decision.objects.order_by("pk").values_list("approver_id", "verdict")
    assert list(verdicts) == [
        (ana.user_id, Verdict.REQUEST_CHANGES),
        (ben.user_id, Verdict.APPROVE),
    ]
    assert any("is approved: Spring launch, second try" in text for text in told(dana))


def test_a_button_on_a_card_that_shows_an_older_version_is_refused(installed, work):
    send_campaign(installed, work)
    installed.faults.fail("chat.update", "internal_error", status=500, times=9)
    send_back(installed, work)  # the old card stays as it was
    installed.person("dana").click("campaign.revise", "app")
    installed.person("dana").submit({"title": "Spring launch, second try"})
    work()
    installed.person("ben").click("campaign.approve", index=0)
    work()

    assert Decision.objects.count() == 1
    assert any("Version 2 has replaced" in text for text in whispers(installed.person("ben")))

    installed.faults.clear()
    retry_now(work)
    assert cards(installed)[0]["text"].startswith("Replaced by version 2")
    installed.person("ben").click("campaign.approve")
    assert status() is CampaignStatus.APPROVED


def test_a_campaign_is_rejected_with_a_reason(installed, work):
    send_campaign(installed, work)
    installed.person("ben").click("campaign.reject")
    assert installed.person("ben").view["title"]["text"] == "Reject campaign"
    assert installed.person("ben").submit(REASON).ok
    work()

    assert status() is CampaignStatus.REJECTED
    assert installed.person("ben").view is None
    [outcome] = [m for m in installed.person("dana").direct_messages() if "C-" in m["text"]]
    assert "is rejected" in outcome["text"]
    assert "&lt;!channel&gt; &amp; soon" in str(outcome["blocks"])
    assert "<!channel>" not in str(installed.person("dana").messages())


def test_a_missing_reason_keeps_the_form_open(installed, work):
    send_campaign(installed, work)
    ana = installed.person("ana")
    ana.click("campaign.reject")
    outcome = ana.submit({"reason": " \n "})

    assert set(outcome.errors) == {"reason"}
    assert ana.view is not None
    assert not Decision.objects.exists()


def test_a_form_that_somebody_overtook_gives_way_to_what_happened(installed, work):
    send_campaign(installed, work)
    ana, ben = installed.person("ana"), installed.person("ben")
    ana.click("campaign.reject")
    ben.click("campaign.approve")
    assert ana.submit(REASON).ok

    assert f"This is approved already by <@{ben.user_id}>" in view_text(ana)
    ana.close_view()
    assert ana.view is None
    assert Decision.objects.get().approver_id == ben.user_id
    assert AuditEntry.objects.filter(action="decision.refused", actor_id=ana.user_id).exists()


@pytest.mark.parametrize(
    ("handle", "action_id", "words"),
    [
        ("olga", "campaign.approve", "Only members of <!subteam^S01APPROVE> can decide"),
        ("olga", "campaign.reject", "Only members of <!subteam^S01APPROVE> can decide"),
        ("gus", "campaign.approve", "Only members of <!subteam^S01APPROVE> can decide"),
        ("dana", "campaign.approve", "You wrote or edited this campaign"),
        ("wanda", "campaign.request_changes", "Only members of <!subteam^S01APPROVE> can decide"),
    ],
)
def test_whoever_may_not_decide_is_told_alone(installed, work, handle, action_id, words):
    send_campaign(installed, work)
    before = len(installed.person("ana").messages())
    person = installed.person(handle)
    assert person.click(action_id).ok
    work()

    assert any(words in text for text in whispers(person))
    assert person.view is None
    assert len(installed.person("ana").messages()) == before
    assert not any(whispers(installed.person(other)) for other in ("ana", "ben"))
    assert not Decision.objects.exists()
    assert AuditEntry.objects.filter(action="decision.refused", actor_id=person.user_id).exists()


def test_an_approver_cannot_approve_their_own_campaign(installed, work):
    ana, ben = installed.person("ana"), installed.person("ben")
    ana.command("/campaign")
    assert ana.submit(FORM).ok
    work()
    ana.click("campaign.approve")
    work()

    assert any(f"<@{ben.user_id}> can. Nothing was recorded" in text for text in whispers(ana))
    ben.click("campaign.approve")
    assert status() is CampaignStatus.APPROVED


def test_somebody_who_joins_the_group_can_decide_and_who_leaves_cannot(installed, work):
    send_campaign(installed, work)
    installed.set_group_members("campaign-approvers", "olga")
    installed.settle()
    work()
    installed.person("ana").click("campaign.approve")
    assert not Decision.objects.exists()

    installed.person("olga").click("campaign.approve")
    assert Decision.objects.get().approver_id == installed.person("olga").user_id


def test_a_group_that_slack_has_not_confirmed_lets_nobody_decide_until_asked_again(installed, work):
    send_campaign(installed, work)
    ApproverGroup.objects.update(synced_at=timezone.now() - timedelta(hours=2))
    ana = installed.person("ana")
    ana.click("campaign.approve")
    assert not Decision.objects.exists()
    work()

    assert any("try again in a minute" in text for text in whispers(ana))
    ana.click("campaign.approve")
    assert status() is CampaignStatus.APPROVED


def test_a_whisper_that_finds_the_channel_closed_goes_by_direct_message(installed, work):
    send_campaign(installed, work)
    installed.faults.fail("chat.postEphemeral", "user_not_in_channel", status=200)
    installed.person("olga").click("campaign.approve")
    work()

    assert not whispers(installed.person("olga"))
    assert any("Only members of" in text for text in told(installed.person("olga")))


def test_a_button_of_an_unknown_kind_is_answered_with_words(installed, work):
    send_campaign(installed, work)
    ana = installed.person("ana")
    channel = installed.channel("campaign-approvals")
    card = next(message for message in channel.messages if message.blocks)
    for block in card.blocks or []:
        for element in block.get("elements", []):
            if element.get("action_id") == "campaign.approve":
                element["value"] = "request:42:v1"
    assert ana.click("campaign.approve").ok
    work()

    assert any("no such campaign in this workspace" in text for text in whispers(ana))
    assert not Decision.objects.exists()


def test_every_wrong_field_is_told_and_the_form_stays(installed, work):
    dana = installed.person("dana")
    dana.command("/campaign")
    wrong = {"budget": "0.001", "launch_on": "2020-01-01"}
    outcome = dana.submit({**FORM, **wrong})

    assert set(outcome.errors) == {"budget", "launch_on"}
    assert not Campaign.objects.exists()
    assert dana.submit(FORM).ok
    assert dana.view is None
    assert Campaign.objects.count() == 1


def test_what_nobody_can_approve_is_refused_and_what_was_typed_is_kept(installed, work):
    installed.set_group_members("campaign-approvers", "dana")
    installed.settle()
    work()
    dana = installed.person("dana")
    dana.command("/campaign")
    assert dana.submit(FORM).ok

    assert "none of its members may decide on it" in view_text(dana)
    dana.close_view()
    assert dana.view["callback_id"] == "campaign.new"
    assert not Campaign.objects.exists()


def test_a_form_that_did_not_open_in_time_is_told_of(installed, work):
    installed.faults.fail("views.open", "expired_trigger_id", status=200)
    dana = installed.person("dana")
    assert dana.command("/campaign").ok
    work()

    assert dana.view is None
    assert any("did not open the form in time" in text for text in told(dana))


@pytest.mark.parametrize("word", ["", "new", " NEW "])
def test_the_command_opens_the_form(installed, word):
    dana = installed.person("dana")
    assert dana.command("/campaign", word).ok

    assert dana.view["callback_id"] == "campaign.new"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("help", "*What you can do*"),
        ("HELP", "*What you can do*"),
        ("dance", "There is no `/campaign dance`"),
        ("payload trailer", "There is no `/campaign payload trailer`"),
        ("<!channel>", "There is no `/campaign &lt;!channel&gt;`"),
    ],
)
def test_help_is_for_the_person_alone(installed, typed, words):
    dana = installed.person("dana")
    assert dana.command("/campaign", typed, channel="campaigns").ok

    [answer] = dana.ephemerals("campaigns")
    assert words in answer["text"]
    assert "`/campaign list`" in answer["text"]


def test_the_list_shows_what_waits_and_what_was_sent(installed, work):
    campaign = send_campaign(installed, work)
    for handle in ("ana", "dana", "olga"):
        assert installed.person(handle).command("/campaign", "list", channel="campaigns").ok

    answers = {
        handle: installed.person(handle).ephemerals("campaigns")[-1]
        for handle in ("ana", "dana", "gus")
        if installed.person(handle).ephemerals("campaigns")
    }
    assert answers["ana"]["text"] == "1 waiting for you, 0 sent by you"
    assert answers["dana"]["text"] == "0 waiting for you, 1 sent by you"
    assert campaign.reference in str(answers["ana"]["blocks"])
    assert "gus" not in answers


def test_the_installer_changes_who_approves(installed, work):
    wanda = installed.person("wanda")
    assert wanda.command("/campaign", "setup").ok
    work()
    offered = wanda.options("approver_group", "@leg")
    assert [option["text"]["text"] for option in offered["options"]] == ["@legal · 1 person"]
    choices = wanda.options("approver_group", "")["options"]
    approvers = next(option for option in choices if "approvers" in option["text"]["text"])
    answers = {"approver_group": approvers, "approvals_channel": "campaigns", "quorum": "2"}
    assert wanda.submit(answers).ok
    work()

    policy = ApprovalPolicy.objects.get(version=2)
    assert (policy.quorum, policy.created_by) == (2, wanda.user_id)
    assert policy.channel_id == installed.channel("campaigns").channel_id
    assert any(text.startswith("Saved. Campaigns go to") for text in told(wanda))

    send_campaign(installed, work)
    for handle in ("ana", "ben"):
        assert status() is CampaignStatus.PENDING
        installed.person(handle).click("campaign.approve", "campaigns")
        work()
    assert status() is CampaignStatus.APPROVED


def test_the_set_up_form_opens_with_what_is_set(installed):
    wanda = installed.person("wanda")
    wanda.command("/campaign", "setup")
    assert wanda.submit().ok  # as it is

    policy = ApprovalPolicy.objects.get(version=2)
    assert policy.quorum == 1
    assert policy.approver_group.handle == "campaign-approvers"


def test_a_group_that_is_gone_is_told_at_its_field(installed):
    wanda = installed.person("wanda")
    wanda.command("/campaign", "setup")
    outcome = wanda.submit({"approver_group": "S0GONE"})

    assert outcome.errors == {
        "approver_group": "Slack does not list this user group any more. Choose another."
    }
    assert wanda.view["callback_id"] == "workspace.set_up"


def test_a_quorum_beyond_the_group_is_told_at_its_field(installed):
    wanda = installed.person("wanda")
    wanda.command("/campaign", "setup")
    outcome = wanda.submit({"quorum": "3"})

    assert set(outcome.errors) == {"quorum"}
    assert "@campaign-approvers has 2 people" in outcome.errors["quorum"]


def test_an_empty_group_is_not_adopted(install, slack, work):
    slack.usergroup("campaign-approvers").user_ids = []
    install()
    work()

    assert not ApprovalPolicy.objects.exists()
    assert any("One thing is missing" in text for text in told(slack.person("wanda")))


def test_only_an_admin_changes_who_approves(installed, work):
    olga = installed.person("olga")
    assert olga.command("/campaign", "setup").ok
    work()
    assert olga.command("/campaign", "setup").ok

    assert olga.view is None
    unsure, refused = (answer["text"] for answer in olga.ephemerals("general"))
    assert unsure.startswith("We are asking Slack whether you are an admin")
    assert refused == "Only admins and owners of this workspace can change who approves."
    assert ApprovalPolicy.objects.count() == 1


def test_installing_again_makes_nobody_an_admin(installed, install, work):
    install(by="olga")
    work()
    installed.person("olga").command("/campaign", "setup")
    installed.person("wanda").command("/campaign", "setup")

    assert installed.person("olga").view is None
    assert installed.person("wanda").view["callback_id"] == "workspace.set_up"


def test_a_guest_in_the_approver_group_decides_nothing(installed, work):
    installed.set_group_members("campaign-approvers", "ana", "gus")
    installed.settle()
    work()
    send_campaign(installed, work)
    installed.person("gus").click("campaign.approve")
    work()

    assert status() is CampaignStatus.PENDING
    assert any("Guests, apps" in text for text in whispers(installed.person("gus")))
    installed.person("ana").click("campaign.approve")
    assert status() is CampaignStatus.APPROVED


def test_sending_is_receipted_where_it_was_asked_for(installed, work):
    campaign = send_campaign(installed, work)

    assert any(
        text.startswith(f"Sent. *Spring launch e-mail* ({campaign.reference}) waits for")
        for text in [
            *(one["text"] for one in installed.person("dana").ephemerals("campaigns")),
            *told(installed.person("dana")),
        ]
    )


def test_a_version_in_which_nothing_changed_is_not_taken(installed, work):
    send_campaign(installed, work)
    send_back(installed, work)
    dana = installed.person("dana")
    dana.click("campaign.revise", "app")
    dana.submit()

    assert "Nothing has changed since version 1" in view_text(dana)
    dana.close_view()
    assert dana.submit({"title": "Spring launch, second try"}).ok
    work()
    assert "Version 1 was sent back by" in str(cards(installed)[1]["blocks"])


def test_home_leads_to_the_card_itself(installed, work):
    send_campaign(installed, work)
    shown = home_of(installed, work, "ana")

    permalink = PostedMessage.objects.get().permalink
    assert permalink.startswith(installed.url)
    assert permalink in shown


def home_of(slack, work, handle: str) -> str:
    person = slack.person(handle)
    person.open_home()
    slack.settle()
    work()
    return str(person.home["blocks"])


def test_everyone_has_a_home_of_their_own(installed, work):
    campaign = send_campaign(installed, work)
    ana, dana, gus = (home_of(installed, work, handle) for handle in ("ana", "dana", "gus"))

    assert "Waiting for you (1)" in ana
    assert campaign.reference in ana
    assert "Waiting for you (0)" in dana
    assert campaign.reference in dana
    assert campaign.reference not in gus
    assert "Nothing waits for you" in gus
    assert "workspace.set_up" not in ana + dana + gus
    assert "workspace.set_up" in home_of(installed, work, "wanda")


def test_a_home_is_redrawn_when_something_of_ones_own_is_decided(installed, work):
    home_of(installed, work, "dana")
    campaign = send_campaign(installed, work)
    installed.person("ana").click("campaign.approve")
    work()

    assert f"Approved · {campaign.reference}" in str(installed.person("dana").home["blocks"])
    assert f"Approved · {campaign.reference}" in str(installed.person("ana").home["blocks"])


def test_a_campaign_is_started_from_home(installed, work):
    dana = installed.person("dana")
    home_of(installed, work, "dana")
    assert dana.click_in_home("campaign.new").ok
    assert dana.submit(FORM).ok

    assert Campaign.objects.get().requester_id == dana.user_id


def test_the_installer_sets_up_from_home_and_a_stale_home_of_another_is_refused(installed, work):
    wanda = installed.person("wanda")
    home_of(installed, work, "wanda")
    assert wanda.click_in_home("workspace.set_up").ok
    assert wanda.view["callback_id"] == "workspace.set_up"
    wanda.close_view()

    installed.slack.state.homes[installed.person("olga").user_id] = installed.slack.state.homes[
        wanda.user_id
    ]
    assert installed.person("olga").click_in_home("workspace.set_up").ok
    work()
    assert installed.person("olga").view is None
    assert any("whether you are an admin" in text for text in told(installed.person("olga")))


def test_an_old_edit_button_opens_the_version_that_is_waited_for(installed, work):
    dana = installed.person("dana")
    send_campaign(installed, work)
    installed.faults.fail("chat.update", "internal_error", status=500, times=99)
    send_back(installed, work)
    dana.click("campaign.revise", "app", index=0)
    dana.submit({"title": "Second try"})
    work()
    installed.faults.clear()
    retry_now(work)
    send_back(installed, work, by="ben")
    buttons = [m for m in dana.direct_messages() if "campaign.revise" in str(m.get("blocks"))]

    assert len(buttons) == 1
    dana.click("campaign.revise", "app", index=0)
    assert dana.submit({"title": "Third try"}).ok
    assert Campaign.objects.get().revision_number == 3


def test_editing_what_nobody_waits_for_is_refused_with_words(installed, work):
    dana = installed.person("dana")
    send_campaign(installed, work)
    send_back(installed, work)
    dana.click("campaign.revise", "app")
    dana.submit({"title": "Second try"})
    dana.click("campaign.revise", "app")  # the message is not redrawn yet
    work()

    assert dana.view is None
    assert any("is pending, so nobody waits for a new version" in text for text in told(dana))


def test_somebody_elses_edit_form_sends_nothing(installed, work):
    dana = installed.person("dana")
    send_campaign(installed, work)
    send_back(installed, work)
    dana.click("campaign.revise", "app")
    Campaign.objects.update(requester_id=installed.person("olga").user_id)
    assert dana.submit({"title": "Second try"}).ok

    assert "Only <@" in view_text(dana)
    assert Campaign.objects.get().revision_number == 1


def test_two_workspaces_never_meet(install, slack, work):
    install()
    install("contoso")
    work()
    send_campaign(slack, work)
    mila, omar = slack.person("mila", "contoso"), slack.person("omar", "contoso")
    mila.command("/campaign")
    assert mila.submit(FORM).ok
    work()

    assert list(Campaign.objects.values_list("reference", flat=True).distinct()) == [
        Campaign.objects.filter(workspace__team_id="T01CONTOSO").get().reference
    ]
    omar.click("campaign.approve")
    approved = Campaign.objects.get(status=CampaignStatus.APPROVED)
    assert approved.workspace.team_id == "T01CONTOSO"
