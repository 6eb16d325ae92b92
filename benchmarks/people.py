"""Who and what the benchmarks speak of."""

TEAM, REQUESTER, APPROVER = "T0BENCH", "U0DANA", "U0ANA"
GROUP, CHANNEL = "S0APPROVERS", "C0APPROVALS"
