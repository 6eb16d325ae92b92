"""What people write to whoever runs this Countersign."""

from django.db import models


class Topic(models.TextChoices):
    """What a request is about; stored and in links, so a member may be added, never renamed."""

    QUESTION = "question", "A question"
    PROBLEM = "problem", "Something does not work"
    DATA_COPY = "data_copy", "A copy of my data"
    DATA_DELETION = "data_deletion", "Deletion of my data"
    SECURITY = "security", "A security problem"
    OTHER = "other", "Something else"


class RequestState(models.TextChoices):
    OPEN = "open"
    ANSWERED = "answered"


class SupportRequest(models.Model):
    """One message from the support form, and whether the operator has been mailed about it.

    ``submission_key`` is the same when a form is sent twice with the same words. ``address_key``
    is a keyed hash of the sender's network address, wiped after a day.
    """

    reference = models.CharField(max_length=10, unique=True)  # S-7F3A91C2
    topic = models.CharField(max_length=16, choices=Topic.choices)
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField("e-mail")
    workspace = models.CharField(max_length=100, blank=True)  # as the person calls it
    message = models.TextField()

    state = models.CharField(max_length=16, choices=RequestState.choices, default=RequestState.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    mailing_since = models.DateTimeField(null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=255, blank=True, default="")

    submission_key = models.CharField(max_length=64, unique=True, editable=False)
    address_key = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="support_request_state_known",
                condition=models.Q(state__in=RequestState.values),
            ),
            models.CheckConstraint(
                name="support_request_topic_known",
                condition=models.Q(topic__in=Topic.values),
            ),
        ]
        indexes = [
            models.Index(name="support_request_age", fields=["created_at"]),
            models.Index(
                name="support_request_unmailed",
                fields=["created_at"],
                condition=models.Q(mailed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
