"""Staging: writes rows of any origin once as typed Parquet files by month, and refused rows separately."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sql import first_recipe
from sql.atomic import all_but_newest, publish_folder, remove
from sql.row_digest import file_digest
from sql.sources.conform import Conformed, conform
from sql.sources.contracts import columns_of_0_1_0
from sql.sources.files import fingerprint_of
from sql.sources.mapping import MappedColumn
from sql.sources.raw import ROW, Raw
from sql.sources.refused import ROW_AS_READ, keep_refused
from sql.sources.spec import SourceSpec
from sql.sources.units import Part, Unit, load, save
from transforms.contracts import Table
from transforms.contracts.rules import EARLIEST

VERSION = "3"
"""Raise this when staged files or their meaning change, so that files of an older kind are not read."""

_MONTH = "_month"
_REFUSED = "refused"
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
        confirm: Called before the unit gets its name; raises an error if the origin is no longer what it was.
    """

    table: Table
    spec: SourceSpec
    parent: Path
    scratch: Path
    name: str | None = None
    confirm: Callable[[], None] = lambda: None


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

    def conformed() -> Conformed:
        return conform(raw.scan(), raw.schema, mapped, table, spec, raw.origin)

    folder = job.scratch / "unit"
    written = _sink(conformed(), table, folder)
    without_place = [path for path in written if path.name.startswith(_REFUSED)]
    for path in without_place:
        del written[path]
        remove(path)
    # Read again only if there are any: nearly all files have none.
    refused = keep_refused(conformed(), raw, table, folder) if without_place else ()
    former = _former_parts(job.parent)
    parts = tuple(_part(path, rows, table, former) for path, rows in sorted(written.items()))
    columns = {each.name for each in mapped}
    if may_lack_columns:
        columns -= _without_values(written, mapped, spec)
    name = job.name or _named_by_content(columns, parts, folder, refused)
    unit = Unit(raw.origin, raw.row_word, job.parent / name, tuple(sorted(columns)), parts, refused)
    save(unit, folder)
    job.confirm()
    publish(folder, unit.folder)
    return unit


def forget_former(folder: Path) -> None:
    """Remove what was staged from former versions of an origin, except the last, which a run may still be reading."""
    former = [other for other in folder.parent.iterdir() if other != folder and other.is_dir()]
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


def _sink(conformed: Conformed, table: Table, folder: Path) -> dict[Path, int]:
    """Write rows by month, without refused ones; return the number of rows by file."""
    month = pl.lit(EARLIEST) if table.event_time is None else pl.col(table.event_time).dt.date().dt.month_start()

    def name(file: Any) -> str:
        key = file.partition_keys.item()
        kept = _ALL if table.event_time is None else str(key)[:7]
        return f"{_REFUSED if key is None else kept}-{file.index_in_partition}.parquet"

    written: list[Any] = []
    conformed.frame.select(ROW, *table.columns, pl.when(~conformed.is_refused).then(month).alias(_MONTH)).sink_parquet(
        pl.PartitionBy(folder, key=_MONTH, include_key=False, file_path_provider=name, approximate_bytes_per_file=None),
        mkdir=True,
        sinked_paths_callback=written.append,
    )
    folder.mkdir(exist_ok=True)
    return {Path(str(each.path)): each.num_rows for sunk in written for each in sunk.paths}


def _former_parts(parent: Path) -> list[Part]:
    """List the staged parts of former versions of an origin."""
    folders = sorted(parent.iterdir()) if parent.is_dir() else []
    return [part for folder in folders if (unit := load(folder, "")) is not None for part in unit.parts]


def _part(path: Path, rows: int, table: Table, former: Sequence[Part]) -> Part:
    """Describe a staged file; unchanged rows keep their former content fingerprint."""
    month = None if table.event_time is None else path.name[:7]
    digest = file_digest(path, table.columns)
    alike = [part for part in former if (part.month, part.rows) == (month, rows) and part.files]
    same = next((part for part in alike if _is_same(part, digest, path, table)), None)
    return Part(
        month,
        rows,
        content=digest if same is None else same.content,
        files=((path.name, path.stat().st_size),),
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
