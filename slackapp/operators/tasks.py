"""Upkeep of what logins leave behind."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=5, exponential_wait=2)  # seconds: 2, 4, 8, 16
UNTIL_FORGOTTEN = 2 * settings.AXES_COOLOFF_TIME  # nobody waits for an attempt that old


@app.periodic(cron="23 * * * *")
@app.task(name="slackapp.prune_logins", retry=RETRY)
def prune_logins(timestamp: int) -> None:
    """Forget wrong passwords after an hour, logins after LOGINS_KEPT_DAYS, and ended sessions."""
    now = timezone.now()
    AccessAttempt.objects.filter(attempt_time__lt=now - UNTIL_FORGOTTEN).delete()
    kept = timedelta(days=settings.LOGINS_KEPT_DAYS)
    AccessLog.objects.filter(attempt_time__lt=now - kept).delete()
    Session.objects.filter(expire_date__lt=now).delete()
