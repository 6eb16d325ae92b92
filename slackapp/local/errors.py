"""The refusal that every part of a local run can raise."""


class CannotRunError(Exception):
    """The local run does not start; the message says why, and what to do."""
