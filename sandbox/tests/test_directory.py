"""Who is who, and where."""

from slack_sdk import WebClient

from sandbox.testing import LocalSlack
from sandbox.tests.kit import refusal


def test_users_info_describes_a_guest_without_the_address(client: WebClient) -> None:
    user = client.users_info(user="U01GUSGUES")["user"]

    assert (user["name"], user["is_restricted"]) == ("gus", True)
    assert "email" not in user["profile"]


def test_a_user_of_another_workspace_is_unknown(client: WebClient) -> None:
    assert refusal(client, "users.info", user="U02MILAKAR")["error"] == "user_not_found"


def test_users_list_comes_in_pages(client: WebClient) -> None:
    pages = [[user["name"] for user in page["members"]] for page in client.users_list(limit=3)]

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [handle for page in pages for handle in page] == [
        "dana",
        "ana",
        "ben",
        "olga",
        "gus",
        "wanda",
        "echo_bot",
    ]


def test_user_groups_list_their_members(client: WebClient) -> None:
    groups = client.usergroups_list(include_users=True)["usergroups"]

    assert {group["handle"]: group["users"] for group in groups} == {
        "campaign-approvers": ["U01ANARUIZ", "U01BENOKOY"],
        "legal": ["U01BENOKOY"],
    }
    assert client.usergroups_users_list(usergroup="S01LEGAL00")["users"] == ["U01BENOKOY"]
    assert refusal(client, "usergroups.users.list", usergroup="S0")["error"] == "no_such_subteam"


def test_conversations_need_the_scope_of_their_kind(client: WebClient) -> None:
    body = refusal(client, "conversations.list", types="public_channel,private_channel")

    assert (body["error"], body["needed"]) == ("missing_scope", "groups:read")


def test_conversations_list_and_info_agree(client: WebClient) -> None:
    listed = client.conversations_list(limit=2)
    channel = listed["channels"][0]

    assert channel["name"] == "general"
    assert listed["response_metadata"]["next_cursor"]
    info = client.conversations_info(channel=channel["id"], include_num_members=True)
    assert info["channel"] == channel


def test_a_bad_cursor_is_refused(client: WebClient) -> None:
    assert refusal(client, "users.list", cursor="nonsense!")["error"] == "invalid_cursor"


def test_a_bot_joins_a_public_channel(slack: LocalSlack, client: WebClient) -> None:
    assert not client.conversations_info(channel="C01CAMPAGN")["channel"]["is_member"]

    client.conversations_join(channel="C01CAMPAGN")

    bot = slack.tokens_for().bot_user_id
    assert bot in client.conversations_members(channel="C01CAMPAGN")["members"]
    assert [one["name"] for one in client.users_conversations()["channels"]] == ["campaigns"]


def test_opening_a_dm_twice_gives_the_same_one(client: WebClient) -> None:
    first = client.conversations_open(users="U01DANALEE")
    second = client.conversations_open(users="U01DANALEE")

    assert first["channel"]["id"] == second["channel"]["id"]
    assert second["already_open"]


def test_opening_a_dm_needs_somebody(client: WebClient) -> None:
    assert refusal(client, "conversations.open")["error"] == "users_list_not_supplied"
    assert refusal(client, "conversations.open", users="U02MILAKAR")["error"] == "user_not_found"


def test_team_and_bot_describe_themselves(slack: LocalSlack, client: WebClient) -> None:
    tokens = slack.tokens_for()

    assert client.team_info()["team"]["domain"] == "northwind"
    assert client.bots_info(bot=tokens.bot_id)["bot"]["user_id"] == tokens.bot_user_id
    assert refusal(client, "bots.info", bot="B0OTHER")["error"] == "bot_not_found"
