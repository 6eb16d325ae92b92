"""What the worker does for requests for support."""

from django.conf import settings
from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from approvals import effects
from slackapp.pages import mails, services

RETRY = RetryStrategy(max_attempts=4, exponential_wait=4)  # seconds: 4, 16, 64; then the sweep
NOBODY = "SUPPORT_EMAIL is not set, so nobody was mailed."


@app.task(name=services.MAIL_REQUEST, retry=RETRY)
def mail_support_request(*, support_request_id: int) -> None:
    """Mail a request to the operator, once; the row says when, or why not."""
    row = services.start_mailing(support_request_id=support_request_id)
    if row is None:
        return
    if not mails.recipient(row):
        services.note_not_mailed(support_request_id=row.pk, why=NOBODY)
        return
    admin_path = reverse("admin:slackapp_supportrequest_change", args=[row.pk])
    try:
        mails.to_operator(row, admin_path=admin_path).send()
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        services.note_not_mailed(support_request_id=row.pk, why=why)
        raise
    services.finish_mailing(support_request_id=row.pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="slackapp.sweep_support_requests", retry=RETRY)
def sweep_support_requests(timestamp: int) -> None:
    """Queue again the mails whose wake-up was lost, or whose server was away."""
    if not settings.SECURITY_EMAIL:  # which is SUPPORT_EMAIL unless it is set by itself
        return
    for pk in services.waiting_for_mail().values_list("pk", flat=True)[:100]:
        effects.enqueue_once(services.MAIL_REQUEST, key=pk, support_request_id=pk)


@app.periodic(cron="27 * * * *")
@app.task(name="slackapp.prune_support_requests", retry=RETRY)
def prune_support_requests(timestamp: int) -> None:
    services.forget_old()
