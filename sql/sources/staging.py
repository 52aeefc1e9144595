"""Staging: writes rows of any origin once as typed Parquet files by month, and refused rows separately."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from sql import first_recipe
from sql.atomic import all_but_newest, publish_folder, remove
from sql.row_digest import file_digest, lazy_digest
from sql.sources.amounts import Amounts, is_asked
from sql.sources.conform import Conformed, conform
from sql.sources.contracts import columns_of_0_1_0
from sql.sources.counting import count_events, counted_columns
from sql.sources.files import fingerprint_of
from sql.sources.mapping import MappedColumn
from sql.sources.raw import CELL, ROW, Raw
from sql.sources.refused import ROW_AS_READ, keep_refused
from sql.sources.shape import shaped
from sql.sources.spec import SourceSpec
from sql.sources.units import Part, Unit, load, save
from transforms.contracts import Table
from transforms.contracts.rules import EARLIEST

VERSION = "4"
"""Raise this when staged files or their meaning change, so that files of an older kind are not read.

Rows that are the same as before keep the name of their content, so that nothing that was made of them is made again.
4: ids lose their invisible edges, and terms that end before they begin are refused.
"""

_MONTH = "_month"
_REFUSED, _LEFT_OUT = "refused", "left-out"
_REASONS = date(1, 1, 1)
"""The day that stands for the first reason to leave a row out; later ones are the days after it."""

_ALL = "all"
_KEPT = 2


@dataclass(frozen=True, slots=True)
class Job:
    """How and where an origin is staged.

    Attributes:
        table: The contract.
        spec: How the source writes its values.
        parent: The folder of the origin, in which the unit's folder is created.
        scratch: A folder on the same disk for unfinished files.
        name: The name of the unit's folder; None means that it is named by its content.
    """

    table: Table
    spec: SourceSpec
    parent: Path
    scratch: Path
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Sunk:
    """What was written of an origin.

    Attributes:
        accepted: The rows of each file with rows that are kept.
        refused: How many rows are refused; they are not written yet.
        left_out: How many rows are left out, by the number of the reason.
    """

    accepted: Mapping[Path, int]
    refused: int
    left_out: Mapping[int, int]

    @classmethod
    def of(cls, written: Mapping[Path, int]) -> _Sunk:
        """Sort out the files that were written, and remove those whose rows are only counted."""
        accepted: dict[Path, int] = {}
        left_out: dict[int, int] = {}
        refused = 0
        for path, rows in written.items():
            if path.name.startswith(_REFUSED):
                refused += rows
            elif path.name.startswith(_LEFT_OUT):
                left_out[int(path.stem.split("-")[2])] = rows
            else:
                accepted[path] = rows
                continue
            remove(path)
        return cls(accepted, refused, left_out)


def stage(raw: Raw, mapped: Sequence[MappedColumn], job: Job, *, may_lack_columns: bool = False) -> Unit:
    """Stage the rows of one origin.

    Args:
        raw: The rows as they were read.
        mapped: The mapping of the contract's columns.
        job: How and where they are staged.
        may_lack_columns: Whether an optional column that the specification does not name, and that has no values,
            counts as missing.

    Raises:
        RetierError: If a column cannot be read at all.
    """
    table, spec = job.table, job.spec
    rows = shaped(raw, table, spec)
    amounts = Amounts()

    def conformed() -> Conformed:
        seen = amounts if is_asked(spec) else None
        return conform(rows.scan(), rows.schema, mapped, table, spec, raw.origin, seen)

    folder = job.scratch / "unit"
    sunk = _sink(conformed(), table, folder)
    # Read again only if there are any: nearly all files have none.
    refused = keep_refused(conformed(), rows, table, folder) if sunk.refused else ()
    columns = {each.name for each in mapped}
    accepted = {path: [path] for path in sunk.accepted}
    if spec.count is not None:
        accepted = {path: count_events(path, number, table, columns) for path, number in sunk.accepted.items()}
        columns = counted_columns(columns)
    former = _former_parts(job.parent)
    parts = tuple(_part(accepted[path], number, table, former) for path, number in sorted(sunk.accepted.items()))
    if may_lack_columns:
        columns -= _without_values([path for paths in accepted.values() for path in paths], mapped, spec)
    name = job.name or _named_by_content(columns, parts, folder, refused)
    unit = Unit(
        raw.origin, raw.row_word, job.parent / name, tuple(sorted(columns)), parts, refused,
        left_out=sunk.left_out, amounts=amounts.seen,
    )  # fmt: skip
    save(unit, folder)
    publish(folder, unit.folder)
    return unit


def forget_former(folder: Path) -> None:
    """Remove what was staged from former versions of an origin, except the last, which a run may still be reading."""
    former = [other for other in folder.parent.iterdir() if other != folder]
    for other in all_but_newest(former, _KEPT - 1):
        remove(other)


def publish(filled: Path, target: Path) -> None:
    """Rename a folder with a unit to its own name, and remove what was staged from former versions of its origin."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and load(target, "") is None:
        remove(target)
    publish_folder(filled, target)
    forget_former(target)


def _named_by_content(columns: set[str], parts: tuple[Part, ...], folder: Path, refused: tuple[Part, ...]) -> str:
    files = sorted({name for part in refused for name, _ in part.files})
    held_back = [file_digest(folder / name, [ROW_AS_READ]) for name in files]
    return fingerprint_of(*sorted(columns), *(f"{part.month}:{part.content}" for part in parts), *held_back)


def _sink(conformed: Conformed, table: Table, folder: Path) -> _Sunk:
    """Write rows by month, without those that are refused or left out."""
    month = pl.lit(EARLIEST) if table.event_time is None else pl.col(table.event_time).dt.date().dt.month_start()
    key: pl.Expr = pl.when(~conformed.is_refused).then(month)
    if conformed.left_out is not None:
        reason = pl.lit(_REASONS) + pl.duration(days=conformed.left_out)
        key = pl.when(conformed.left_out.is_not_null()).then(reason).otherwise(key)
    marks = [ROW, *(name for name in [CELL] if name in conformed.frame.collect_schema())]

    def name(file: Any) -> str:
        day = file.partition_keys.item()
        kept = _ALL if table.event_time is None else str(day)[:7]
        if day is not None and day < EARLIEST:
            kept = f"{_LEFT_OUT}-{(day - _REASONS).days}"
        return f"{_REFUSED if day is None else kept}-{file.index_in_partition}.parquet"

    written: list[Any] = []
    conformed.frame.select(*marks, *table.columns, key.alias(_MONTH)).sink_parquet(
        pl.PartitionBy(folder, key=_MONTH, include_key=False, file_path_provider=name, approximate_bytes_per_file=None),
        mkdir=True,
        sinked_paths_callback=written.append,
    )
    folder.mkdir(exist_ok=True)
    return _Sunk.of({Path(str(each.path)): each.num_rows for sunk in written for each in sunk.paths})


def _former_parts(parent: Path) -> list[Part]:
    """List the staged parts of former versions of an origin."""
    folders = sorted(parent.iterdir()) if parent.is_dir() else []
    return [part for folder in folders if (unit := load(folder, "")) is not None for part in unit.parts]


def _part(paths: Sequence[Path], rows: int, table: Table, former: Sequence[Part]) -> Part:
    """Describe the staged files of a month; unchanged rows keep their former content fingerprint."""
    month = None if table.event_time is None else paths[0].name[:7]
    digest = lazy_digest(pl.scan_parquet(list(paths), glob=False, hive_partitioning=False).select(table.columns))
    alike = [part for part in former if (part.month, part.rows) == (month, rows) and part.files]
    same = next((part for part in alike if _is_same(part, digest, paths[0], table)), None)
    return Part(
        month,
        rows,
        content=digest if same is None else same.content,
        files=tuple((path.name, path.stat().st_size) for path in paths),
        digest=digest,
    )


def _is_same(former: Part, digest: str, path: Path, table: Table) -> bool:
    if former.digest:
        return former.digest == digest
    return first_recipe.is_reproduced() and former.content == first_recipe.file_digest(path, columns_of_0_1_0(table))


def _without_values(paths: Iterable[Path], mapped: Sequence[MappedColumn], spec: SourceSpec) -> set[str]:
    optional = [each.name for each in mapped if not each.field.is_required]
    asked_for = {*spec.rename, *spec.constants}
    found = set(optional) - asked_for
    for path in paths:
        if not found:
            break
        counts = pl.scan_parquet(path, glob=False).select(pl.col(sorted(found)).count()).collect(engine="streaming")
        found -= {name for name, count in zip(counts.columns, counts.row(0), strict=True) if count}
    return found
