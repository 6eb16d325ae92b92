"""The states of a campaign, with what may follow what. Pure."""

from collections.abc import Mapping

from django.db.models import TextChoices

from approvals.refusals import AlreadySettledError


class CampaignStatus(TextChoices):
    """Where a campaign stands; the label completes "it is …"."""

    PENDING = "pending", "pending"
    CHANGES_REQUESTED = "changes_requested", "sent back for changes"
    APPROVED = "approved", "approved"
    REJECTED = "rejected", "rejected"


class Verdict(TextChoices):
    """One approver's answer."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes", "request changes"
    REJECT = "reject"


NEXT: Mapping[CampaignStatus, frozenset[CampaignStatus]] = {
    CampaignStatus.PENDING: frozenset(
        {CampaignStatus.APPROVED, CampaignStatus.REJECTED, CampaignStatus.CHANGES_REQUESTED}
    ),
    CampaignStatus.CHANGES_REQUESTED: frozenset({CampaignStatus.PENDING}),
    CampaignStatus.APPROVED: frozenset(),
    CampaignStatus.REJECTED: frozenset(),
}


def require_transition(current: str, following: CampaignStatus) -> None:
    """Pass when ``following`` may come after ``current``.

    Raises:
        AlreadySettledError: it may not.
    """
    if following not in NEXT[CampaignStatus(current)]:
        raise AlreadySettledError(CampaignStatus(current).label)
