"""Writes files and folders atomically, and translates errors of writing into sentences."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import polars as pl

from transforms.errors import RetierError

_FIXES = {
    errno.ENOSPC: "the disk is full: make room",
    errno.EDQUOT: "the disk quota is used up: make room",
    errno.EFBIG: "the file may not grow any further: raise the limit on file sizes",
    errno.EACCES: "this user may not write there: grant the right to, or name another folder in retier.yaml",
    errno.EPERM: "this user may not write there: grant the right to, or name another folder in retier.yaml",
    errno.EROFS: "the file system is read-only: name a folder elsewhere in retier.yaml",
    errno.ENOTDIR: "a part of that path is a file, not a folder: move it away, or name another folder in retier.yaml",
    errno.EEXIST: "a file is where the folder should be: move it away, or name another folder in retier.yaml",
    errno.EIO: "the disk reports an error: check it, or name another folder in retier.yaml",
    errno.EMFILE: "too many files are open: raise the limit on open files",
}
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# Paths that start with this were left behind by a process that was killed.
_UNFINISHED = ".making-"
_ABANDONED_SECONDS = 2 * 24 * 3600
_POLARS_ERRNO = re.compile(r"\(os error (\d+)\)")
# DuckDB checks the room for temporary data beforehand, and then reports a lack of memory.
_DUCKDB_SIGNS = (
    ("failed to offload data block", errno.ENOSPC),
    *((os.strerror(number), number) for number in sorted(_NO_ROOM)),
)


@contextmanager
def translate_write_errors(path: Path) -> Iterator[None]:
    """Translate the operating system's errors into sentences while a path is written.

    Raises:
        RetierError: If the disk is full, the folder may not be written to, and the like.
    """
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, duckdb.Error) as error:
        number = _error_number(error)
        if number not in _FIXES:
            raise
        raise RetierError(f"{path} cannot be written: {_FIXES[number]}") from error


def is_out_of_space(error: BaseException) -> bool:
    """Return whether an error says that a file could not grow, whichever file was read at the time."""
    return _error_number(error) in _NO_ROOM


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Return an empty folder next to its target, which is removed afterwards.

    Raises:
        RetierError: If it cannot be written.
    """
    with translate_write_errors(parent), _scratch(parent) as scratch:
        yield scratch


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=parent))
    _sweep(scratch)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def publish_folder(filled: Path, target: Path) -> None:
    """Rename a folder once everything in it is on disk; a target that another process made meanwhile stays."""
    for file in filled.iterdir():
        _synchronise(file)
    _synchronise(filled)
    try:
        filled.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    _synchronise(target.parent)


def all_but_newest(paths: Iterable[Path], count: int) -> list[Path]:
    """Return all but the newest paths, of which the given number is left out; paths that vanished are left out, too."""
    changed: list[tuple[int, Path]] = []
    for path in paths:
        with suppress(OSError):
            changed.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(changed, reverse=True)[count:]]


def remove(path: Path) -> None:
    """Remove a file or a folder; it is no error if it does not exist or cannot be removed."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


@contextmanager
def new_file(target: Path, *, is_durable: bool = True) -> Iterator[Path]:
    """Return a path to write, which is renamed to the target afterwards; a former file stays until then.

    Args:
        target: The file.
        is_durable: Whether it must survive a power failure; not needed if its reader notices damage and can make it
            again.

    Raises:
        RetierError: If it cannot be written; nothing is left behind then.
    """
    # In a folder of its own: a writer may create its file only after it has failed, and that is not cleaned up.
    with translate_write_errors(target), _scratch(target.parent) as scratch:
        # Made plainly, so that whoever may read new files here may read this one: mkstemp would shut everybody out.
        written = scratch / f"new{target.suffix}"
        written.touch(exist_ok=False)
        yield written
        if is_durable:
            _synchronise(written)
        written.replace(target)
        if is_durable:
            _synchronise(target.parent)


def _sweep(made: Path) -> None:
    """Remove leftovers of killed processes next to a new file, whose own time serves to compute their age."""
    now = made.stat().st_mtime
    for left in made.parent.glob(f"{_UNFINISHED}*"):
        with suppress(FileNotFoundError):
            if now - left.stat().st_mtime > _ABANDONED_SECONDS:
                remove(left)


def _synchronise(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _error_number(error: BaseException) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        return next((number for sign, number in _DUCKDB_SIGNS if sign in str(error)), None)
    found = _POLARS_ERRNO.search(str(error))
    return int(found[1]) if found else None
