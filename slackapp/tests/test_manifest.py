"""The manifest: what Slack takes, what each variant asks for, what the command says."""

import copy
import json

import pytest
from django.core.management import CommandError, call_command

from installations.scopes import BOT_SCOPES, Kind, Variant, asked
from slackapp.manifest import BOT_EVENTS, ManifestError, manifest
from slackapp.tests.environment import BASE_DIR
from slackapp.tests.manifest_rules import problems

URL = "https://approvals.example.com"
EMAIL = "support@example.com"
MARKETPLACE = {"variant": Variant.MARKETPLACE}
LISTED = {**MARKETPLACE, "support_email": EMAIL}
IN_DOCS = {
    "slack-manifest.json": {},
    "slack-manifest-marketplace.json": LISTED,
    "slack-manifest-socket.json": {"socket_mode": True},
}


def printed(capsys, *arguments, **options):
    call_command("slack_manifest", *arguments, **options)
    return json.loads(capsys.readouterr().out)


def addresses(value):
    """Return every http address anywhere in the manifest."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [found for one in inner for found in addresses(one)]
    return [value] if isinstance(value, str) and value.startswith("http") else []


@pytest.mark.parametrize("options", IN_DOCS.values(), ids=IN_DOCS)
def test_slack_takes_the_manifest(options):
    assert problems(manifest(URL, **options)) == []


@pytest.mark.parametrize(("file", "options"), IN_DOCS.items())
def test_the_manifest_in_the_docs_is_the_one_we_print(file, options):
    stored = json.loads((BASE_DIR / "docs" / file).read_text())

    assert stored == manifest(URL, **options)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("display_information", "name"), "n" * 36, "36 characters"),
        (("display_information", "background_color"), "navy", "background_color"),
        (("features", "slash_commands", 0, "command"), "campaign", "command"),
        (("features", "bot_user"), {}, "display_name: is missing"),
        (("features", "colour"), "red", "no such field"),
        (("oauth_config", "scopes", "bot"), ["commands", "commands"], "twice"),
        (("oauth_config", "scopes", "user"), [], "have to be in user too"),
        (("oauth_config", "scopes", "bot"), [], "needs a bot scope"),
        (("settings", "event_subscriptions", "bot_events"), ["app_deleted_all"], "no such events"),
        (("settings", "socket_mode_enabled"), "yes", "not true or false"),
        (("settings", "interactivity"), {}, "is_enabled: is missing"),
    ],
)
def test_the_rules_notice_what_slack_would_refuse(path, value, problem):
    broken = copy.deepcopy(manifest(URL))
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert any(problem in found for found in problems(broken))


def test_the_default_is_the_self_hosted_app_over_http(capsys, settings):
    described = printed(capsys)

    assert described == manifest(settings.APP_URL)
    assert described["oauth_config"]["scopes"] == {
        "bot": sorted(BOT_SCOPES),
        "user": ["search:read"],
        "user_optional": ["search:read"],
    }
    assert described["settings"]["event_subscriptions"]["bot_events"] == list(BOT_EVENTS)
    assert described["settings"]["org_deploy_enabled"]
    assert not described["settings"]["socket_mode_enabled"]
    assert not described["settings"]["token_rotation_enabled"]
    assert "app_directory" not in described


def test_the_listed_app_asks_for_no_person_s_scopes():
    described = manifest(URL, **LISTED)

    bot = sorted(scope.name for scope in asked(Kind.BOT, Variant.MARKETPLACE))
    assert described["oauth_config"]["scopes"] == {"bot": bot}
    assert "search" not in json.dumps(described)


def test_the_listed_app_fills_in_the_listing_when_there_is_an_address_to_write_to():
    listing = manifest(URL, **LISTED)["app_directory"]

    assert listing["direct_install_url"] == f"{URL}/slack/install"
    assert listing["privacy_policy_url"] == f"{URL}/privacy"
    assert listing["support_email"] == EMAIL
    assert "app_directory" not in manifest(URL, **MARKETPLACE)
    assert "app_directory" not in manifest(URL, support_email=EMAIL)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["direct_install_url", "installation_landing_page"])
def test_the_listing_s_addresses_are_ours(client, name):
    address = manifest(URL, **LISTED)["app_directory"][name]

    assert client.get(address.removeprefix(URL)).status_code in {200, 302}


def test_over_socket_mode_slack_is_given_no_address_for_requests():
    described = manifest(URL, socket_mode=True)

    assert described["settings"]["socket_mode_enabled"]
    assert addresses(described) == described["oauth_config"]["redirect_urls"]
    assert problems(described) == []
    assert described["settings"]["event_subscriptions"]["bot_events"] == list(BOT_EVENTS)


def test_over_http_every_request_has_the_one_address():
    described = manifest(URL)

    assert set(addresses(described)) == {f"{URL}/slack/events", f"{URL}/slack/oauth/callback"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], False),
        (["--token-rotation"], True),
        (["--variant", "marketplace"], True),
        (["--variant", "marketplace", "--no-token-rotation"], False),
        (["--socket-mode"], False),
    ],
)
def test_token_rotation_is_a_choice_and_on_for_the_listed_app(capsys, options, expected):
    described = printed(capsys, "--url", URL, *options)

    assert described["settings"]["token_rotation_enabled"] is expected


def test_the_help_says_that_token_rotation_stays_on(capsys):
    with pytest.raises(SystemExit):
        call_command("slack_manifest", "--help")

    assert "CANNOT be switched off" in " ".join(capsys.readouterr().out.split())


def test_a_listed_deployment_prints_the_listed_app(capsys, settings):
    settings.SLACK_APP_VARIANT, settings.SUPPORT_EMAIL = "marketplace", EMAIL

    assert printed(capsys, "--url", URL) == manifest(URL, **LISTED)


def test_the_command_takes_another_address(capsys):
    described = printed(capsys, "--url", "https://elsewhere.example/")

    assert "https://elsewhere.example/slack/events" in addresses(described)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--variant", "marketplace", "--socket-mode", "--url", URL], "Socket Mode"),
        (["--variant", "marketplace", "--url", "http://approvals.example.com"], "wants https"),
        (["--url", "https://approvals.example.com/app"], "--url must end after the host"),
        (["--url", "approvals.example.com"], "--url must be an absolute"),
        (["--url", "https://appro vals.example.com"], "--url must be an absolute"),
        (["--variant", "appstore"], "invalid choice: 'appstore'.*selfhosted"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("slack_manifest", *arguments)


def test_the_refusals_have_a_name():
    with pytest.raises(ManifestError):
        manifest(URL, socket_mode=True, **MARKETPLACE)
    with pytest.raises(ManifestError):
        manifest("http://approvals.example.com", **MARKETPLACE)
