"""The last look at a frame before it is published: it must be what its contract says."""

from __future__ import annotations

import polars as pl
import polars.selectors as cs

from transforms.contracts import Table
from transforms.errors import RetierError, first_few
from transforms.month import Month


class UnfitFrameError(RetierError):
    """A frame is not what its contract says; whoever reads this can do nothing but tell those who made retier."""

    def __init__(self, table: Table, fault: str) -> None:
        """Write the fault as a sentence about the table."""
        super().__init__(f"{table.name} cannot be published: {fault}; this is a fault of retier itself, so report it")


def validate_frame(frame: pl.DataFrame, table: Table, month: Month | None = None) -> pl.DataFrame:
    """Check a frame against its contract.

    The database has no keys of its own (see :func:`sql.tables.metadata`), so this is what keeps rows unique.

    Args:
        frame: The rows to be published.
        table: Their contract.
        month: The month that all rows must be of; None for tables without a month of their own.

    Returns:
        The rows with their columns in the contract's order, sorted by the key.

    Raises:
        UnfitFrameError: If columns, dtypes, nulls, months or keys are not as the contract says, or a number is
            not finite.
    """
    _refuse_other_columns(frame, table)
    ordered = frame.select(table.columns).sort(table.key)
    _refuse_nulls(ordered, table)
    _refuse_infinite(ordered, table)
    if month is not None:
        _refuse_other_months(ordered, table, month)
    _refuse_twins(ordered, table)
    return ordered


def _refuse_other_columns(frame: pl.DataFrame, table: Table) -> None:
    expected, got = dict(table.schema), dict(frame.schema)
    missing, unknown = expected.keys() - got.keys(), got.keys() - expected.keys()
    if missing:
        raise UnfitFrameError(table, f"{len(missing)} of {len(expected)} columns are missing ({first_few(missing)})")
    if unknown:
        raise UnfitFrameError(table, f"{len(unknown)} columns are not in its contract ({first_few(unknown)})")
    for name, dtype in expected.items():
        if got[name] != dtype:
            raise UnfitFrameError(table, f"column {name} is {got[name]}, expected {dtype}")


def _refuse_nulls(frame: pl.DataFrame, table: Table) -> None:
    for name in table.required:
        empty = frame[name].null_count()
        if empty:
            rows = frame.filter(pl.col(name).is_null())
            raise UnfitFrameError(table, f"{empty} of {frame.height} rows have no {name} ({_named(rows, table)})")


def _refuse_infinite(frame: pl.DataFrame, table: Table) -> None:
    """NaN and infinity compare and sum unlike numbers, and JSON has no word for them."""
    floats = cs.float().is_finite().all()
    lists = cs.by_dtype(pl.List(pl.Float64)).explode().is_finite().all()
    for name, (is_finite,) in frame.select(floats, lists).to_dict(as_series=False).items():
        if not is_finite:
            raise UnfitFrameError(table, f"column {name} holds numbers that are not finite, expected null instead")


def _refuse_other_months(frame: pl.DataFrame, table: Table, month: Month) -> None:
    others = frame.filter(pl.col("month") != month.first_day)
    if others.height:
        got = first_few(f"{day:%Y-%m}" for day in others["month"])
        raise UnfitFrameError(table, f"{others.height} of {frame.height} rows are of {got}, expected {month}")


def _refuse_twins(frame: pl.DataFrame, table: Table) -> None:
    is_twin = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in table.key)
    # The first row has no former one; where its key is null it would look like its twin.
    twins = frame.filter(is_twin & (pl.int_range(pl.len()) > 0))
    if twins.height:
        raise UnfitFrameError(
            table, f"{twins.height} rows repeat the key {', '.join(table.key)} of another ({_named(twins, table)})"
        )


def _named(rows: pl.DataFrame, table: Table) -> str:
    names = [", ".join(map(str, key)) for key in rows.select(table.key).iter_rows()]
    return first_few(names)
