"""Refuses what has a file's name but is none: to open a named pipe waits for a writer, and a device never ends."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from transforms.errors import RetierError

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def refuse_special(path: Path, name: str, status: os.stat_result | None = None) -> None:
    """Refuse pipes, sockets and devices, which are not even opened; what is not there is left to whoever reads it.

    Args:
        path: The path; a link counts as what it leads to.
        name: Its name in the message.
        status: What is known of it already; None to look.

    Raises:
        RetierError: If it is one of these.
    """
    try:
        mode = (status or path.stat()).st_mode
    except (OSError, ValueError):
        return
    kind = _KINDS.get(stat.S_IFMT(mode))
    if kind is not None:
        raise RetierError(f"{name} is {kind}, not a file: write what comes from it into a file, and name that")
