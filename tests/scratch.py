"""Where tests write: into memory where there is plenty, since they write and sync more than a disk keeps up with."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psutil
import pytest

IN_MEMORY = Path("/dev/shm")
"""Linux has it; a container's is often of 64 MiB."""

ROOM_GIB = 8
"""What must be free in the folder: modules and sessions share projects, and what failed is kept."""

MEMORY_GIB = 16
"""What must be free in memory, so that the processes of the tests have theirs beside the folder's."""

_GIB = 2**30


# Before pytest's own, which may ask for the folder.
@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Choose for this process and all that it starts; who has set TMPDIR has chosen already."""
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK):
        return
    if has_room(shutil.disk_usage(IN_MEMORY).free, psutil.virtual_memory().available):
        os.environ["TMPDIR"] = str(IN_MEMORY)
        tempfile.tempdir = None


def has_room(free: int, available: int) -> bool:
    """Return whether tests may write into memory.

    Args:
        free: Bytes that are free in the folder.
        available: Bytes of memory that nobody uses.
    """
    return free >= ROOM_GIB * _GIB and available >= MEMORY_GIB * _GIB
