"""What is approved: the exact words of a campaign, with a fingerprint. Pure."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

FINGERPRINT_DOMAIN = b"countersign-revision-v1\n"


@dataclass(frozen=True, slots=True)
class CampaignContent:
    """One version of a campaign as its requester wrote it; ``currency`` is an ISO 4217 code."""

    title: str
    brief: str
    channels: tuple[str, ...]
    budget: Decimal
    currency: str
    launch_on: date
    asset_url: str

    def fingerprint(self) -> str:
        """Return the SHA-256, in hex, of the canonical form: same content, same fingerprint."""
        canonical = json.dumps(
            {
                "asset_url": self.asset_url,
                "brief": unicodedata.normalize("NFC", self.brief),
                "budget": f"{self.budget:.2f}",
                "channels": sorted(self.channels),
                "currency": self.currency,
                "launch_on": self.launch_on.isoformat(),
                "title": unicodedata.normalize("NFC", self.title),
            },
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        return hashlib.sha256(FINGERPRINT_DOMAIN + canonical.encode()).hexdigest()


def short_code(fingerprint: str) -> str:
    """Return the part of a fingerprint that people compare: ``7F3A-91C2``."""
    return f"{fingerprint[:4]}-{fingerprint[4:8]}".upper()
