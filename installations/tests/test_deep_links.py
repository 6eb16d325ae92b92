"""Links open Slack at the right place, at the Slack that we talk to."""

import pytest

from installations import deep_links


@pytest.mark.parametrize(
    ("team_id", "app_id", "link"),
    [
        ("T111", "A111", "slack://app?team=T111&id=A111&tab=home"),
        (None, "A111", "slack://open"),
        ("", "A111", "slack://open"),
        ("T1&id=evil", "A111", "slack://app?team=T1%26id%3Devil&id=A111&tab=home"),
    ],
)
def test_the_home_of_the_app_opens_in_slack_s_own_client(team_id, app_id, link):
    assert deep_links.app_home(team_id, app_id) == link


@pytest.mark.parametrize(
    ("authorize_url", "team_id", "link"),
    [
        (
            "https://slack.com/oauth/v2/authorize",
            "T111",
            "https://app.slack.com/client/T111",
        ),
        ("https://slack.com/oauth/v2/authorize", None, "https://app.slack.com"),
        ("https://slack.com/oauth/v2/authorize", "", "https://app.slack.com"),
        (
            "https://slack-gov.com/oauth/v2/authorize",
            "T111",
            "https://app.slack-gov.com/client/T111",
        ),
        (
            "http://127.0.0.1:3300/oauth/v2/authorize",
            "T111",
            "http://127.0.0.1:3300/client/T111",
        ),
    ],
)
def test_a_workspace_opens_in_a_browser(settings, authorize_url, team_id, link):
    settings.SLACK_AUTHORIZE_URL = authorize_url

    assert deep_links.in_browser(team_id) == link


@pytest.mark.parametrize(
    ("authorize_url", "itself"),
    [
        ("https://slack.com/oauth/v2/authorize", True),
        ("https://slack-gov.com/oauth/v2/authorize", True),
        ("https://slack.com.evil.example/oauth/v2/authorize", False),
        ("http://127.0.0.1:3300/oauth/v2/authorize", False),
    ],
)
def test_only_slack_s_own_hosts_are_slack_itself(settings, authorize_url, itself):
    settings.SLACK_AUTHORIZE_URL = authorize_url

    assert deep_links.is_slack_itself() is itself
