"""Operators sign in with a password and a second step."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from installations.audit import AuditAction
from installations.models import InstallationAuditEntry

PASSWORD = "correct horse battery staple"
LOGIN, INDEX = "/admin/login/", "/admin/"
SET_UP, ANSWER, PICTURE = (
    "/admin/second-step/set-up/",
    "/admin/second-step/",
    "/admin/second-step/code.svg",
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash passwords in no time; how slow that should be is Django's business."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def olga():
    return User.objects.create_superuser("olga", password=PASSWORD)


@pytest.fixture
def required(settings):
    settings.ADMIN_OTP_REQUIRED = True


def sign_in(browser, username="olga", password=PASSWORD, **more):
    return browser.post(LOGIN, {"username": username, "password": password, **more})


def code_of(phone, later=0):
    return f"{totp(phone.bin_key, t0=-later):06d}"


def wrong(phone):
    return f"{(int(code_of(phone)) + 500_000) % 1_000_000:06d}"


def enrol(browser) -> list[str]:
    """Sign in, enrol a phone, and return the recovery codes that are shown."""
    sign_in(browser)
    browser.get(SET_UP)
    page = browser.post(SET_UP, {"code": code_of(TOTPDevice.objects.get())}).content.decode()
    return re.findall(r"<code>([a-z2-7-]{19})</code>", page)


@pytest.fixture
def enrolled(olga, required):
    """Return olga's recovery codes; her phone showed its code half a minute ago."""
    codes = enrol(Client())
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=True):
        yield codes


def test_a_local_run_on_http_asks_for_the_password_alone(client, olga, settings):
    assert settings.ADMIN_OTP_REQUIRED is False  # APP_URL is http here

    assert sign_in(client, next=INDEX).url == INDEX
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        INDEX,
        "/admin/installations/workspace/",
        "/admin/auth/user/",
        "/admin/password_change/",
        "/admin/jsi18n/",
        "/admin/installations/workspace/1/do/export/",
    ],
)
def test_a_password_alone_opens_nothing_but_the_set_up(client, olga, required, address):
    sign_in(client)

    answer = client.get(address, follow=True)

    assert answer.redirect_chain[-1][0].startswith(SET_UP)
    assert "Set up the second step" in answer.content.decode()
    assert client.post(address).status_code == 302


def test_setting_up_shows_a_picture_and_then_recovery_codes_once(client, olga, required):
    way = sign_in(client, next="/admin/auth/user/").url
    page = client.get(way, follow=True)
    assert 'src="/admin/second-step/code.svg"' in page.content.decode()
    picture = client.get(PICTURE)
    phone = TOTPDevice.objects.get()

    codes = client.post(SET_UP, {"code": code_of(phone), "next": "/admin/auth/user/"})

    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture.headers["Cache-Control"]
    assert b"<svg" in picture.content
    shown = re.findall(r"<code>([a-z2-7-]{19})</code>", codes.content.decode())
    assert len(set(shown)) == 10
    assert "no-store" in codes.headers["Cache-Control"]
    assert client.get("/admin/auth/user/").status_code == 200
    [entry] = InstallationAuditEntry.objects.all()
    assert (entry.action, entry.actor) == (AuditAction.SECOND_STEP_SET_UP, "admin:olga")
    again = client.get(SET_UP).content.decode()
    assert not [code for code in shown if code in again]


def test_recovery_codes_are_kept_as_hashes(client, olga, required):
    shown = enrol(client)

    stored = set(StaticToken.objects.values_list("token", flat=True))

    assert len(stored) == 10
    assert not stored & {code.replace("-", "") for code in shown}
    assert not stored & {code.replace("-", "").upper() for code in shown}


def test_a_wrong_code_enrols_nothing(client, olga, required):
    sign_in(client)
    client.get(SET_UP)
    phone = TOTPDevice.objects.get()

    answer = client.post(SET_UP, {"code": wrong(phone)})

    assert "not the right code" in answer.content.decode()
    phone.refresh_from_db()
    assert not phone.confirmed
    assert client.get(INDEX).status_code == 302


def test_an_enrolled_operator_answers_with_the_phone(client, enrolled):
    way = sign_in(client, next="/admin/auth/user/").url
    asked = client.get(way, follow=True)
    assert asked.redirect_chain[-1][0].startswith(ANSWER)
    assert client.get("/admin/auth/user/").status_code == 302
    before = client.session.session_key

    answer = client.post(asked.redirect_chain[-1][0], {"code": code_of(TOTPDevice.objects.get())})

    assert answer.status_code == 302
    assert answer.url == "/admin/auth/user/"
    assert client.get("/admin/auth/user/").status_code == 200
    assert client.session.session_key != before


def test_a_code_works_once(client, enrolled):
    code = code_of(TOTPDevice.objects.get())
    sign_in(client)
    assert client.post(ANSWER, {"code": code}).status_code == 302

    thief = Client()
    sign_in(thief)

    assert thief.post(ANSWER, {"code": code}).status_code == 200
    assert thief.get(INDEX).status_code == 302


def test_wrong_codes_make_even_the_right_one_wait(client, enrolled):
    phone = TOTPDevice.objects.get()
    sign_in(client)
    for _ in range(3):
        client.post(ANSWER, {"code": wrong(phone)})

    assert client.post(ANSWER, {"code": code_of(phone)}).status_code == 200
    assert client.get(INDEX).status_code == 302


def test_a_recovery_code_lets_in_once_and_is_audited(client, enrolled):
    sign_in(client)
    assert client.post(ANSWER, {"code": enrolled[0].upper()}).status_code == 302
    assert client.get(INDEX).status_code == 200
    entry = InstallationAuditEntry.objects.get(action=AuditAction.RECOVERY_CODE_USED)
    assert (entry.actor, entry.details) == ("admin:olga", {"left": 9})

    again = Client()
    sign_in(again)

    assert again.post(ANSWER, {"code": enrolled[0]}).status_code == 200
    assert again.get(INDEX).status_code == 302


def test_who_knows_only_the_password_cannot_enrol_another_phone(client, enrolled):
    sign_in(client)

    assert urlsplit(client.get(SET_UP).url).path == ANSWER
    assert client.get(PICTURE).status_code == 404
    assert urlsplit(client.post(SET_UP, {"code": "123456"}).url).path == ANSWER
    assert TOTPDevice.objects.count() == 1


def test_a_new_phone_replaces_the_old_one_and_its_recovery_codes(client, enrolled):
    sign_in(client)
    client.post(ANSWER, {"code": code_of(TOTPDevice.objects.get())})
    client.get(SET_UP)
    new = TOTPDevice.objects.get(confirmed=False)

    client.post(SET_UP, {"code": code_of(new)})

    assert [*TOTPDevice.objects.all()] == [new]
    assert StaticToken.objects.count() == 10
    assert client.get(INDEX).status_code == 200


def test_who_enrolled_a_phone_is_asked_for_it_even_where_it_is_not_required(
    client, enrolled, settings
):
    settings.ADMIN_OTP_REQUIRED = False
    sign_in(client)

    assert client.get(INDEX).status_code == 302
    client.post(ANSWER, {"code": code_of(TOTPDevice.objects.get())})
    assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("address", [SET_UP, ANSWER, PICTURE])
def test_the_second_step_is_not_for_strangers(client, required, address):
    assert client.get(address).url.startswith(LOGIN)
    client.force_login(User.objects.create_user("customer"))
    assert client.get(address).url.startswith(LOGIN)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_sent_elsewhere(client, enrolled, elsewhere):
    sign_in(client)

    answer = client.post(ANSWER, {"code": code_of(TOTPDevice.objects.get()), "next": elsewhere})

    assert answer.url == INDEX


def test_between_the_steps_one_can_leave(client, olga, required):
    sign_in(client)

    client.post(reverse("admin:logout"))

    assert client.get(SET_UP).url.startswith(LOGIN)


def test_a_shell_resets_a_lost_phone(client, enrolled, capsys):
    call_command("reset_otp", "olga")

    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    entry = InstallationAuditEntry.objects.get(action=AuditAction.SECOND_STEP_RESET)
    assert entry.details == {"username": "olga"}
    assert entry.actor.endswith("(shell)")
    sign_in(client)
    assert urlsplit(client.get(INDEX, follow=True).redirect_chain[-1][0]).path == SET_UP
    with pytest.raises(CommandError, match="no user 'nobody'"):
        call_command("reset_otp", "nobody")


def test_no_page_of_the_admin_shows_a_second_steps_secret(client, enrolled):
    sign_in(client)
    client.post(ANSWER, {"code": code_of(TOTPDevice.objects.get())})

    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert client.get("/admin/otp_static/staticdevice/").status_code == 404
