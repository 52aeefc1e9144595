"""Gives rows another shape before they are mapped: leaves out some of them, and makes rows of columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from sql.sources.casts import text_caster
from sql.sources.mapping import COLUMN_NAME, COLUMN_VALUE, taken_names, their_name, wanted_names
from sql.sources.raw import CELL, LEFT_OUT, ROW, Raw
from sql.sources.reshaping import Condition, Unpivot, Value
from sql.sources.spec import Cast, SourceSpec
from sql.sources.value_text import plain_text
from transforms.contracts import Column, Table
from transforms.errors import RetierError, first_few

_TRUTH = Column("is_true", pl.Boolean(), "A truth.")
_NUMBER = Column("number", pl.Float64(), "A number.")
_DAY = Column("day", pl.Date(), "A day.")


def columns_to_read(table: Table, spec: SourceSpec, names: Collection[str], origin: str) -> list[str]:
    """List the columns of a file or query result that are needed, each once.

    Args:
        table: The source's contract.
        spec: Its specification.
        names: The columns that are there.
        origin: How a person calls the file or query.

    Raises:
        RetierError: If a column of a condition, or one whose cells are rows, is not there.
    """
    wanted = [name for name in wanted_names(table, spec) if name in names]
    asked = [condition.column for condition in spec.filter]
    missing = sorted({name for name in asked if name not in names})
    if missing:
        raise RetierError(
            f"{table.name}: {origin} has no column {first_few(missing)} (it has {first_few(names, 12)}): name the "
            f"right ones under filter of sources.{table.name} in retier.yaml"
        )
    cells = [] if spec.unpivot is None else cell_columns(table, spec, spec.unpivot, names, origin)
    return list(dict.fromkeys([*wanted, *asked, *cells]))


def cell_columns(table: Table, spec: SourceSpec, unpivot: Unpivot, names: Collection[str], origin: str) -> list[str]:
    """List the columns whose cells are rows, in the order of the file.

    Raises:
        RetierError: If one is not there, or a pattern matches none.
    """
    found = unpivot.among(names, taken_names(table, spec))
    missing = [name for name in unpivot.columns if name not in unpivot.patterns and name not in found]
    if missing or not found:
        raise RetierError(
            f"{table.name}: {origin} has no column {first_few(missing or unpivot.patterns)} (it has "
            f"{first_few(names, 12)}): name the right ones under unpivot of sources.{table.name} in retier.yaml"
        )
    return found


def shaped(raw: Raw, table: Table, spec: SourceSpec) -> Raw:
    """Return an origin with its rows in the shape that the specification gives them.

    Args:
        raw: The rows as they are in the file or query result.
        table: The source's contract.
        spec: Its specification.

    Returns:
        The rows, each with the number of its original row; with ``LEFT_OUT`` if any may be left out, and with ``CELL``
        if they are cells.

    Raises:
        RetierError: If a column that this needs is not there.
    """
    columns_to_read(table, spec, raw.schema, raw.origin)
    if spec.filter:
        raw = _marked(raw, spec)
    return raw if spec.unpivot is None else _unpivoted(raw, table, spec, spec.unpivot)


def _marked(raw: Raw, spec: SourceSpec) -> Raw:
    """Number, for each row that is left out, the first condition that it does not meet, from 0; null if it is kept."""
    kept = [_is_met(condition, raw.schema[condition.column], spec) for condition in spec.filter]
    first = pl.coalesce(pl.when(~is_met).then(pl.lit(number, pl.Int32)) for number, is_met in enumerate(kept))
    return replace(raw, scan=lambda: raw.scan().with_columns(first.alias(LEFT_OUT)))


def _is_met(condition: Condition, dtype: pl.DataType, spec: SourceSpec) -> pl.Expr:
    """Return whether a row meets a condition; never null."""
    text = plain_text(pl.col(condition.column), dtype).str.strip_chars()
    text = pl.when(~text.is_in(["", *spec.null_values])).then(text)
    if condition.is_null is not None:
        return text.is_null() if condition.is_null else text.is_not_null()
    wanted = [condition.equals] if condition.equals is not None else condition.is_in
    unwanted = [condition.differs] if condition.differs is not None else condition.is_not_in
    if wanted is not None:
        return _is_any_of(text, wanted, condition, spec)
    if unwanted is not None:
        return ~_is_any_of(text, unwanted, condition, spec)
    lower = [_as_like(text, bound, condition, spec) >= bound for bound in (condition.at_least,) if bound is not None]
    upper = [_as_like(text, bound, condition, spec) <= bound for bound in (condition.at_most,) if bound is not None]
    return pl.all_horizontal(*lower, *upper).fill_null(value=False)


def _is_any_of(text: pl.Expr, values: Sequence[Value], condition: Condition, spec: SourceSpec) -> pl.Expr:
    found = (_as_like(text, value, condition, spec) == value for value in values)
    return pl.any_horizontal(is_equal.fill_null(value=False) for is_equal in found)


def _as_like(text: pl.Expr, value: Value, condition: Condition, spec: SourceSpec) -> pl.Expr:
    """Read texts as what a value of a condition is; null where they are not."""
    if isinstance(value, str):
        return text
    column = _TRUTH if isinstance(value, bool) else _DAY if isinstance(value, date) else _NUMBER
    caster = text_caster(
        column, _cast_of(condition.column, spec) if column is _DAY else None, spec.numbers, spec.timezone
    )
    return text.map_batches(caster, return_dtype=column.dtype, is_elementwise=True)


def _cast_of(theirs: str, spec: SourceSpec) -> Cast | None:
    return next((cast for ours, cast in spec.cast.items() if their_name(spec, ours) == theirs), None)


def _unpivoted(raw: Raw, table: Table, spec: SourceSpec, unpivot: Unpivot) -> Raw:
    """Make a row of each cell of some columns that is not empty, and one of each row that is left out."""
    cells = cell_columns(table, spec, unpivot, list(raw.schema), raw.origin)
    schema = {name: dtype for name, dtype in raw.schema.items() if name not in cells}
    value = _common_dtype([raw.schema[name] for name in cells])
    schema |= {COLUMN_NAME: pl.String(), COLUMN_VALUE: value}
    marks = [LEFT_OUT] if spec.filter else []
    made = {ROW: pl.UInt32(), **dict.fromkeys(marks, pl.Int32()), **schema, CELL: pl.UInt32()}
    nothing = ["", *spec.null_values]

    def melted(rows: pl.DataFrame) -> pl.DataFrame:
        columns = [plain_text(pl.col(name), raw.schema[name]) if value == pl.String else pl.col(name) for name in cells]
        left = rows.filter(pl.col(LEFT_OUT).is_not_null()) if marks else rows.clear()
        kept = rows.filter(pl.col(LEFT_OUT).is_null()) if marks else rows
        long = kept.with_columns(columns).unpivot(
            cells, index=[name for name in made if name in rows.columns and name not in cells],
            variable_name=COLUMN_NAME, value_name=COLUMN_VALUE,
        )  # fmt: skip
        place = pl.col(COLUMN_NAME).replace_strict(cells, range(len(cells)), return_dtype=pl.UInt32).alias(CELL)
        is_empty = pl.col(COLUMN_VALUE).is_null()
        if value == pl.String:
            is_empty |= pl.col(COLUMN_VALUE).str.strip_chars().is_in(nothing)
        found = long.with_columns(place).filter(~is_empty).sort(ROW, CELL)
        return pl.concat([found, left.drop(cells)], how="diagonal").select(
            pl.col(name).cast(dtype) for name, dtype in made.items()
        )

    return Raw(
        raw.origin,
        raw.row_word,
        schema,
        # In batches, since a frame that is unpivoted as a whole has to fit in memory as a whole.
        lambda: raw.scan().map_batches(melted, schema=made, streamable=True),
    )


def _common_dtype(dtypes: Sequence[pl.DataType]) -> pl.DataType:
    """Return the dtype of cells of several columns: their own if it is the same, floats for numbers, else text."""
    if len(set(dtypes)) == 1:
        return dtypes[0]
    return pl.Float64() if all(dtype.is_integer() or dtype.is_float() for dtype in dtypes) else pl.String()


def left_out_sentences(spec: SourceSpec) -> Mapping[int, str]:
    """Return why rows are left out, by the number in ``LEFT_OUT``."""
    reasons = [condition.violated for condition in spec.filter]
    if spec.count is not None:
        reasons.append("is_deleted is true")
    return dict(enumerate(reasons))
