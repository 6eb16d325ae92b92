import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
PUBLIC = "L-V9o0fNYkMVKNqsX7spBzD_9oSvxM_C7ZCZX1jLO3Q"  # of another private key
COMPLETE = {
    "APP_URL": "https://countersign.example",
    "DATABASE_URL": "postgresql://app:secret@127.0.0.1:9/app",
    "ENV_FILE": "",  # neither .env nor what `make run` wrote
    "FIELD_KEYS": f"k1:{KEY}",
    "SECRET_KEY": "a key for this test, of forty characters and more",
    "SLACK_CLIENT_ID": "1.1",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
}


def load(expression="''", /, **changes):
    """Import the settings in a fresh process; None takes a variable away."""
    environment = {"PATH": os.environ["PATH"], **COMPLETE, **changes}
    return subprocess.run(  # our own words
        [sys.executable, "-c", f"from slackapp import settings; print({expression})"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
    )


def complaint(**changes):
    """Return the last line of a start that has to fail."""
    start = load(**changes)

    assert start.returncode != 0, "it started"
    return start.stderr.strip().splitlines()[-1]


def test_a_complete_environment_starts():
    start = load("settings.APP_URL")

    assert start.returncode == 0, start.stderr
    assert start.stdout.strip() == COMPLETE["APP_URL"]


@pytest.mark.parametrize("empty", [None, "", " "])
@pytest.mark.parametrize(
    "name",
    [
        "APP_URL",
        "FIELD_KEYS",
        "SECRET_KEY",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_SIGNING_SECRET",
    ],
)
def test_a_missing_variable_stops_the_start_by_name(name, empty):
    message = complaint(**{name: empty})

    assert f"ImproperlyConfigured: {name} " in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_URL", "countersign.example"),
        ("APP_URL", "ftp://countersign.example"),
        ("APP_URL", "https://counter sign.example"),
        ("APP_URL", "https://countersign.example/app"),
        ("APP_URL", "https://countersign.example//"),
        ("APP_URL", "https://countersign.example/?a=b"),
        ("APP_URL", "https://countersign.example?"),
        ("APP_URL", "https://countersign.example#top"),
        ("APP_URL", "https://me@countersign.example"),
        ("APP_URL", "https://counter_sign.example"),
        ("APP_URL", "https://countersign.example:port"),
        ("APP_URL", "https://countersign.example:0"),
        ("APP_URL", "https://[::1"),
        ("ALLOWED_HOSTS", "https://countersign.example"),
        ("ALLOWED_HOSTS", "countersign.example/"),
        ("ALLOWED_HOSTS", "countersign.example:8000"),
        ("ALLOWED_HOSTS", "counter sign.example"),
        ("ALLOWED_HOSTS", "one.example two.example"),
        ("ALLOWED_HOSTS", "*.countersign.example"),
        ("ALLOWED_HOSTS", ","),
        ("CONTENT_KEPT_DAYS", "0"),
        ("DATABASE_POOL_SIZE", "-1"),
        ("DATABASE_URL", "mysql://app@127.0.0.1/app"),
        ("DATABASE_URL", "postgresql://app:secret@127.0.0.1:port/app"),
        ("DEBUG", "maybe"),
        ("DEFAULT_FROM_EMAIL", "countersign"),
        ("DELIVERIES_KEPT_DAYS", "1"),  # Slack repeats for a day
        ("EMAIL_URL", "mail.example.com:25"),
        ("EMAIL_URL", "pigeon://mail.example.com"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://me:secret@mail.example.com:port"),
        ("FIELD_KEYS", "k1"),
        ("FIELD_KEYS", "k1:tooshort"),
        ("FIELD_KEYS_USER", "k1"),
        ("FIELD_KEYS_USER", f"k1:{KEY}"),  # an id of FIELD_KEYS
        ("FIELD_KEYS_USER_FILE", "/nowhere/secret"),
        ("FIELD_KEYS_USER_PUBLIC", "u1"),
        ("FIELD_KEYS_USER_PUBLIC", f"k1:{PUBLIC}"),
        ("FIELD_KEYS_USER_PUBLIC", "u1:" + "A" * 43),  # a point that anybody can read with
        ("LOG_FORMAT", "xml"),
        ("SECRET_KEY", "k" * 39),
        ("SECURITY_EMAIL", "security@"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_AUTHORIZE_URL", "slack.com"),
        ("SLACK_SIGNING_SECRET_FILE", "/nowhere/secret"),
        ("SLACK_TRANSPORT", "pigeon"),
        ("SLACK_APP_VARIANT", "everything"),
        ("SUPPORT_EMAIL", "Help <help@example.com>"),
        ("SUPPORT_EMAIL", "help@example.com\nBcc: all@example.com"),
        ("SUPPORT_KEPT_DAYS", "for ever"),
        ("TRUST_PROXY_HEADERS", "maybe"),
    ],
)
def test_a_malformed_variable_stops_the_start_by_name(name, value):
    message = complaint(**{name: value})

    assert message.startswith("django.core.exceptions.ImproperlyConfigured: ")
    assert name in message


@pytest.mark.parametrize(
    ("_case", "keys"),
    [
        ("no id", KEY),
        ("bad id", f"NOT AN ID:{KEY}"),
        ("half a key", f"k1:{KEY[:20]}"),
        ("not base64", f"k1:{KEY[:-1]}*"),
        ("second is bad", f"k1:{KEY},k2:{KEY[:20]}"),
    ],
)
def test_a_complaint_about_keys_does_not_repeat_them(_case, keys):
    start = load(FIELD_KEYS=keys)

    assert start.returncode != 0
    assert "FIELD_KEYS" in start.stderr
    assert KEY[:20] not in start.stderr


def test_a_complaint_about_the_database_does_not_repeat_its_password():
    start = load(DATABASE_URL="postgresql://app:hunter2@127.0.0.1:port/app")

    assert start.returncode != 0
    assert "hunter2" not in start.stderr


def test_a_complaint_about_the_mail_server_does_not_repeat_its_password():
    start = load(EMAIL_URL="smtp://me:hunter2@mail.example.com:port")

    assert start.returncode != 0
    assert "hunter2" not in start.stderr


def test_without_settings_of_its_own_mail_is_printed_and_nobody_is_named():
    start = load(
        "settings.EMAIL_BACKEND.split('.')[-2], settings.SUPPORT_EMAIL, settings.SECURITY_EMAIL, "
        "settings.SUBPROCESSORS, settings.OPERATOR_NAME"
    )

    assert start.stdout.strip() == "console   [] the operator of this Countersign"


def test_a_mail_server_is_one_address():
    start = load(
        "settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER, "
        "settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS, settings.DEFAULT_FROM_EMAIL",
        EMAIL_URL="smtp+tls://me%40example.com:p%40ss@mail.example.com:587",
        SUPPORT_EMAIL="help@example.com",
    )

    expected = "mail.example.com 587 me@example.com p@ss True help@example.com"
    assert start.stdout.strip() == expected


def test_security_has_a_mailbox_of_its_own_where_one_is_given():
    mailboxes = "settings.SUPPORT_EMAIL, settings.SECURITY_EMAIL"

    one = load(mailboxes, SUPPORT_EMAIL="help@example.com")
    two = load(mailboxes, SUPPORT_EMAIL="help@example.com", SECURITY_EMAIL="cert@example.com")

    assert one.stdout.strip() == "help@example.com help@example.com"
    assert two.stdout.strip() == "help@example.com cert@example.com"


def test_companies_are_parted_by_semicolons():
    start = load("settings.SUBPROCESSORS", SUBPROCESSORS="Hosting, Berlin; ; Post, Dublin;")

    assert start.stdout.strip() == "['Hosting, Berlin', 'Post, Dublin']"


def test_a_complaint_about_the_secret_key_does_not_repeat_it():
    assert "hunter2" not in load(SECRET_KEY="hunter2").stderr


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://countersign.example/", "https://countersign.example True"),
        ("HTTPS://countersign.example", "https://countersign.example True"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000 False"),
    ],
)
def test_the_public_address_has_one_form(given, kept):
    start = load("settings.APP_URL, settings.HTTPS", APP_URL=given)

    assert start.stdout.strip() == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, ["countersign.example"]),
        ("", ["countersign.example"]),
        ("one.example, .two.example,", ["one.example", ".two.example"]),
        ("*", ["*"]),
        ("[::1]", ["[::1]"]),
    ],
)
def test_hosts_are_names_as_django_compares_them(given, kept):
    start = load("settings.ALLOWED_HOSTS", ALLOWED_HOSTS=given)

    assert start.stdout.strip() == str(kept)


def test_an_ipv6_address_is_allowed_in_brackets():
    start = load("settings.ALLOWED_HOSTS", APP_URL="http://[::1]:8000")

    assert start.stdout.strip() == "['[::1]']"


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("DATABASE_URL", "settings.DATABASES['default']['NAME']"),
        ("FIELD_KEYS", "type(settings.FIELD_KEYS)"),
        ("SECRET_KEY", "settings.SECRET_KEY"),
        ("SLACK_CLIENT_ID", "settings.SLACK_CLIENT_ID"),
        ("SLACK_CLIENT_SECRET", "settings.SLACK_CLIENT_SECRET"),
        ("SLACK_SIGNING_SECRET", "settings.SLACK_SIGNING_SECRETS"),
    ],
)
def test_a_secret_may_come_in_a_file(name, expression, tmp_path):
    file = tmp_path / "secret"
    file.write_text(COMPLETE[name] + "\n")

    from_file = load(expression, **{name: None, f"{name}_FILE": str(file)})

    assert from_file.returncode == 0, from_file.stderr
    assert from_file.stdout == load(expression).stdout


@pytest.mark.parametrize(
    ("name", "expression", "value"),
    [
        ("FIELD_KEYS_USER", "settings.FIELD_KEYS.user.kids", f"u1:{KEY}"),
        ("FIELD_KEYS_USER_PUBLIC", "settings.FIELD_KEYS.user_public", f"u1:{PUBLIC}"),
    ],
)
def test_user_keys_may_come_in_a_file(name, expression, value, tmp_path):
    file = tmp_path / "secret"
    file.write_text(value + "\n")

    from_file = load(expression, **{f"{name}_FILE": str(file)})

    assert "u1" in from_file.stdout, from_file.stderr
    assert from_file.stdout == load(expression, **{name: value}).stdout


@pytest.mark.parametrize("name", ["FIELD_KEYS", "FIELD_KEYS_USER", "FIELD_KEYS_USER_PUBLIC"])
def test_a_malformed_key_in_a_file_is_named_by_its_variable_and_not_repeated(name, tmp_path):
    file = tmp_path / "secret"
    file.write_text(f"u1:{KEY}hunter2")

    start = load(**{name: None, f"{name}_FILE": str(file)})

    assert f"ImproperlyConfigured: {name}: key u1 is not" in start.stderr
    assert KEY[:12] not in start.stderr
    assert "hunter2" not in start.stderr


def test_a_public_half_of_other_user_keys_stops_the_start_without_being_repeated():
    start = load(FIELD_KEYS_USER=f"u1:{KEY}", FIELD_KEYS_USER_PUBLIC=f"u1:{PUBLIC}")

    assert "FIELD_KEYS_USER_PUBLIC is not the public half of FIELD_KEYS_USER" in start.stderr
    assert KEY[:12] not in start.stderr


def test_two_signing_secrets_are_valid_during_a_rotation():
    start = load("settings.SLACK_SIGNING_SECRETS", SLACK_SIGNING_SECRET="new, old")

    assert start.stdout.strip() == "['new', 'old']"


def test_an_environment_file_fills_what_the_environment_leaves_open(tmp_path):
    file = tmp_path / "some.env"
    file.write_text("SLACK_CLIENT_ID=from-file\nSLACK_CLIENT_SECRET=from-file\n")

    start = load(
        "settings.SLACK_CLIENT_ID, settings.SLACK_CLIENT_SECRET",
        ENV_FILE=str(file),
        SLACK_CLIENT_ID=None,
    )

    assert start.stdout.strip() == "from-file client-secret"


@pytest.mark.parametrize(
    "line", ["hunter2", "SECRET_KEY = hunter2", "  SECRET_KEY=hunter2", "SECRET-KEY=hunter2"]
)
def test_a_line_that_sets_nothing_is_named_by_its_number_without_its_text(tmp_path, line):
    file = tmp_path / "some.env"
    file.write_text(f"# a comment\n\nDEBUG=false\n{line}\n")

    start = load(ENV_FILE=str(file))

    message = start.stderr.strip().splitlines()[-1]
    assert message.endswith(f"ImproperlyConfigured: {file}, line 4: this is not NAME=value.")
    assert "hunter2" not in start.stderr


def test_comments_blank_lines_exports_and_a_byte_order_mark_are_no_wrong_lines(tmp_path):
    file = tmp_path / "some.env"
    file.write_text("\ufeff# first\n   \n  # indented\nexport SLACK_CLIENT_ID='2.2'\n")

    start = load("settings.SLACK_CLIENT_ID", ENV_FILE=str(file), SLACK_CLIENT_ID=None)

    assert (start.stdout.strip(), start.stderr) == ("2.2", "")


@pytest.mark.parametrize("content", [None, b"SECRET_KEY=hunter2\xff"])
def test_an_environment_file_that_cannot_be_read_is_named(tmp_path, content):
    file = tmp_path / "some.env"
    if content:
        file.write_bytes(content)

    start = load(ENV_FILE=str(file))

    assert f"ImproperlyConfigured: {file} cannot be read: " in start.stderr
    assert "hunter2" not in start.stderr


@pytest.mark.parametrize(
    ("app_url", "secure"), [("https://a.example", True), ("http://a.example", False)]
)
def test_cookies_and_redirects_follow_the_public_address(app_url, secure):
    start = load(
        "{settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, "
        "settings.CSRF_COOKIE_SECURE, bool(settings.SECURE_HSTS_SECONDS)}",
        APP_URL=app_url,
    )

    assert start.stdout.strip() == str({secure})
