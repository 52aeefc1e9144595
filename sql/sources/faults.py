"""Values of a source that cannot be used: counted, the first few named with file and row, told in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sql.sources.conform import Conformed, given
from sql.sources.raw import ROW
from sql.sources.spec import SourceSpec
from transforms.contracts import Column, Table
from transforms.contracts.model import TIMESTAMP
from transforms.errors import DataQualityError

SHOWN = 3
"""How many values of a column are named."""

_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one column in one origin.

    Attributes:
        column: Our name of the column.
        count: How many rows have an unusable value in it.
        examples: The first different values, or that there is none, and where each stands first.
    """

    column: str
    count: int
    examples: tuple[str, ...]


def collect_faults(conformed: Conformed, origin: str, row_word: str, scratch: Path) -> list[Fault]:
    """Read the rows once more and collect what is wrong with them.

    Only rows with a fault are kept, on disk, so that memory is bounded however many there are.

    Args:
        conformed: The rows and what makes a value unusable.
        origin: How a person calls the file or query.
        row_word: What one row is called.
        scratch: A folder for the rows with faults.
    """
    names = list(conformed.faults)
    path = scratch / "refused.parquet"
    marked = [is_fault.alias(name) for name, is_fault in conformed.faults.items()]
    values = [pl.col(given(name)).cast(pl.String, strict=False) for name in names]
    refused = conformed.frame.filter(pl.any_horizontal(*conformed.faults.values()))
    refused.select(ROW, *values, *marked).sink_parquet(path, compression="lz4")
    rows = pl.scan_parquet(path, glob=False)
    counts = rows.select(pl.col(name).sum() for name in names).collect(engine="streaming").row(0, named=True)
    found = []
    for name in sorted(name for name, count in counts.items() if count):
        distinct = rows.filter(pl.col(name)).group_by(given(name)).agg(pl.col(ROW).min())
        first = distinct.bottom_k(SHOWN, by=ROW).sort(ROW).collect(engine="streaming")
        examples = tuple(f"{_told(value)} in {origin} {row_word} {row:,}" for value, row in first.iter_rows())
        found.append(Fault(name, counts[name], examples))
    return found


def faults_error(faults: Iterable[Fault], table: Table, spec: SourceSpec) -> DataQualityError:
    """Tell all faults of a source in one sentence.

    Args:
        faults: Those of its origins, in the order of the origins.
        table: The source's contract.
        spec: How it was expected to be written.
    """
    by_column: dict[str, list[Fault]] = {}
    for fault in faults:
        by_column.setdefault(fault.column, []).append(fault)
    total = sum(fault.count for found in by_column.values() for fault in found)
    parts = [_part(table.field(name).column, by_column[name], spec) for name in table.columns if name in by_column]
    values = "1 value" if total == 1 else f"{total:,} values"
    return DataQualityError(
        f"{table.name}: {values} cannot be used: {', '.join(parts)}: mend them where they come from, or say "
        f"what they mean under values, null_values or cast of sources.{table.name} in retier.yaml"
    )


def _part(column: Column, faults: Sequence[Fault], spec: SourceSpec) -> str:
    count = sum(fault.count for fault in faults)
    examples = [example for fault in faults for example in fault.examples][:SHOWN]
    more = f" and {count - len(examples):,} more" if count > len(examples) else ""
    return f"{count:,} in {column.name} (got {', '.join(examples)}{more}; expected {expected(column, spec)})"


def expected(column: Column, spec: SourceSpec) -> str:
    """Say what a column's values are expected to be."""
    cast = spec.cast.get(column.name)
    if column.allowed:
        return ", ".join(column.allowed[:-1]) + f" or {column.allowed[-1]}"
    if column.dtype.is_temporal() and cast and cast.format:
        return f"a date written {cast.format}"
    if column.dtype == TIMESTAMP:
        return "a time such as 2026-10-31T09:30:00Z"
    if column.dtype == pl.Date:
        return "a month written YYYY-MM" if column.unit else "a date written YYYY-MM-DD"
    if column.dtype == pl.Boolean:
        return "true or false"
    if not column.dtype.is_numeric():
        return "a value"
    what = "a whole number" if column.dtype == pl.Int64 else "a number"
    what += f" from {column.minimum:g}" if column.minimum is not None else ""
    what += f" to {column.maximum:g}" if column.maximum is not None else ""
    return what + (" with a decimal comma" if spec.decimal == "," else "")


def _told(value: str | None) -> str:
    if value is None:
        return "nothing"
    return repr(value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…")
