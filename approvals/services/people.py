"""Keeps what Slack says about people."""

from datetime import datetime

from approvals.models import Person
from approvals.policies import Standing


def record_person(
    *, workspace_id: int, user_id: str, standing: Standing, asked_at: datetime
) -> None:
    """Keep what Slack said of somebody at ``asked_at``; an older answer changes nothing."""
    heard = {"standing": standing, "synced_at": asked_at}
    person, is_new = Person.objects.get_or_create(
        workspace_id=workspace_id, user_id=user_id, defaults=heard
    )
    if not is_new:
        Person.objects.filter(pk=person.pk, synced_at__lt=asked_at).update(**heard)
