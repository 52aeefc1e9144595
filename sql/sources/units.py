"""What became of one file or query result: parts by month, staged or read where they are, and the record of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from transforms.month import Month

RECORD = "unit.json"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one month, or of all time for a source without events.

    Attributes:
        month: The month as ``YYYY-MM``; None for all time.
        rows: How many rows.
        content: What facts and records call the rows by: equal while they are, whatever recipe digests them.
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
        origin: How a person calls it.
        row_word: What one row of it is called in sentences.
        folder: Where its record and its staged files lie.
        columns: The contract's columns that it has.
        parts: Its rows by month.
        refused: Rows that break a rule, by month; of month None where their event time cannot be used.
        location: Where the source's own file lies, which is read instead of staged ones; None where it was staged.
    """

    origin: str
    row_word: str
    folder: Path
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    refused: tuple[Part, ...] = ()
    location: str | None = None

    @property
    def rows(self) -> int:
        """How many rows it has, refused ones included."""
        return sum(part.rows for part in (*self.parts, *self.refused))

    def part(self, month: Month | None) -> Part | None:
        """Find the part of a month, None where there are no rows."""
        wanted = None if month is None else str(month)
        return next((part for part in self.parts if part.month == wanted), None)

    @property
    def months(self) -> set[str]:
        """The months of its rows, refused ones included."""
        return {part.month for part in (*self.parts, *self.refused) if part.month is not None}

    def refused_in(self, months: Sequence[Month] | None) -> tuple[Part, ...]:
        """Find the refused rows that may be of some months; of a source without events all.

        A row whose month cannot be told counts in every month of its file, so that no month loses it; in every month
        at all where no row of the file has one.
        """
        wanted = {str(month) for month in months or ()}
        is_here = months is None or not self.months or bool(wanted & self.months)
        return tuple(part for part in self.refused if part.month in wanted or (part.month is None and is_here))

    def paths(self, part: Part) -> list[Path]:
        """Return the staged files of a part."""
        return [self.folder / name for name, _ in part.files]


def save(unit: Unit, folder: Path) -> None:
    """Write a unit's record into a folder, which need not have its name yet."""
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
    """Read a unit's record; None where there is none, or where a staged file is missing or of another size.

    Args:
        folder: The unit's folder.
        location: Where the source's own file lies, in case that it is read itself.
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
