"""Bolt's own InstallationStoreAuthorize on our store: a second reader of the same contract."""

import logging

import pytest
from slack_bolt import BoltContext
from slack_bolt.authorization.authorize import InstallationStoreAuthorize
from slack_sdk import WebClient

from installations.tests.factories import LATER, NOON, make_installation
from sandbox.oauth import exchange


@pytest.fixture
def authorize(slack, store):
    """Return Bolt's authorize as a function of team and person."""
    bolt = InstallationStoreAuthorize(logger=logging.getLogger(__name__), installation_store=store)

    def ask(team_id, user_id):
        context = BoltContext({"client": WebClient(base_url=slack.api_url)})
        return bolt(context=context, enterprise_id=None, team_id=team_id, user_id=user_id)

    return ask


@pytest.fixture
def tokens(slack):
    return slack.tokens_for()


def save(store, tokens, **changes):
    values = {"team_id": tokens.team_id, "bot_token": tokens.bot_token, "installed_at": NOON}
    store.save(make_installation(**{**values, "user_token": None, **changes}))


def user_token_of(slack, tokens):
    """Return the user token of the person whom ``slack`` lets install with search."""
    code = slack.install()
    slack.state.codes[code].user_scopes = ["search:read"]
    credentials = slack.slack.credentials
    answer = exchange(
        slack.slack,
        {
            "code": code,
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        },
    )
    return answer["access_token"], answer["authed_user"]["access_token"]


def test_bolt_finds_the_bot(authorize, store, tokens):
    save(store, tokens)

    result = authorize(tokens.team_id, "U_ANYBODY")

    assert (result.bot_token, result.user_token) == (tokens.bot_token, None)
    assert (result.bot_id, result.bot_user_id) == (tokens.bot_id, tokens.bot_user_id)


def test_bolt_finds_no_bot_in_another_team(authorize, store, tokens):
    save(store, tokens)

    assert authorize("T_ELSEWHERE", "U_ANYBODY") is None


def test_bolt_finds_the_bot_behind_a_later_install_without_one(authorize, store, tokens):
    save(store, tokens)
    save(store, tokens, bot_token=None, user_id="U_SEARCHER", installed_at=LATER)

    assert authorize(tokens.team_id, "U_ANYBODY").bot_token == tokens.bot_token


def test_bolt_finds_the_bot_after_its_installer_left(authorize, store, tokens):
    save(store, tokens)
    store.delete_installation(enterprise_id=None, team_id=tokens.team_id, user_id="U_INSTALLER")

    assert authorize(tokens.team_id, "U_ANYBODY").bot_token == tokens.bot_token


def test_bolt_gives_a_user_token_to_its_owner_only(authorize, slack, store, tokens):
    bot_token, user_token = user_token_of(slack, tokens)
    save(store, tokens, bot_token=bot_token, user_id=tokens.installer_id, user_token=user_token)

    assert authorize(tokens.team_id, tokens.installer_id).user_token == user_token
    assert authorize(tokens.team_id, "U_ANYBODY").user_token is None


def test_bolt_finds_nothing_once_all_is_deleted(authorize, store, tokens):
    save(store, tokens)
    store.delete_all(enterprise_id=None, team_id=tokens.team_id)

    assert authorize(tokens.team_id, "U_ANYBODY") is None
