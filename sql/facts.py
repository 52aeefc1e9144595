"""The fact store: what months were condensed to, as Parquet files that are made once per fingerprint of their input."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sql.atomic import all_but_newest, new_file, remove
from transforms.errors import RetierError
from transforms.month import Month

_KEPT = 2
_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Fact:
    """The facts of one kind and month.

    Attributes:
        frame: The rows, not yet read.
        metadata: What was kept beside them, such as the list of features behind bit masks.
    """

    frame: pl.LazyFrame
    metadata: Mapping[str, Any]


class FactStore:
    """Facts below one folder, by kind, month and fingerprint.

    A file counts only with its record beside it, which is written after it and holds its checksum: what a crash or
    a failing disk left is as good as absent, and is made again.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        # Files that this store has checked already, as they were then: months of a backfill look at the same ones.
        self._checked: dict[Path, tuple[int, int]] = {}

    def get(self, kind: str, month: Month, fingerprint: str) -> Fact | None:
        """Find facts.

        Args:
            kind: Which facts, for example ``usage``.
            month: Their month.
            fingerprint: Of everything that they were made from.

        Returns:
            The facts, None where they are missing, truncated or damaged.
        """
        path = self._path(kind, month, fingerprint)
        try:
            record = json.loads(_record(path).read_text(encoding="utf-8"))
            is_whole = self._is_whole(path, record["checksum"])
            metadata = dict(record["metadata"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Fact(_scan(path), metadata) if is_whole else None

    def put(
        self,
        kind: str,
        month: Month,
        fingerprint: str,
        frame: pl.LazyFrame | pl.DataFrame,
        metadata: Mapping[str, Any] | None = None,
    ) -> Fact:
        """Keep facts; a LazyFrame is computed by the streaming engine, in bounded memory.

        Of a month the two newest fingerprints are kept, older ones are removed.

        Args:
            kind: Which facts.
            month: Their month.
            fingerprint: Of everything that they were made from.
            frame: The rows.
            metadata: What is to be kept beside them; anything that JSON can write.

        Raises:
            RetierError: If the disk is full or the folder cannot be written to; the former facts stay.
        """
        path = self._path(kind, month, fingerprint)
        kept = json.loads(json.dumps(dict(metadata or {})))
        with new_file(path) as written:
            frame.lazy().sink_parquet(written, compression="zstd", engine="streaming")
            checksum = _checksum(written)
        with new_file(_record(path)) as written:
            written.write_text(json.dumps({"checksum": checksum, "metadata": kept}), encoding="utf-8")
        self._prune(path, f"{month}-")
        return Fact(_scan(path), kept)

    def _is_whole(self, path: Path, checksum: str) -> bool:
        """Compare a file with its checksum, unless that was done since it was last written."""
        status = path.stat()
        now = (status.st_size, status.st_mtime_ns)
        if self._checked.get(path) != now:
            if _checksum(path) != checksum:
                return False
            self._checked[path] = now
        return True

    def _path(self, kind: str, month: Month, fingerprint: str) -> Path:
        if not _NAME.fullmatch(kind) or not _NAME.fullmatch(fingerprint):
            raise RetierError(f"{kind!r} and {fingerprint!r} cannot be part of a file name in the fact store")
        return self._root / kind / f"{month}-{fingerprint}.parquet"

    def _prune(self, newest: Path, beginning: str) -> None:
        others = [path for path in newest.parent.glob(f"{beginning}*.parquet") if path != newest]
        for path in all_but_newest(others, _KEPT - 1):
            remove(_record(path))
            remove(path)


def _record(path: Path) -> Path:
    return path.with_suffix(".json")


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _checksum(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
