"""Who may decide, and what their decisions amount to. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from approvals.refusals import (
    BarredError,
    GroupUnconfirmedError,
    NobodyCanApproveError,
    NotAllowedToSetUpError,
    NotAnApproverError,
    OwnRequestError,
    StandingUnconfirmedError,
)
from approvals.states import CampaignStatus, Verdict

# A group that Slack has not confirmed for this long decides nothing.
GROUP_TRUSTED_FOR = timedelta(hours=1)
# Of whom Slack has not told us for this long what they are, they change no rules and decide
# nothing. Approvers are asked about every hour, so it takes an outage.
STANDING_TRUSTED_FOR = timedelta(hours=2)
SHOWN_MEMBERS = 5  # names in a refusal; more would not be read


class Standing(StrEnum):
    """What somebody is in a workspace; stored, so a member may be added but never renamed."""

    ADMIN = "admin"  # owners too
    MEMBER = "member"
    GUEST = "guest"
    BOT = "bot"
    GONE = "gone"  # deactivated, or Slack does not show them to us


DECIDING = frozenset({Standing.ADMIN, Standing.MEMBER})


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a policy: a Slack user group, and how many of it settle the step."""

    name: str
    usergroup_id: str
    quorum: int
    rejection_threshold: int = 1

    @property
    def group_mention(self) -> str:
        return f"<!subteam^{self.usergroup_id}>"

    def outcome(self, verdicts: Iterable[Verdict]) -> CampaignStatus:
        """Return where these verdicts leave the campaign.

        A request for changes settles at once; rejection is looked at before approval, so a tie
        between both thresholds is a rejection.
        """
        given = list(verdicts)
        if Verdict.REQUEST_CHANGES in given:
            return CampaignStatus.CHANGES_REQUESTED
        if given.count(Verdict.REJECT) >= self.rejection_threshold:
            return CampaignStatus.REJECTED
        if given.count(Verdict.APPROVE) >= self.quorum:
            return CampaignStatus.APPROVED
        return CampaignStatus.PENDING


@dataclass(frozen=True, slots=True)
class PolicySnapshot:
    """The rules a revision was submitted under; later changes of the policy do not reach it."""

    name: str
    version: int
    stages: tuple[Stage, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        stages = tuple(Stage(**stage) for stage in stored["stages"])
        return cls(name=stored["name"], version=stored["version"], stages=stages)


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """Who Slack said is in a user group; ``synced_at`` is when we asked.

    ``barred`` are members who cannot decide: guests, apps, deactivated people. Of ``unknown``
    members Slack has not told us yet what they are.
    """

    user_ids: frozenset[str]
    synced_at: datetime
    barred: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    @property
    def deciders(self) -> frozenset[str]:
        return self.user_ids - self.barred

    def is_confirmed(self, user_id: str, now: datetime) -> bool:
        return now - self.synced_at <= GROUP_TRUSTED_FOR and user_id not in self.unknown


def require_approver(
    stage: Stage, group: GroupMembers, *, user_id: str, authors: Collection[str], now: datetime
) -> None:
    """Pass when ``user_id`` may decide on a revision that ``authors`` wrote or edited.

    Raises:
        OwnRequestError: the person is one of the authors.
        GroupUnconfirmedError: the group is not known well enough to say.
        NotAnApproverError: the person is not in the group.
        BarredError: the person is in it, and is a guest, an app or deactivated.
    """
    if user_id in authors:
        raise OwnRequestError(_names(group.deciders - set(authors)))
    if not group.is_confirmed(user_id, now):
        raise GroupUnconfirmedError(stage.group_mention)
    if user_id not in group.user_ids:
        raise NotAnApproverError(stage.group_mention)
    if user_id in group.barred:
        raise BarredError


def require_enough_approvers(
    stage: Stage, group: GroupMembers, *, authors: Collection[str]
) -> None:
    """Pass when the quorum can be reached without the authors.

    Raises:
        NobodyCanApproveError: it cannot.
    """
    available = len(group.deciders - set(authors))
    if available < stage.quorum:
        raise NobodyCanApproveError(stage.group_mention, stage.quorum, available)


def require_admin(standing: Standing | None, *, synced_at: datetime | None, now: datetime) -> None:
    """Pass for somebody whom Slack called an admin or owner lately.

    Raises:
        StandingUnconfirmedError: Slack has not said lately what they are.
        NotAllowedToSetUpError: they are not.
    """
    if synced_at is None or now - synced_at > STANDING_TRUSTED_FOR:
        raise StandingUnconfirmedError
    if standing is not Standing.ADMIN:
        raise NotAllowedToSetUpError


def _names(user_ids: Collection[str]) -> str:
    shown = sorted(user_ids)[:SHOWN_MEMBERS]
    if not shown:
        return "Nobody else in the group"
    more = len(user_ids) - len(shown)
    named = ", ".join(f"<@{user_id}>" for user_id in shown)
    return f"{named} and {more} more" if more else named
