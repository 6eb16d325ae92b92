"""Commands run as an ordinary user, because PostgreSQL refuses to be root."""

import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

STAND_IN = "nobody"  # exists everywhere; no account is created for us


class CannotLeaveRootError(Exception):
    """Root's rights cannot be laid down here; the message says what to do instead."""


def server_uid() -> int:
    """Return the user that a server of ours runs as: the caller, or a stand-in for root."""
    return os.geteuid() or pwd.getpwnam(STAND_IN).pw_uid


def give(path: Path) -> None:
    """Make ``path`` the server's own and nobody else's."""
    path.chmod(stat.S_IRWXU)
    if os.geteuid() == 0:
        os.chown(path, server_uid(), pwd.getpwnam(STAND_IN).pw_gid)


def command(arguments: Sequence[str | Path], *, reaching: Sequence[Path]) -> list[str]:
    """Return a command line that runs ``arguments`` as the server's user, able to use ``reaching``.

    Permissions of directories stay as they are. When one on the way is closed to others (a clone in
    /root), the command keeps one right of root's instead: to pass by file permissions.

    Raises: CannotLeaveRootError.
    """
    words = [str(argument) for argument in arguments]
    if os.geteuid() != 0:
        return words
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise CannotLeaveRootError(
            "PostgreSQL does not run as root, and setpriv (util-linux) is not here to start it as "
            "somebody else. Run this as an ordinary user, or set DATABASE_URL to your own server."
        )
    return [setpriv, *_identity(), *_rights(reaching), "--", *words]


def _identity() -> list[str]:
    user = pwd.getpwnam(STAND_IN)
    return [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _rights(reaching: Sequence[Path]) -> list[str]:
    if all(_open_to_all(path) for path in reaching):
        return []
    right = "+dac_override"
    # access(2) ignores capabilities of an ordinary user unless no_setuid_fixup is set
    return [f"--inh-caps={right}", f"--ambient-caps={right}", "--securebits=+no_setuid_fixup"]


def _open_to_all(path: Path) -> bool:
    resolved = path.resolve()
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in resolved.parents)
