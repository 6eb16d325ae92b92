"""Slack over HTTP: every request comes to one address, signed."""

from logging import getLogger

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from slack_bolt import BoltResponse

from slackapp import ingest, signatures
from slackapp.deliveries import Delivery, MalformedDeliveryError

logger = getLogger(__name__)


@csrf_exempt  # Slack signs its requests instead
@require_POST
def slack_events(request: HttpRequest) -> HttpResponse:
    """Answer Slack: 401 unless it signed the raw bytes, 400 unless they make sense."""
    try:
        raw = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return HttpResponse("unreadable", status=400, content_type="text/plain")
    if not signatures.is_signed(raw, request.headers, secrets=settings.SLACK_SIGNING_SECRETS):
        return HttpResponse("invalid signature", status=401, content_type="text/plain")
    try:
        response = ingest.receive(Delivery.read(raw, request.content_type or ""))
    except MalformedDeliveryError as malformed:
        logger.warning("a signed but malformed request: %s", malformed)
        return HttpResponse("malformed", status=400, content_type="text/plain")
    return _to_django(response)


def _to_django(response: BoltResponse) -> HttpResponse:
    content_type = response.first_headers_without_set_cookie().get("content-type", "text/plain")
    return HttpResponse(response.body, status=response.status, content_type=content_type)
