"""The pages of the second step."""

from base64 import b32encode
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

import django_otp
import segno
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from slackapp.operators import second_step
from slackapp.operators.forms import CodeForm

View = Callable[[HttpRequest], HttpResponse]
WRONG = "That is not the right code. Wait for the next one; after several wrong ones, wait longer."


def destination(request: HttpRequest) -> str:
    """Return the page of ours that somebody was on the way to."""
    address = request.POST.get(REDIRECT_FIELD_NAME, request.GET.get(REDIRECT_FIELD_NAME, ""))
    own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if own else reverse("admin:index")


def for_staff(view: View) -> View:
    """Show ``view`` to staff who gave a password, whether or not the second step is done."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.user.is_active and request.user.is_staff:
            return view(request)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))

    return never_cache(guarded)


@for_staff
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the enrolled phone, or a recovery code, and let in who has one."""
    user: Any = request.user
    if user.is_verified():
        return HttpResponseRedirect(destination(request))
    if not second_step.has_phone(user):
        return HttpResponseRedirect(_on("admin:second_step_set_up", request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = second_step.answer(user=user, code=form.cleaned_data["code"])
        if device is not None:
            _let_in(request, device)
            return HttpResponseRedirect(destination(request))
        form.add_error("code", WRONG)
    return _page(request, "answer", title="Second step", form=form)


@for_staff
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Enrol a phone; whoever has one already must answer with it first."""
    user: Any = request.user
    if second_step.has_phone(user) and not user.is_verified():
        return HttpResponseRedirect(_on("admin:second_step", request))
    phone = second_step.pending_phone(user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        enrolled = second_step.confirm_phone(user=user, code=form.cleaned_data["code"])
        if enrolled is not None:
            device, codes = enrolled
            _let_in(request, device)
            return _page(request, "codes", title="Recovery codes", codes=codes)
        form.add_error("code", WRONG)
    key = b32encode(phone.bin_key).decode()
    groups = " ".join(key[start : start + 4] for start in range(0, len(key), 4))
    return _page(request, "set_up", title="Set up the second step", form=form, key=groups)


@for_staff
@require_GET
def picture(request: HttpRequest) -> HttpResponse:
    """Return the QR code that enrols the pending phone; never of a phone in use."""
    user: Any = request.user
    if second_step.has_phone(user) and not user.is_verified():
        raise Http404
    drawn = BytesIO()
    code = segno.make(second_step.pending_phone(user).config_url, micro=False)
    code.save(drawn, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
    return HttpResponse(
        drawn.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"}
    )


def _let_in(request: HttpRequest, device: Any) -> None:
    """Mark the session as verified, under a new key: one seen before the step is worth nothing."""
    request.session.cycle_key()
    django_otp.login(request, device)


def _on(name: str, request: HttpRequest) -> str:
    return f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: destination(request)})}"


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/second_step/{name}.html",
        {**admin.site.each_context(request), "next": destination(request), **context},
        headers={"Cache-Control": "no-store"},
    )
