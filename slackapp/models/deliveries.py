"""The doorbell log: what Slack delivered, so that nothing is handled twice or lost."""

import json
from typing import Any

from django.db import connection, models


class DeliveryState(models.TextChoices):
    RECEIVED = "received"
    HANDLED = "handled"
    DEAD = "dead", "given up"


class ReceivedDeliveryManager(models.Manager["ReceivedDelivery"]):
    def claim(
        self,
        *,
        key: str,
        kind: str,
        team_id: str,
        state: DeliveryState,
        payload: dict[str, Any] | None,
    ) -> int | None:
        """Return the id of the new row, or None when the key has been claimed before.

        A concurrent twin waits here until the first one commits or rolls back.
        """
        stored = None if payload is None else json.dumps(payload)
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [key, kind, team_id, state, stored])
            row = cursor.fetchone()
        return row and int(row[0])


# The ORM's ignore_conflicts does not say whether the row is new.
CLAIM = """
    INSERT INTO slackapp_receiveddelivery
        (key, kind, team_id, state, payload, attempts, last_error, received_at)
    VALUES (%s, %s, %s, %s, %s, 0, '', now())
    ON CONFLICT (key) DO NOTHING
    RETURNING id
"""


class ReceivedDelivery(models.Model):
    """One delivery by its key; an event keeps its payload until it has been handled."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=64)
    team_id = models.CharField(max_length=32, blank=True, default="")
    state = models.CharField(max_length=16, choices=DeliveryState.choices)
    payload = models.JSONField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=255, blank=True, default="")
    received_at = models.DateTimeField(auto_now_add=True)
    attempted_at = models.DateTimeField(null=True, blank=True)

    objects = ReceivedDeliveryManager()

    class Meta:
        verbose_name_plural = "received deliveries"
        indexes = [
            models.Index(
                name="delivery_waiting",
                fields=["received_at"],
                condition=models.Q(state=DeliveryState.RECEIVED),
            ),
            models.Index(name="delivery_age", fields=["received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
