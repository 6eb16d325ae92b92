"""What runs on this machine, as tests look at it."""

from pathlib import Path


def processes_naming(path):
    """Return the command lines that mention ``path``; none where there is no ``/proc``."""
    return [
        line
        for directory in Path("/proc").glob("[0-9]*")
        if str(path) in (line := command_line(directory))
    ]


def command_line(process):
    try:
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:  # it ended
        return ""
