"""Parquet files that are read in place: typed as the contract requires, without errors, and ordered by month.

What the file's own statistics prove is not read; the other checks are one scan of the columns concerned, once per
version of a file. A file that fails any check is staged instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from operator import or_
from pathlib import Path

import duckdb
import polars as pl

from sql.sources.casts import text_caster
from sql.sources.conform import is_unusable, lossless
from sql.sources.files import SourceFile, remote_file_system
from sql.sources.magic import HEAD_BYTES, refuse_other_kind
from sql.sources.mapping import MappedColumn
from sql.sources.spec import SourceSpec
from sql.sources.text import connect
from sql.sources.units import Part
from sql.sources.value_text import inside, is_outside
from transforms.contracts import Table
from transforms.contracts.rules import EARLIEST, LATEST, is_out_of_order, orders_among
from transforms.errors import RetierError
from transforms.ids import without_edges
from transforms.month import Month

MOST_READS = 2.0
"""A file whose row groups span more months than this, on average, would be read too often, so it is staged."""

_SCANNABLE = ("s3", "s3a", "gs", "gcs", "az", "azure", "adl", "abfs", "abfss", "http", "https")

_OUTSIDE = "retier's sign of "

_STATISTICS = """
    select
        path_in_schema,
        row_group_num_rows,
        stats_null_count,
        coalesce(stats_min_value, stats_min),
        coalesce(stats_max_value, stats_max),
        try_cast(coalesce(stats_min_value, stats_min) as date),
        try_cast(coalesce(stats_max_value, stats_max) as date)
    from parquet_metadata($path)
    order by row_group_id
"""


@dataclass(frozen=True, slots=True)
class Statistics:
    """A file's statistics of one column in one row group; None if it has none."""

    rows: int
    nulls: int | None
    low: str | None
    high: str | None
    first_day: date | None
    last_day: date | None


def schema_of(file: SourceFile, source: str) -> dict[str, pl.DataType]:
    """Read the columns of a Parquet file.

    Raises:
        RetierError: If it is not one, or is damaged.
    """
    try:
        return dict(scan([file.location]).collect_schema())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        if not file.is_remote and (path := Path(file.location)).is_file():
            with path.open("rb") as opened:
                refuse_other_kind(opened.read(HEAD_BYTES), file, source)
        reason = str(error).strip().partition("\n")[0]
        raise RetierError(
            f"{source}: {file.name} is not a Parquet file or is damaged ({reason}): fetch or export it again"
        ) from error


def is_scannable(file: SourceFile) -> bool:
    """Return whether Polars itself can read from a file's location; otherwise it is fetched first."""
    return not file.is_remote or file.location.partition("://")[0] in _SCANNABLE


def scan(locations: Sequence[str], row_number: str | None = None) -> pl.LazyFrame:
    """Scan Parquet files of equal schema, with literal names; number the rows from 1 if a column name is passed."""
    return pl.scan_parquet(
        list(locations), glob=False, hive_partitioning=False, row_index_name=row_number, row_index_offset=1
    )


def direct_parts(
    file: SourceFile,
    schema: Mapping[str, pl.DataType],
    mapped: Sequence[MappedColumn],
    table: Table,
    spec: SourceSpec,
    content: str,
) -> tuple[Part, ...] | None:
    """Return which months a file holds if it can be read in place, else None.

    Args:
        file: The file.
        schema: Its columns.
        mapped: The mapping of the contract's columns.
        table: The contract.
        spec: How the source writes its values.
        content: Fingerprint of the file and of how it is read.
    """
    if any(direct_value(each, schema, spec) is None for each in mapped):
        return None
    statistics = _statistics(file, table.name)
    if not _is_clean(file, schema, mapped, statistics, spec) or not _is_ordered(file, schema, mapped, table, spec):
        return None
    total = scan([file.location]).select(pl.len()).collect().item()
    if table.event_time is None:
        return (Part(None, total, content),)
    event = next(each for each in mapped if each.name == table.event_time)
    rows = _rows_by_month(file, event, schema, statistics.get(str(event.theirs), []), spec)
    if rows is None or sum(rows.values()) != total:
        return None
    return tuple(Part(str(month), count, content) for month, count in sorted(rows.items()))


def direct_value(mapped: MappedColumn, schema: Mapping[str, pl.DataType], spec: SourceSpec) -> pl.Expr | None:
    """Return the expression that reads a column in place; None if more than a lossless cast is needed."""
    if spec.null_values or mapped.name in spec.values or mapped.name in spec.cast:
        return None
    if mapped.theirs is None:
        return _constant(mapped, spec)
    return lossless(pl.col(mapped.theirs), schema[mapped.theirs], mapped.field.column, spec.timezone)


def _constant(mapped: MappedColumn, spec: SourceSpec) -> pl.Expr | None:
    column = mapped.field.column
    given = pl.Series([mapped.constant or None], dtype=pl.String)
    made = text_caster(column, None, spec.numbers, spec.timezone)(given)
    return None if made[0] is None and given[0] is not None else pl.lit(made[0], column.dtype)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """Return the connection that reads footers, shared because opening one takes longer than reading a footer."""
    return connect()


def _statistics(file: SourceFile, source: str) -> dict[str, list[Statistics]]:
    connection = _connection().cursor()
    if file.is_remote:
        files, _ = remote_file_system(file.location, source)
        connection.register_filesystem(files)
    found: dict[str, list[Statistics]] = {}
    try:
        rows = connection.execute(_STATISTICS, {"path": file.location}).fetchall()
    except duckdb.Error:
        return {}
    for name, *values, first_day, last_day in rows:
        # DuckDB returns a day outside Python's range as text.
        days = (day if isinstance(day, date) else None for day in (first_day, last_day))
        found.setdefault(name, []).append(Statistics(*values, *days))
    return found


def _is_clean(
    file: SourceFile,
    schema: Mapping[str, pl.DataType],
    mapped: Sequence[MappedColumn],
    statistics: Mapping[str, Sequence[Statistics]],
    spec: SourceSpec,
) -> bool:
    """Return whether no value breaks the contract, by the statistics if they suffice."""
    checks: list[pl.Expr] = []
    rows = scan([file.location])
    for each in mapped:
        theirs = each.theirs
        if theirs is not None and _is_proven(each, schema[theirs], statistics.get(theirs, []), spec):
            continue
        value = direct_value(each, schema, spec)
        assert value is not None
        checks.append(is_unusable(each, value))
        if theirs is not None and schema[theirs].is_temporal():
            # First, since such a value cannot even be converted to another unit for a check.
            outside = is_outside(pl.col(theirs), schema[theirs]).alias(_OUTSIDE + theirs)
            rows = rows.with_columns(inside(pl.col(theirs), schema[theirs]), outside)
            checks.append(pl.col(_OUTSIDE + theirs))
        if each.field.column.dtype == pl.String:
            # An empty text means null everywhere else, so it must do so here.
            checks.append((value == "").fill_null(value=False))
        if each.field.column.is_id and spec.trim:
            trimmed = value.map_batches(without_edges, return_dtype=pl.String(), is_elementwise=True)
            checks.append((value != trimmed).fill_null(value=False))
    if not checks:
        return True
    return not rows.select(reduce(or_, checks).any()).collect(engine="streaming").item()


def _is_ordered(
    file: SourceFile, schema: Mapping[str, pl.DataType], mapped: Sequence[MappedColumn], table: Table, spec: SourceSpec
) -> bool:
    """Return whether no date is before the one that it must not be before."""
    values = {each.name: value for each in mapped if (value := direct_value(each, schema, spec)) is not None}
    orders = orders_among(table, values)
    if not orders:
        return True
    dates = {name: values[name] for order in orders.values() for name in (order.earlier, order.later)}
    checks = pl.any_horizontal(map(is_out_of_order, orders.values()))
    return not scan([file.location]).select(**dates).select(checks.any()).collect(engine="streaming").item()


def _is_proven(mapped: MappedColumn, dtype: pl.DataType, groups: Sequence[Statistics], spec: SourceSpec) -> bool:
    column = mapped.field.column
    if not groups or column.allowed or column.pattern is not None or dtype.is_float():
        return False
    for group in groups:
        if group.nulls is None or (mapped.field.is_required and group.nulls):
            return False
        if group.nulls == group.rows or column.dtype == pl.Boolean:
            continue
        if group.low is None or group.high is None:
            return False
        if column.dtype == pl.String:
            # Of what is at the edges of the texts between the two, statistics say nothing.
            is_proven = group.low != "" and not (column.is_id and spec.trim)
        elif column.dtype.is_temporal():
            first, last = group.first_day, group.last_day
            is_proven = first is not None and last is not None and first >= EARLIEST and last < LATEST
        else:
            low = column.minimum is None or float(group.low) >= column.minimum
            is_proven = low and (column.maximum is None or float(group.high) <= column.maximum)
        if not is_proven:
            return False
    return True


def _rows_by_month(
    file: SourceFile,
    event: MappedColumn,
    schema: Mapping[str, pl.DataType],
    groups: Sequence[Statistics],
    spec: SourceSpec,
) -> dict[Month, int] | None:
    """Count rows by month, by the statistics if each row group has one month; None if the file should be staged."""
    rows: dict[Month, int] = {}
    reads = 0
    is_exact = True
    for group in groups:
        if group.first_day is None or group.last_day is None:
            return None
        first, last = Month.of(group.first_day), Month.of(group.last_day)
        is_exact &= first == last
        reads += group.rows * len(Month.range(first, last))
        rows[first] = rows.get(first, 0) + group.rows
    if reads > MOST_READS * sum(rows.values()):
        return None
    if is_exact:
        return rows
    value = direct_value(event, schema, spec)
    assert value is not None
    months = value.dt.date().dt.month_start().alias("month")
    counted = scan([file.location]).select(months).group_by("month").len().collect(engine="streaming")
    return {Month.of(month): count for month, count in counted.iter_rows()}
