"""The fact store: Parquet files with the facts of months, each made once per fingerprint of its input."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl

from sql.atomic import all_but_newest, new_file, remove
from transforms.errors import RetierError
from transforms.month import Month

_KEPT = 2
# The rows of small files stay in memory once they were read, up to this many bytes of rows.
_SMALL_FILE_BYTES = 1_000_000
_MOST_BYTES = 128_000_000
_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Fact:
    """The facts of one kind and month.

    Attributes:
        frame: The rows; read from their file when they are collected, unless they are few.
        metadata: What is stored with them, such as the list of features behind bit masks; any JSON value.
    """

    frame: pl.LazyFrame
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Facts that this process has verified or made, the state of their files then, and the rows if they are few."""

    files: tuple[tuple[int, int], ...]
    fact: Fact
    rows: pl.DataFrame | None

    @property
    def held_bytes(self) -> int:
        return 0 if self.rows is None else int(self.rows.estimated_size())


class FactStore:
    """Facts below one folder, by kind, month and fingerprint; thread-safe.

    A file counts only with its record, which is written after it and holds its checksum. What a crash or a failing
    disk leaves behind (a file without its record, a record without its file, a truncated file) counts as missing and is
    made again, so no write needs to be synchronised with the disk.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        # Months of a backfill use the same files: each is verified once, and small ones are read once.
        self._kept: dict[Path, _Kept] = {}
        self._lock = Lock()

    def get_or_make(self, kind: str, month: Month, fingerprint: str, make: Callable[[], Fact]) -> Fact:
        """Return facts, which are made and stored now if they are missing.

        Args:
            kind: Which facts, for example ``usage``.
            month: Their month.
            fingerprint: The fingerprint of everything that they are made from.
            make: Makes them; called only if they are missing, truncated or damaged.

        Raises:
            RetierError: If the disk is full or the folder cannot be written to.
        """
        found = self.get(kind, month, fingerprint)
        if found is not None:
            return found
        made = make()
        return self.put(kind, month, fingerprint, made.frame.collect(engine="streaming"), made.metadata)

    def get(self, kind: str, month: Month, fingerprint: str) -> Fact | None:
        """Find facts.

        Args:
            kind: Which facts, for example ``usage``.
            month: Their month.
            fingerprint: The fingerprint of everything that they were made from.

        Returns:
            The facts, None if they are missing, truncated or damaged.
        """
        path = self._path(kind, month, fingerprint)
        try:
            files = _state_of(path)
            kept = self._kept.get(path)
            if kept is not None and kept.files == files:
                return kept.fact
            record = json.loads(_record(path).read_text(encoding="utf-8"))
            if _checksum(path) != record["checksum"]:
                return None
            metadata = dict(record["metadata"])
            # Another process may have removed the file just now, in the place of which it put a newer one.
            rows = pl.read_parquet(path, glob=False, hive_partitioning=False) if _is_small(files) else None
        except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
            return None
        return self._keep(path, _Kept(files, Fact(_scan(path) if rows is None else rows.lazy(), metadata), rows))

    def put(
        self,
        kind: str,
        month: Month,
        fingerprint: str,
        frame: pl.DataFrame,
        metadata: Mapping[str, Any] | None = None,
    ) -> Fact:
        """Store facts.

        The two newest fingerprints of a month are kept, older ones are removed.

        Args:
            kind: Which facts.
            month: Their month.
            fingerprint: The fingerprint of everything that they were made from.
            frame: The rows.
            metadata: What is stored with them; any JSON value.

        Raises:
            RetierError: If the disk is full or the folder cannot be written to; the former facts stay.
        """
        path = self._path(kind, month, fingerprint)
        kept = json.loads(json.dumps(dict(metadata or {})))
        with new_file(path, is_durable=False) as written:
            frame.write_parquet(written, compression="zstd")
            checksum = _checksum(written)
        with new_file(_record(path), is_durable=False) as written:
            written.write_text(json.dumps({"checksum": checksum, "metadata": kept}), encoding="utf-8")
        self._prune(path, f"{month}-")
        files = _state_of(path)
        rows = frame if _is_small(files) else None
        return self._keep(path, _Kept(files, Fact(_scan(path) if rows is None else rows.lazy(), kept), rows))

    def _keep(self, path: Path, kept: _Kept) -> Fact:
        """Remember facts as verified; the rows that have been in memory longest are dropped for others."""
        with self._lock:
            self._kept.pop(path, None)
            self._kept[path] = kept
            in_memory = {one: each.held_bytes for one, each in self._kept.items() if each.rows is not None}
            surplus = sum(in_memory.values()) - _MOST_BYTES
            for one, held_bytes in in_memory.items():
                if surplus <= 0:
                    break
                del self._kept[one]
                surplus -= held_bytes
        return kept.fact

    def _path(self, kind: str, month: Month, fingerprint: str) -> Path:
        if not _NAME.fullmatch(kind) or not _NAME.fullmatch(fingerprint):
            raise RetierError(f"{kind!r} and {fingerprint!r} cannot be part of a file name in the fact store")
        return self._root / kind / f"{month}-{fingerprint}.parquet"

    def _prune(self, newest: Path, beginning: str) -> None:
        others = [path for path in newest.parent.glob(f"{beginning}*.parquet") if path != newest]
        for path in all_but_newest(others, _KEPT - 1):
            remove(_record(path))
            remove(path)


def _state_of(path: Path) -> tuple[tuple[int, int], ...]:
    """Return the sizes and modification times of a file and its record."""
    return tuple((one.st_size, one.st_mtime_ns) for one in (path.stat(), _record(path).stat()))


def _is_small(files: tuple[tuple[int, int], ...]) -> bool:
    return files[0][0] <= _SMALL_FILE_BYTES


def _record(path: Path) -> Path:
    return path.with_suffix(".json")


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _checksum(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
