"""Text files: reads them with the fast reader, or with the strict one if that fails."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb
import polars as pl

from sql.atomic import is_out_of_space, remove
from sql.sources.delimited import layout_of
from sql.sources.files import SourceFile
from sql.sources.mapping import MappedColumn, map_columns, named_otherwise, their_name, wanted_names
from sql.sources.plain import plain_copy
from sql.sources.quotes import has_stray_quotes
from sql.sources.raw import ROW, Raw, spooled
from sql.sources.shape import columns_to_read
from sql.sources.staging import Job, stage
from sql.sources.strict_readers import first_keys, strict_csv, strict_jsonl
from sql.sources.surplus import may_have_surplus_cells
from sql.sources.text import all_keys, csv_rows, jsonl_rows
from sql.sources.units import Unit

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _TextFile:
    """A text file, and both ways to read it.

    Attributes:
        mapped: The mapping of the contract's columns.
        fast: The rows of the fast reader; None if it is known not to read the file correctly.
        strict: Returns the rows of the strict reader, or raises an error that describes what is wrong with the file.
        may_lack_columns: Whether a column without any value may not exist at all.
    """

    mapped: Sequence[MappedColumn]
    fast: Raw | None
    strict: Callable[[], Raw]
    may_lack_columns: bool


def load_text(file: SourceFile, job: Job) -> Unit:
    """Stage a text file.

    Raises:
        RetierError: If the file cannot be read.
    """

    def staged(raw: Raw, opened: _TextFile) -> Unit:
        return stage(raw, opened.mapped, job, may_lack_columns=opened.may_lack_columns)

    return _read(file, job, staged)


def text_rows(file: SourceFile, job: Job, positions: pl.Series) -> pl.DataFrame:
    """Read some rows of a text file again, exactly as they are in it.

    Args:
        file: The file.
        job: How it was staged.
        positions: The numbers of the rows.

    Returns:
        One row per position: ``ROW``, and the file's columns that the source uses as text.

    Raises:
        RetierError: If the file cannot be read.
    """
    wanted = pl.lit(positions).implode()
    return _read(file, job, lambda raw, _: raw.scan().filter(pl.col(ROW).is_in(wanted)).collect(engine="streaming"))


def _read(file: SourceFile, job: Job, use: Callable[[Raw, _TextFile], _Result]) -> _Result:
    """Use the rows of a file from the fast reader, or from the strict one if that fails."""
    path = plain_copy(file, job.table.name, job.spec, job.scratch)
    opened = (_open_csv if file.format == "csv" else _open_jsonl)(path, file.name, job)
    if opened.fast is not None:
        try:
            return use(opened.fast, opened)
        except (pl.exceptions.PolarsError, duckdb.Error) as error:
            if is_out_of_space(error):
                raise
            # Whatever the error was, the strict reader either reads the file or describes what is wrong with it.
            remove(job.scratch / "unit")
    return use(opened.strict(), opened)


def _open_csv(path: Path, name: str, job: Job) -> _TextFile:
    table, spec = job.table, job.spec
    expected = wanted_names(table, spec)
    layout = layout_of(path, name, table.name, spec, [*expected, *named_otherwise(spec)])
    mapped = map_columns(table, spec, layout.names, name)
    wanted = columns_to_read(table, spec, layout.names, name)

    def strict() -> Raw:
        batches = strict_csv(path, layout, wanted, name, table.name)
        return spooled(name, "data row", wanted, batches, job.scratch / "spool")

    is_fast = layout.is_usual and not has_stray_quotes(path, layout) and not may_have_surplus_cells(path, layout)
    fast = csv_rows(path, layout, wanted, name) if is_fast else None
    return _TextFile(mapped, fast, strict, may_lack_columns=False)


def _open_jsonl(path: Path, name: str, job: Job) -> _TextFile:
    table, spec = job.table, job.spec
    # A key may first occur in a late row, but a required one occurs from the start.
    first = first_keys(path, name, table.name)
    map_columns(table, spec, first or wanted_names(table, spec), name)
    wanted = _keys_to_read(path, name, job, first)
    mapped = map_columns(table, spec, wanted, name)

    def strict() -> Raw:
        return spooled(name, "row", wanted, strict_jsonl(path, wanted, name, table.name), job.scratch / "spool")

    has_twins = len({key.lower() for key in wanted}) < len(wanted)
    return _TextFile(mapped, None if has_twins else jsonl_rows(path, wanted, name), strict, may_lack_columns=True)


def _keys_to_read(path: Path, name: str, job: Job, first: Collection[str]) -> list[str]:
    """List the keys to read of a file of JSON lines, which may lack in its first objects and come later.

    All of them are looked up only where the first objects lack one whose absence means something.
    """
    table, spec = job.table, job.spec
    wanted = wanted_names(table, spec)
    absentable = {their_name(spec, field.name) for field in table.fields if field.may_be_absent}
    named = named_otherwise(spec)
    has_patterns = spec.unpivot is not None and bool(spec.unpivot.patterns)
    if not first or not (has_patterns or {*named, *(absentable & {*wanted})} - {*first}):
        return [*wanted, *(key for key in named if key not in wanted)]
    try:
        keys = all_keys(path)
    except duckdb.Error:
        keys = first_keys(path, name, table.name, rows=sys.maxsize)
    found = columns_to_read(table, spec, sorted(keys), name)
    return list(dict.fromkeys([*(key for key in wanted if key in keys or key not in absentable), *found]))
