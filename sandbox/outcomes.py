"""How a gesture went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from sandbox.delivery import Answer, as_person_reads
from sandbox.types import JSON

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a gesture went, in the words of the client API."""

    ok: bool = True
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Say whether the app acknowledged; if not, in Slack's words."""
        if answer.status == 200:  # noqa: PLR2004 (Slack accepts nothing else here)
            return cls()
        return cls(ok=False, error=f"{TROUBLE} ({as_person_reads(answer)})")

    def as_json(self) -> JSON:
        """Return the body of the client API's answer."""
        body: JSON = {"ok": self.ok}
        if self.error:
            body["error"] = self.error
        if self.errors:
            body["errors"] = dict(self.errors)
        return body
