"""The delivery ledger."""

from django.db import models

from approvals.models.campaigns import Campaign


class MessageKind(models.TextChoices):
    CARD = "card"
    OUTCOME = "outcome"


class MessageState(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    POSTED = "posted"
    FAILED = "failed"
    RETIRED = "retired"  # says that a newer revision replaced its own; nothing changes it again


class PostedMessage(models.Model):
    """The delivery ledger: which message tells what to whom, and how far it got.

    Written in the transaction of the fact it tells, so that a lost wake-up loses no message.
    ``drawn_version`` is the campaign's version that the message shows, ``wanted_version`` the one
    it should show: where they differ there is work, which an index finds. A revision has messages
    of its own: a new card is noticed, an edited one is not.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="messages")
    revision_number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=MessageKind.choices)
    recipient_id = models.CharField(max_length=32)  # a channel, or a person for a DM
    channel_id = models.CharField(max_length=32, blank=True, default="")
    ts = models.CharField(max_length=32, blank=True, default="")
    permalink = models.URLField(max_length=500, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=MessageState.choices, default=MessageState.WAITING
    )
    wanted_version = models.PositiveIntegerField()
    drawn_version = models.PositiveIntegerField(default=0)
    unclear_posts = models.PositiveSmallIntegerField(default=0)  # that may be in Slack
    last_error = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="message_once", fields=["campaign", "revision_number", "kind"]
            ),
        ]
        indexes = [
            models.Index(
                name="message_due",
                fields=["attempted_at"],
                condition=models.Q(wanted_version__gt=models.F("drawn_version")),
            ),
            models.Index(name="message_place", fields=["channel_id", "ts"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.campaign_id} to {self.recipient_id}"
