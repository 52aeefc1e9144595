"""The vocabulary of contracts: columns with dtype, unit and meaning, and tables with grain and key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import polars as pl

TIERS = ("low_touch", "mid_touch", "high_touch")
"""Tier names by rank: 0, 1, 2."""

TIMESTAMP = pl.Datetime("us", "UTC")

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

Severity = Literal["fail", "warn"]
"""What a broken rule or check does: it stops the month or quarantines the row, or it only warns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, described once.

    Attributes:
        name: The name in frames, files and databases.
        dtype: The Polars dtype.
        meaning: What a value says, in a sentence for analysts.
        unit: The unit of a number (``days``, ``share``, ``currency per year``), if it has one.
        allowed: The only values that may occur; empty means any.
        minimum: The smallest value that makes sense, inclusive.
        maximum: The largest value that makes sense, inclusive.
        nulled_by: For what a later event overwrites in place: the date column that says when. If that
            date lies after the month's end, this column is read as null.
        pattern: For text: the regular expression that every value matches.
        pattern_severity: Whether a value that does not match quarantines its row or only warns.
        is_id: For text: whether it identifies something in a company's systems, so that what nobody sees at its edges
            is no part of it.
        is_prose: Whether it says in words what other columns say: another wording makes no other result.
        came_with: Of a published column: the layout of results with which it came; see ``sql/fingerprint.py``. Of an
            optional column of a source: 1 if 0.1.0 had it, and a higher number the later it came, so that what was
            staged from files without it is used further; see ``sql/sources/adoption.py``.
        fractions_came_with: Of a published column that held whole numbers before: the layout of results with which it
            became one of real numbers; None if it was always what it is.
    """

    name: str
    dtype: pl.DataType
    meaning: str
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    nulled_by: str | None = None
    pattern: str | None = None
    pattern_severity: Severity = "fail"
    is_id: bool = False
    is_prose: bool = False
    came_with: int = 1
    fractions_came_with: int | None = None

    def but(self, **changes: Any) -> Column:
        """Return the same column with what a table says differently of it."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Field:
    """A column as one table uses it.

    Attributes:
        column: The described column.
        is_required: No nulls. Of a source, the column must be there as well, unless it may be absent.
        may_be_absent: Of a source: whether the whole column may not be there, although it has no nulls where it is.
    """

    column: Column
    is_required: bool
    may_be_absent: bool = False

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name


@dataclass(frozen=True, slots=True)
class Order:
    """Two dates of a row, the first of which is not expected to be after the second.

    Attributes:
        earlier: The column of the first.
        later: The column of the second.
        severity: ``fail`` if a row whose second date is before its first is quarantined, ``warn`` if it only warns.
    """

    earlier: str
    later: str
    severity: Severity = "warn"


@dataclass(frozen=True, slots=True)
class Table:
    """A source or a published table.

    Attributes:
        name: The table's name.
        grain: What one row is, as a phrase that starts with "One row per".
        key: The columns that identify a row.
        fields: The columns, in the order in which they are stored.
        caveats: What a reader must know before trusting a number.
        is_required: Whether a project must have the source at all.
        event_time: For sources of events: the column by which a row belongs to a month.
        references: Pairs of a column and the column of another table, as ``accounts.account_id``, which is expected to
            contain its values.
        orders: Pairs of dates that are expected to be in order.
        came_with: Of a published table: the layout of results with which it came; see ``sql/fingerprint.py``.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    caveats: str = ""
    is_required: bool = False
    event_time: str | None = None
    references: tuple[tuple[str, str], ...] = ()
    orders: tuple[Order, ...] = ()
    came_with: int = 1

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(field.name for field in self.fields)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The Polars schema, in order."""
        return {field.name: field.column.dtype for field in self.fields}

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that must be there."""
        return tuple(field.name for field in self.fields if field.is_required and not field.may_be_absent)

    @property
    def account_ids(self) -> tuple[str, ...]:
        """The names of the columns that hold ids of accounts."""
        return tuple(name for name in self.columns if name.endswith("account_id"))

    @property
    def other_ids(self) -> tuple[str, ...]:
        """The names of the columns that hold ids of other things, which a source may make from an account's."""
        return tuple(name for name in self.columns if name.endswith("_id") and name not in self.account_ids)

    def field(self, name: str) -> Field:
        """Find a column by name.

        Raises:
            KeyError: If the table has no such column.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no column {name!r}")

    def conform(self, frame: Frame) -> Frame:
        """Return a frame's rows with exactly this table's columns, in order and of their dtypes.

        Rows, their order and their nulls stay; columns that the table does not have are dropped.

        Args:
            frame: Eager or lazy rows that have every column of the table.

        Raises:
            polars.exceptions.ColumnNotFoundError: If a column is missing; of a LazyFrame, once it is collected.
            polars.exceptions.InvalidOperationError: If a value does not fit into its dtype, likewise.
        """
        return frame.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items())

    def empty(self) -> pl.DataFrame:
        """Return a frame of this schema without rows."""
        return pl.DataFrame(schema=self.schema)


def fields(required: list[Column], optional: list[Column] | None = None) -> tuple[Field, ...]:
    """Make a table's fields from its required columns, then its optional ones."""
    return tuple(Field(column, is_required=True) for column in required) + tuple(
        Field(column, is_required=False) for column in optional or []
    )
