"""The pages of an install: what it is, the way to Slack, the way back, the receipt."""

from installations.views.receipts import connected, installed
from installations.views.returning import callback
from installations.views.starting import connect, install, landing, start_connecting

__all__ = [
    "callback",
    "connect",
    "connected",
    "install",
    "installed",
    "landing",
    "start_connecting",
]
