"""The support form: shown, refused without losing a word, kept."""

from logging import getLogger

from django.core import signing
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.exceptions import ConnectorException

from installations.addresses import address_key
from slackapp.models import SupportRequest, Topic
from slackapp.pages import services
from slackapp.pages.forms import SupportForm, new_form_key

RECEIPT_SALT = "slackapp.support.receipt"
RECEIPT_LIFETIME = 86_400  # seconds

INVALID = "Nothing was sent yet. Please look at what is marked below."
TOO_MANY = (
    "Nothing was sent: too many messages came in the last hour. What you wrote is still below. "
    "Send it again in an hour."
)
NOT_SAVED = (
    "We could not save your message: our database does not answer. What you wrote is still below. "
    "Send it again in a minute."
)
EXPIRED = (
    "Nothing was sent: this form was open for too long, or your browser keeps no cookies for this "
    "site. What you wrote is still below. Send it again."
)

logger = getLogger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest) -> HttpResponse:
    """Show the form, or keep what it brings and lead to the receipt."""
    if request.method == "POST":
        return _receive(request)
    topic = request.GET.get("topic", "")
    initial = {"topic": topic if topic in Topic.values else "", "form_key": new_form_key()}
    return _show(request, SupportForm(initial=initial))


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Show the reference of a message that was kept; its address tells nobody anything else."""
    try:
        reference = signing.loads(
            request.GET.get("receipt", ""), salt=RECEIPT_SALT, max_age=RECEIPT_LIFETIME
        )
    except signing.BadSignature:
        return redirect("support")
    return render(request, "pages/support_sent.html", {"reference": reference})


@require_safe
def data_request(_request: HttpRequest) -> HttpResponse:
    """Lead to the form where people ask for a copy of their data."""
    return redirect(f"{reverse('support')}?topic={Topic.DATA_COPY}")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come with its cookie; the support form keeps its words."""
    logger.warning("a form was refused: %s", reason)
    if request.path == reverse("support"):
        return _show(request, SupportForm(request.POST), refusal=EXPIRED, status=403)
    return render(request, "403_csrf.html", status=403)


def _receive(request: HttpRequest) -> HttpResponse:
    form = SupportForm(request.POST)
    if not form.is_valid():
        return _show(request, form, refusal=INVALID, status=422)
    try:
        row = _keep(request, form)
    except services.TooManyRequestsError:
        response = _show(request, form, refusal=TOO_MANY, status=429)
        response["Retry-After"] = str(int(services.WINDOW.total_seconds()))
        return response
    except (Error, ConnectorException) as trouble:
        logger.warning("a request for support was not kept", exc_info=trouble)
        return _show(request, form, refusal=NOT_SAVED, status=503)
    receipt = signing.dumps(row.reference, salt=RECEIPT_SALT)
    return redirect(f"{reverse('support-sent')}?receipt={receipt}")


def _keep(request: HttpRequest, form: SupportForm) -> SupportRequest:
    given = form.cleaned_data
    words = services.Words(
        topic=given["topic"],
        email=given["email"],
        name=given["name"],
        workspace=given["workspace"],
        message=given["message"],
    )
    return services.receive(
        words=words,
        form_key=given["form_key"],
        address_key=address_key(request, purpose="support"),
    )


def _show(
    request: HttpRequest, form: SupportForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    fields = [form[name] for name in ("topic", "email", "name", "workspace", "message")]
    context = {"form": form, "fields": fields, "refusal": refusal}
    return render(request, "pages/support.html", context, status=status)
