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


@pytest.mark.parametrize(
    ("enterprise_url", "leads_to"),
    [
        ("https://northwind.enterprise.slack.com/", "https://northwind.enterprise.slack.com"),
        ("https://northwind.enterprise.slack.com", "https://northwind.enterprise.slack.com"),
        ("https://agency.enterprise.slack-gov.com/", "https://agency.enterprise.slack-gov.com"),
        ("https://NORTHWIND.slack.com/x?y#z", "https://NORTHWIND.slack.com"),
        ("http://127.0.0.1:3300/", "http://127.0.0.1:3300"),
    ],
)
def test_an_organisation_s_admin_gets_to_where_workspaces_are_added(
    settings, enterprise_url, leads_to
):
    settings.SLACK_AUTHORIZE_URL = "http://127.0.0.1:3300/oauth/v2/authorize"

    link = deep_links.add_to_workspaces(enterprise_url, "A111")

    assert link == f"{leads_to}/manage/organization/apps/profile/A111/workspaces/add"


@pytest.mark.parametrize(
    "enterprise_url",
    [
        "",
        "http://northwind.slack.com/",
        "https://evil.example/",
        "https://slack.com.evil.example/",
        "https://evilslack.com/",
        "https://evil.example/.slack.com",
        "https://evil.example#.slack.com",
        "https://evil.example\\.slack.com/",
        "https://you@evil.example\\@x.slack.com/",
        "https://user:password@northwind.slack.com/",
        "https://[::1.slack.com/",
        "javascript://northwind.slack.com/%0aalert(1)",
        "//northwind.slack.com/",
        "northwind.slack.com",
        "http://127.0.0.1:3301/",
    ],
)
def test_what_is_not_slack_s_is_no_link(settings, enterprise_url):
    settings.SLACK_AUTHORIZE_URL = "http://127.0.0.1:3300/oauth/v2/authorize"

    assert deep_links.add_to_workspaces(enterprise_url, "A111") == ""


def test_an_app_s_id_stays_one_step_of_the_link():
    link = deep_links.add_to_workspaces("https://northwind.slack.com/", "A1/../../x?y")

    assert "/profile/A1%2F..%2F..%2Fx%3Fy/workspaces/add" in link
    assert deep_links.add_to_workspaces("https://northwind.slack.com/", "") == ""


def test_people_take_permissions_back_where_slack_says(settings):
    settings.SLACK_AUTHORIZE_URL = "https://slack.com/oauth/v2/authorize"
    assert deep_links.manage_apps() == "https://slack.com/apps/manage"

    settings.SLACK_AUTHORIZE_URL = "http://127.0.0.1:3300/oauth/v2/authorize"
    assert deep_links.manage_apps() == ""
