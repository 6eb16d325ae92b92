"""Why a person cannot do what they asked for; ``str(refusal)`` is what they are told. Pure.

Every sentence says that nothing was recorded, or what to do instead.
"""


class RefusedError(Exception):
    """A rule says no; ``code`` names the rule in the audit log.

    ``passes`` says that the same may be allowed in a while.
    """

    code = "refused"
    passes = False


class DecisionRefusedError(RefusedError):
    """An approver's click that does not count."""


class NotAnApproverError(DecisionRefusedError):
    code = "not_an_approver"

    def __init__(self, group: str) -> None:
        super().__init__(f"Only members of {group} can decide on this. Nothing was recorded.")


class BarredError(DecisionRefusedError):
    code = "barred"

    def __init__(self) -> None:
        super().__init__(
            "Guests, apps and deactivated people cannot decide on campaigns. Nothing was recorded."
        )


class OwnRequestError(DecisionRefusedError):
    code = "own_request"

    def __init__(self, others: str) -> None:
        super().__init__(
            "You wrote or edited this campaign, so somebody else has to decide on it. "
            f"{others} can. Nothing was recorded."
        )


class AlreadySettledError(DecisionRefusedError):
    code = "already_settled"

    def __init__(self, status: str, by: str = "") -> None:
        who = f" by {by}" if by else ""
        super().__init__(f"This is {status} already{who}. Nothing else is needed from you.")


class AlreadyDecidedError(DecisionRefusedError):
    code = "already_decided"

    def __init__(self) -> None:
        super().__init__("You have decided on this version already; your first decision stands.")


class SupersededError(DecisionRefusedError):
    code = "superseded"

    def __init__(self, current: int) -> None:
        super().__init__(
            f"Version {current} has replaced the one you were looking at. "
            "Read the current one on the card, then decide. Nothing was recorded."
        )


class GroupUnconfirmedError(DecisionRefusedError):
    code = "group_unconfirmed"
    passes = True

    def __init__(self, group: str) -> None:
        super().__init__(
            f"We have not heard from Slack lately who belongs to {group}, so we cannot count this. "
            "We are asking now: try again in a minute. Nothing was recorded."
        )


class NoSuchCampaignError(DecisionRefusedError):
    code = "no_such_campaign"

    def __init__(self) -> None:
        super().__init__("There is no such campaign in this workspace. Nothing was recorded.")


class NotConfiguredError(RefusedError):
    code = "not_configured"

    def __init__(self) -> None:
        super().__init__("Nobody has said yet who approves campaigns here, and in which channel.")


class NobodyCanApproveError(RefusedError):
    code = "nobody_can_approve"
    passes = True

    def __init__(self, group: str, needed: int, available: int) -> None:
        approvals = "1 approval" if needed == 1 else f"{needed} approvals"
        members = f"only {available} of its members" if available else "none of its members"
        super().__init__(
            f"This needs {approvals} from {group}, but {members} may decide on it: "
            "whoever sends a campaign cannot approve it, "
            "and guests cannot either. Ask an admin to add people to the group, then send it again."
        )


class NotYoursError(RefusedError):
    code = "not_yours"

    def __init__(self, requester: str) -> None:
        super().__init__(f"Only {requester}, who sent this campaign, can send a new version.")


class NothingToReviseError(RefusedError):
    code = "nothing_to_revise"

    def __init__(self, status: str) -> None:
        super().__init__(
            f"This campaign is {status}, so nobody waits for a new version. Nothing was recorded."
        )


class AlreadyRevisedError(RefusedError):
    code = "already_revised"

    def __init__(self, current: int) -> None:
        super().__init__(f"Version {current} has been sent since. Nothing was recorded.")


class NoSuchGroupError(RefusedError):
    code = "no_such_group"

    def __init__(self) -> None:
        super().__init__("Slack does not list this user group any more. Choose another.")


class TooFewMembersError(RefusedError):
    code = "too_few_members"

    def __init__(self, handle: str, members: int) -> None:
        people = "1 person" if members == 1 else f"{members} people"
        super().__init__(
            f"@{handle} has {people}. Ask for no more approvals than that, or add people first."
        )


class SentAlreadyError(RefusedError):
    code = "sent_already"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference} was sent from this form already, with other content. "
            "Nothing of this was recorded; type `/campaign` to send it as a new one."
        )


class NothingChangedError(RefusedError):
    code = "nothing_changed"
    passes = True

    def __init__(self, current: int) -> None:
        super().__init__(
            f"Nothing has changed since version {current}. Change what was asked for, then send it."
        )


class NotAllowedToSetUpError(RefusedError):
    code = "not_allowed_to_set_up"

    def __init__(self) -> None:
        super().__init__("Only admins and owners of this workspace can change who approves.")


class StandingUnconfirmedError(NotAllowedToSetUpError):
    code = "standing_unconfirmed"

    def __init__(self) -> None:
        RefusedError.__init__(
            self,
            "We are asking Slack whether you are an admin of this workspace. "
            "Try again in a few seconds.",
        )
