"""A lock on a file next to the warehouse: the right to write to a database that is itself a file, or to send."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sql.atomic import translate_write_errors
from sql.dialects.base import Right, Writer, busy
from transforms.errors import RetierError

_POLL_SECONDS = 0.1
_SUFFIXES = {Right.write: ".lock", Right.send: ".sending.lock"}


class _FileWriter(Writer):
    def renew(self) -> None:
        """Do nothing: the kernel holds the lock for as long as the process lives."""


@contextmanager
def locked_file(warehouse: Path, who: str, wait_seconds: float, right: Right) -> Iterator[Writer]:
    """Lock the file next to a warehouse; it is not removed, since then two processes could hold the lock.

    Args:
        warehouse: The warehouse's file.
        who: A description of the holder, for messages to other processes.
        wait_seconds: How long to wait for another holder.
        right: The right; each has a file of its own.

    Raises:
        BusyError: If another process holds it.
        RetierError: If the lock cannot be taken.
    """
    path = warehouse.with_name(f"{warehouse.name}{_SUFFIXES[right]}")
    with translate_write_errors(path):
        if not warehouse.parent.is_dir():
            raise RetierError(
                f"the warehouse {warehouse} cannot be opened: its folder does not exist; make the folder, or fix the "
                "warehouse URL"
            )
        if path.is_dir():
            raise RetierError(f"{path} is a folder: move it away, since the file that locks the warehouse has its name")
        opened = path.open("a+b", buffering=0)
    with opened:
        _wait_for(opened, warehouse, wait_seconds, right)
        with translate_write_errors(path):
            opened.truncate(0)
            opened.write(who.encode())
        try:
            yield _FileWriter()
        finally:
            opened.truncate(0)


def _wait_for(opened: IO[bytes], warehouse: Path, wait_seconds: float, right: Right) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            # The kernel releases it when the process ends, even if it is killed.
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                still = f", and still was after {wait_seconds:zg} s"
                raise busy(right, warehouse, _holder(opened), still) from None
        except OSError as error:
            raise RetierError(
                f"{opened.name} cannot be locked: the file system says {error.strerror!r}; put the warehouse on one "
                "that supports locks, such as a local disk"
            ) from error
        else:
            return
        time.sleep(min(_POLL_SECONDS, max(deadline - time.monotonic(), 0)))


def _holder(opened: IO[bytes]) -> str:
    opened.seek(0)
    return opened.read().decode(errors="replace").strip()
