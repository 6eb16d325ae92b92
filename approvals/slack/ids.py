"""What Slack sends back to us, spelled once. Pure.

A wire format: old messages keep sending these, so members are added, never renamed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from approvals.refusals import NoSuchCampaignError

COMMAND = "/campaign"


class ActionId(StrEnum):
    APPROVE = "campaign.approve"
    REQUEST_CHANGES = "campaign.request_changes"
    REJECT = "campaign.reject"
    REVISE = "campaign.revise"
    NEW = "campaign.new"
    SET_UP = "workspace.set_up"
    OPEN_LINK = "link.open"  # opens an address; there is nothing to do


class CallbackId(StrEnum):
    NEW = "campaign.new"
    REVISE = "campaign.revise"
    REQUEST_CHANGES = "campaign.request_changes"
    REJECT = "campaign.reject"
    SET_UP = "workspace.set_up"


class Field(StrEnum):
    """An input's ``block_id``, and its ``action_id`` too: a form has one of each."""

    TITLE = "title"
    BRIEF = "brief"
    CHANNELS = "channels"
    BUDGET = "budget"
    CURRENCY = "currency"
    LAUNCH_ON = "launch_on"
    ASSET_URL = "asset_url"
    REASON = "reason"
    APPROVER_GROUP = "approver_group"
    APPROVALS_CHANNEL = "approvals_channel"
    QUORUM = "quorum"


REF = re.compile(r"campaign_(C-[0-9]{4}-[0-9]{4,9})_r([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class CampaignRef:
    """What a button or a form names: a campaign's revision, never a right or a state."""

    reference: str
    revision: int

    def dump(self) -> str:
        return f"campaign_{self.reference}_r{self.revision}"

    @classmethod
    def load(cls, value: str) -> Self:
        """Read ``campaign_C-2026-0042_r3``.

        Raises:
            NoSuchCampaignError: the value is anything else.
        """
        match = REF.fullmatch(value)
        if match is None:
            raise NoSuchCampaignError
        return cls(match[1], int(match[2]))
