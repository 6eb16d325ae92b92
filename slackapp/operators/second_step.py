"""The second step of a login: enrolling a phone, answering with it, starting over."""

import secrets
from base64 import b32encode
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from installations import audit

CODES = 10
CODE_BYTES = 10  # 80 bits; nobody guesses one
STORED = 16  # characters, what the column holds


def has_phone(user: Any) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def pending_phone(user: Any) -> TOTPDevice:
    """Return the phone that ``user`` is about to enrol; the same until it is confirmed."""
    phone, _ = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "authenticator app"}
    )
    return phone


@transaction.atomic
def confirm_phone(*, user: User, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Enrol the pending phone in place of any other; return it with new recovery codes.

    None where ``code`` is not what the phone shows, or was tried too soon after a wrong one.
    The codes are kept as hashes: this is the only time that they can be read.
    """
    phone = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if phone is None or not phone.verify_token(code):
        return None
    TOTPDevice.objects.filter(user=user).exclude(pk=phone.pk).delete()
    phone.confirmed = True
    phone.save(update_fields=["confirmed"])
    audit.record(audit.AuditAction.SECOND_STEP_SET_UP, actor=audit.admin_actor(user.get_username()))
    return phone, _new_codes(user)


@transaction.atomic
def answer(*, user: User, code: str) -> TOTPDevice | StaticDevice | None:
    """Return the device that accepts ``code``: digits of the phone, or a recovery code, once.

    A wrong answer makes that device wait, twice as long each time.
    """
    if code.isdecimal():
        phones = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True)
        return next((phone for phone in phones if phone.verify_token(code)), None)
    spare = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if spare is None or not spare.verify_token(_digest(user, code)):
        return None
    audit.record(
        audit.AuditAction.RECOVERY_CODE_USED,
        actor=audit.admin_actor(user.get_username()),
        left=spare.token_set.count(),
    )
    return spare


@transaction.atomic
def reset(*, user: User, actor: str) -> None:
    """Forget a user's phone and recovery codes; the next login leads to enrolling anew."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    audit.record(audit.AuditAction.SECOND_STEP_RESET, actor=actor, username=user.get_username())


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [_readable(secrets.token_bytes(CODE_BYTES)) for _ in range(CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_digest(user, code)) for code in codes
    )
    return codes


def _readable(code: bytes) -> str:
    text = b32encode(code).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(user: User, code: str) -> str:
    """Return what is stored of a recovery code."""
    typed = code.replace("-", "").replace(" ", "").lower()
    digest = salted_hmac("recovery code", f"{user.pk}:{typed}", algorithm="sha256").digest()
    return b32encode(digest).decode()[:STORED]
