"""Stores rows that break a rule of their contract, as they were read, with every broken rule."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sql.sources.conform import Conformed, as_read, given
from sql.sources.raw import ROW, Raw
from sql.sources.units import Part
from sql.sources.value_text import value_text
from transforms.contracts import Table
from transforms.contracts.rules import EARLIEST, LATEST

ROW_AS_READ, ERRORS, MONTH = "_row_as_read", "_faults", "_month"
"""Columns besides the contract's: a JSON object; the broken rules, each with the value; the month, null if unknown."""

ERROR = pl.Struct({"rule": pl.String, "column": pl.String, "got": pl.String})

BECAUSE = "held_back_because"
"""A text column that the rows of vendor kits may have: why a required column has no value."""

_FILE = "refused.parquet"


def keep_refused(conformed: Conformed, raw: Raw, table: Table, folder: Path) -> tuple[Part, ...]:
    """Write the refused rows of an origin into its unit's folder, streaming.

    A value that cannot be converted is null in the contract's column, and text in the row as it was read.

    Args:
        conformed: All rows of the origin, and the rules.
        raw: Their origin.
        table: The contract.
        folder: The unit's folder.

    Returns:
        Their numbers by month; the month is None if the event time cannot be used, or the source has no events.
    """
    path = folder / _FILE
    row = row_as_read({name: value_text(pl.col(as_read(name)), dtype) for name, dtype in raw.schema.items()})
    conformed.frame.filter(conformed.is_refused).select(
        ROW,
        *table.columns,
        row.alias(ROW_AS_READ),
        _errors(conformed, raw).alias(ERRORS),
        _month(table).alias(MONTH),
    ).sink_parquet(path, compression="zstd")
    counts = pl.scan_parquet(path, glob=False).group_by(MONTH).len().collect().sort(MONTH, nulls_last=True)
    file = (_FILE, path.stat().st_size)
    return tuple(Part(None if day is None else f"{day:%Y-%m}", rows, "", (file,)) for day, rows in counts.iter_rows())


def row_as_read(columns: Mapping[str, pl.Expr]) -> pl.Expr:
    """Write a row as one JSON object of its columns, which are passed as texts; a missing value is null."""
    return pl.struct(value.alias(name) for name, value in columns.items()).struct.json_encode()


def _errors(conformed: Conformed, raw: Raw) -> pl.Expr:
    """List the rules that a row breaks, in the order of the contract, each with the value as it was read.

    Where there is no value, the row itself may say why.
    """
    schema = conformed.frame.collect_schema()
    values = {name: value_text(pl.col(given(name)), schema[given(name)]) for name in set(conformed.columns.values())}
    if BECAUSE in raw.schema:
        because = value_text(pl.col(as_read(BECAUSE)), raw.schema[BECAUSE])
        values = {name: pl.coalesce(value, because) for name, value in values.items()}
    found = [
        pl.when(is_broken).then(
            pl.struct(
                pl.lit(name).alias("rule"),
                pl.lit(conformed.columns[name]).alias("column"),
                values[conformed.columns[name]].alias("got"),
            )
        )
        for name, is_broken in conformed.broken.items()
    ]
    return pl.concat_list(found).list.drop_nulls()


def _month(table: Table) -> pl.Expr:
    if table.event_time is None:
        return pl.lit(None, pl.Date)
    day = pl.col(table.event_time).cast(pl.Date)
    return pl.when(day.is_between(EARLIEST, LATEST)).then(day.dt.month_start())
