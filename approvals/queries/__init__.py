"""The window: reads for drawing, as frozen snapshots."""

from approvals.queries.cards import CampaignCard, DecisionLine, card, find_card
from approvals.queries.lists import CampaignLine, HomePage, home, sent_by, waiting_for
from approvals.queries.workspaces import (
    GroupChoice,
    Setup,
    current_policy,
    group_choices,
    group_members,
    has_own_install,
    installer_id,
    person,
    setup,
    team_of_message,
)

__all__ = [
    "CampaignCard",
    "CampaignLine",
    "DecisionLine",
    "GroupChoice",
    "HomePage",
    "Setup",
    "card",
    "current_policy",
    "find_card",
    "group_choices",
    "group_members",
    "has_own_install",
    "home",
    "installer_id",
    "person",
    "sent_by",
    "setup",
    "team_of_message",
    "waiting_for",
]
