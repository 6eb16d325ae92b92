"""Refusals of the Web API, carried by Slack's own error codes."""

from collections.abc import Sequence

from sandbox.types import Value


class SlackError(Exception):
    """The call is refused; ``code`` is what Slack puts in ``error``."""

    def __init__(self, code: str, **extra: Value) -> None:
        """Keep the code and whatever else Slack adds to the answer."""
        super().__init__(code)
        self.code = code
        self.extra = extra


class InvalidArgumentsError(SlackError):
    """The arguments do not fit; ``response_metadata.messages`` says where."""

    def __init__(self, faults: Sequence[str], code: str = "invalid_arguments") -> None:
        """Word the faults the way docs.slack.dev/apis/web-api/#responses shows them."""
        messages = [f"[ERROR] {fault}" for fault in faults]
        super().__init__(code, response_metadata={"messages": messages})


class GestureError(Exception):
    """A person cannot do that here; the message is for the person."""
