"""Units: a file or query result that is ready for reading, in parts by month, staged or in place, and its record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sql.sources.content import Found
from transforms.month import Month

RECORD = "unit.json"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one month, or of all time for a source without events.

    Attributes:
        month: The month as ``YYYY-MM``; None for all time.
        rows: How many rows.
        content: The fingerprint of the rows in facts and records: equal for equal rows, whichever recipe digests them.
        files: Names and sizes of the staged Parquet files; empty where the source's own file is read.
        digest: Digest of the staged rows; empty where the source's own file is read, or 0.1.0 staged them.
    """

    month: str | None
    rows: int
    content: str
    files: tuple[tuple[str, int], ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One file or query result, ready to be read.

    Attributes:
        origin: Its name in messages.
        row_word: The word for a row of it in messages.
        folder: The folder of its record and its staged files.
        columns: The contract's columns that it has.
        parts: Its rows by month.
        refused: Rows that break a rule, by month; the month is None if their event time cannot be used.
        location: The location of the source's own file if it is read in place; None if it was staged.
        found: That file as it was when it was opened; None where it is not local or not read in place.
    """

    origin: str
    row_word: str
    folder: Path
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    refused: tuple[Part, ...] = ()
    location: str | None = None
    found: Found | None = None

    @property
    def rows(self) -> int:
        """How many rows it has, refused ones included."""
        return sum(part.rows for part in (*self.parts, *self.refused))

    def part(self, month: Month | None) -> Part | None:
        """Find the part of a month; None if there are no rows."""
        wanted = None if month is None else str(month)
        return next((part for part in self.parts if part.month == wanted), None)

    @property
    def months(self) -> set[str]:
        """The months of its rows, refused ones included."""
        return {part.month for part in (*self.parts, *self.refused) if part.month is not None}

    def refused_in(self, months: Sequence[Month] | None) -> tuple[Part, ...]:
        """Find the refused rows that may belong to some months; for a source without events, all of them.

        A row whose month is unknown counts in every month of its file, so that no month loses it, and in all months if
        no row of the file has a known month.
        """
        wanted = {str(month) for month in months or ()}
        is_here = months is None or not self.months or bool(wanted & self.months)
        return tuple(part for part in self.refused if part.month in wanted or (part.month is None and is_here))

    def paths(self, part: Part) -> list[Path]:
        """Return the staged files of a part."""
        return [self.folder / name for name, _ in part.files]


def save(unit: Unit, folder: Path) -> None:
    """Write a unit's record into a folder, which may still have another name."""
    record = {
        "origin": unit.origin,
        "row_word": unit.row_word,
        "is_staged": unit.location is None,
        "columns": unit.columns,
        "parts": [asdict(part) for part in unit.parts],
        "refused": [asdict(part) for part in unit.refused],
    }
    (folder / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")


def load(folder: Path, location: str) -> Unit | None:
    """Read a unit's record; None if there is none, or if a staged file is missing or has another size.

    Args:
        folder: The unit's folder.
        location: The location of the source's own file, in case it is read in place.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        parts, refused = (tuple(_part(each) for each in record[kind]) for kind in ("parts", "refused"))
        unit = Unit(
            origin=str(record["origin"]),
            row_word=str(record["row_word"]),
            folder=folder,
            columns=tuple(record["columns"]),
            parts=parts,
            refused=refused,
            location=None if record["is_staged"] else location,
        )
        whole = all((folder / name).stat().st_size == size for part in (*parts, *refused) for name, size in part.files)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return unit if whole else None


def _part(record: Mapping[str, Any]) -> Part:
    files = tuple((str(name), int(size)) for name, size in record["files"])
    return Part(record["month"], int(record["rows"]), str(record["content"]), files, str(record.get("digest", "")))
