"""Validates a frame against its contract just before it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import polars.selectors as cs

from transforms.contracts import PUBLISHED, Table
from transforms.errors import RetierError, first_few
from transforms.month import Month
from transforms.plurals import pluralize

_IS_OTHER, _IS_TWIN = "?is of another month", "?is a twin"
"""Names that no column has."""


class UnfitFrameError(RetierError):
    """A frame breaks its contract: a bug that a user can only report."""

    def __init__(self, table: Table, problem: str) -> None:
        """Describe the problem in a sentence about the table."""
        super().__init__(f"{table.name} cannot be published: {problem}; this is a bug in retier, so please report it")


def validate_frame(frame: pl.DataFrame, table: Table, month: Month | None = None) -> pl.DataFrame:
    """Check a frame against its contract.

    The tables have no keys (see :func:`sql.tables.metadata`), so only this check keeps rows unique.

    Args:
        frame: The rows to publish.
        table: Their contract.
        month: The month of all rows; None for tables without a month of their own.

    Returns:
        The rows with their columns in the contract's order, sorted by the key.

    Raises:
        UnfitFrameError: If columns, dtypes, nulls, months or keys are not as the contract says, or a number is
            not finite.
    """
    ordered = _ordered(frame, table)
    _refuse_odd_rows(ordered, table, month, _odd_rows(ordered, table, month).collect(engine="in-memory"))
    return ordered


def validate_frames(frames: Mapping[str, pl.DataFrame], month: Month) -> dict[str, pl.DataFrame]:
    """Check the frames of a month, by table, like :func:`validate_frame`, and look at all rows in one query.

    Raises:
        UnfitFrameError: As :func:`validate_frame` does, about one of the frames.
    """
    ordered = {name: _ordered(frame, PUBLISHED[name]) for name, frame in frames.items()}
    months = {name: month if "month" in PUBLISHED[name].columns else None for name in frames}
    queries = [_odd_rows(frame, PUBLISHED[name], months[name]) for name, frame in ordered.items()]
    for name, found in zip(ordered, pl.collect_all(queries, engine="in-memory"), strict=True):
        _refuse_odd_rows(ordered[name], PUBLISHED[name], months[name], found)
    return ordered


def _ordered(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the rows in the contract's order, once columns and nulls are as it says."""
    _refuse_other_columns(frame, table)
    ordered = in_order(frame[list(table.columns)], table.key)
    _refuse_nulls(ordered, table)
    return ordered


def in_order(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Sort rows by their key unless they are sorted already, as most are: a sort copies every column."""
    # A column that is equal in all rows, such as the month, does not affect the order.
    varying = [name for name in key if frame[name].null_count() or frame[name].min() != frame[name].max()]
    is_sorted = not varying or (len(varying) == 1 and frame[varying[0]].is_sorted())
    return frame if is_sorted else frame.sort(key)


def _refuse_other_columns(frame: pl.DataFrame, table: Table) -> None:
    expected, got = dict(table.schema), dict(frame.schema)
    missing, unknown = expected.keys() - got.keys(), got.keys() - expected.keys()
    if missing:
        raise UnfitFrameError(table, f"{len(missing)} of {len(expected)} columns are missing ({first_few(missing)})")
    if unknown:
        columns = pluralize(len(unknown), "column is", "columns are")
        raise UnfitFrameError(table, f"{columns} not in its contract ({first_few(unknown)})")
    for name, dtype in expected.items():
        if got[name] != dtype:
            raise UnfitFrameError(table, f"column {name} is {got[name]}, expected {dtype}")


def _refuse_nulls(frame: pl.DataFrame, table: Table) -> None:
    for name in table.required:
        empty = frame[name].null_count()
        if empty:
            rows = frame.filter(pl.col(name).is_null())
            raise UnfitFrameError(table, f"{empty} of {frame.height} rows have no {name} ({_named(rows, table)})")


def _odd_rows(frame: pl.DataFrame, table: Table, month: Month | None) -> pl.LazyFrame:
    """Look for all kinds of invalid rows in one query; another one describes what was found."""
    # NaN and infinity do not compare and sum like numbers, and JSON cannot express them.
    floats = cs.float().is_finite().all()
    lists = cs.by_dtype(pl.List(pl.Float64)).explode().is_finite().all()
    is_other = pl.lit(value=False) if month is None else pl.col("month") != month.first_day
    return frame.lazy().select(floats, lists, is_other.any().alias(_IS_OTHER), _is_twin(table).any().alias(_IS_TWIN))


def _refuse_odd_rows(frame: pl.DataFrame, table: Table, month: Month | None, found: pl.DataFrame) -> None:
    for name, (value,) in found.to_dict(as_series=False).items():
        if name == _IS_OTHER and value and month is not None:
            raise _other_months(frame, table, month)
        if name == _IS_TWIN and value:
            raise _twins(frame, table)
        if name not in {_IS_OTHER, _IS_TWIN} and not value:
            raise UnfitFrameError(table, f"column {name} holds numbers that are not finite, expected null instead")


def _other_months(frame: pl.DataFrame, table: Table, month: Month) -> UnfitFrameError:
    others = frame.filter(pl.col("month") != month.first_day)
    got = first_few(f"{day:%Y-%m}" for day in others["month"])
    return UnfitFrameError(table, f"{others.height} of {frame.height} rows are of {got}, expected {month}")


def _is_twin(table: Table) -> pl.Expr:
    """Return whether a row of a sorted frame has the key of the row before it."""
    is_equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in table.key)
    # The first row has no row before it, and with a null key it would seem to be a twin.
    return is_equal & (pl.int_range(pl.len()) > 0)


def _twins(frame: pl.DataFrame, table: Table) -> UnfitFrameError:
    twins = frame.filter(_is_twin(table))
    return UnfitFrameError(
        table,
        f"{pluralize(twins.height, 'row repeats', 'rows repeat')} the key {', '.join(table.key)} of another "
        f"({_named(twins, table)})",
    )


def _named(rows: pl.DataFrame, table: Table) -> str:
    names = [", ".join(map(str, key)) for key in rows.select(table.key).iter_rows()]
    return first_few(names)
