"""What can be wrong with a stored secret or with a key; every message names key ids only."""


class SecretUnreadableError(Exception):
    """A stored secret cannot be opened: wrong key, wrong place, or changed bytes."""


class KeyMissingError(SecretUnreadableError):
    """The key that wrote a stored secret is not in the key ring."""


class UserKeysMissingError(KeyMissingError):
    """A user's secret, in a process that may write such secrets and not read them."""

    def __init__(self, kid: str) -> None:
        super().__init__(f"key {kid!r}: this process does not hold the user keys")


class WrongKeyError(KeyMissingError):
    """This process has not the keys that seal here, so it must not write; ``kid`` names one."""

    def __init__(self, kid: str, message: str) -> None:
        super().__init__(message)
        self.kid = kid


class RetiredKeyError(WrongKeyError):
    """The key that would seal is retired."""
