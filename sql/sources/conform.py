"""Conforms the rows of a source to its contract: columns typed and in order, every broken rule marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial, reduce
from operator import or_

import polars as pl

from sql.sources.amounts import Amounts
from sql.sources.casts import Caster, localised, scaled, text_caster, whole
from sql.sources.mapping import MappedColumn
from sql.sources.raw import CELL, LEFT_OUT, ROW
from sql.sources.spec import Numbers, SourceSpec
from sql.sources.value_text import inside, plain_text, series_text
from transforms.contracts import Column, Table
from transforms.contracts.model import TIMESTAMP
from transforms.contracts.rules import READABLE, is_out_of_order, orders_among, rule_name, value_rules
from transforms.errors import RetierError
from transforms.ids import without_edges

IS_DELETED = "is_deleted"
"""Of rows that are counted, those that say so are no events; of others, they say that their key is gone."""

_GIVEN = "_given."
_READ = "_read."
_READABLE = (pl.String, pl.Boolean, pl.Date, pl.Datetime, pl.Decimal, pl.Categorical, pl.Enum, pl.Null, pl.Binary)


@dataclass(frozen=True, slots=True)
class Conformed:
    """The rows of one origin, conformed to the contract.

    Attributes:
        frame: ``ROW``, ``CELL`` if rows were cells, ``LEFT_OUT`` if any may be left out, columns as they were read (see
            :func:`as_read`), for every mapped column the text or value from which it was made (see :func:`given`), and
            the contract's columns.
        broken: By name, for every rule by which a row can be quarantined: whether the row breaks it; never null.
        columns: The column of every such rule.
        left_out: The number of the reason for which a row is left out, null if it is kept; None if all are kept.
    """

    frame: pl.LazyFrame
    broken: Mapping[str, pl.Expr]
    columns: Mapping[str, str]
    left_out: pl.Expr | None = None

    @property
    def is_refused(self) -> pl.Expr:
        """Whether a row is not left out and breaks any rule."""
        is_broken = pl.any_horizontal(*self.broken.values())
        return is_broken if self.left_out is None else is_broken & self.left_out.is_null()


def as_read(theirs: str) -> str:
    """Return the name of the column that holds a source's column as it was read."""
    return _READ + theirs


def given(name: str) -> str:
    """Return the name of the column that holds the values from which a column was made."""
    return _GIVEN + name


def conform(
    rows: pl.LazyFrame,
    schema: Mapping[str, pl.DataType],
    mapped: Sequence[MappedColumn],
    table: Table,
    spec: SourceSpec,
    origin: str,
    amounts: Amounts | None = None,
) -> Conformed:
    """Type the rows of an origin; a value that cannot be converted is null and marked.

    Args:
        rows: The rows, with ``ROW``.
        schema: Their columns, without ``ROW``.
        mapped: The mapping of the contract's columns.
        table: The contract.
        spec: How the source writes its values.
        origin: The name of the file or query in messages.
        amounts: Looks at numbers as they are written, while the rows are read; None if nobody wants to know.

    Raises:
        RetierError: If a column holds lists or the like, which cannot be converted to any column of a contract.
    """
    marks = [ROW, *([CELL] if spec.unpivot else []), *([LEFT_OUT] if spec.filter else [])]
    taken = [pl.col(marks), *(pl.col(name).alias(as_read(name)) for name in schema)]
    made: list[pl.Expr] = []
    for each in mapped:
        dtype = pl.String() if each.theirs is None else schema[each.theirs]
        _refuse_unreadable(each, dtype, table, origin)
        is_text = dtype == pl.String or _is_read_as_text(each.field.column, dtype, spec)
        value = pl.lit(each.constant, pl.String) if each.theirs is None else pl.col(each.theirs)
        if is_text:
            value = _tidied(plain_text(value, dtype, is_id=each.field.column.is_id), each.field.column, spec)
        taken.append(value.alias(given(each.name)))
        made.append(_typed(each, pl.String() if is_text else dtype, spec, amounts))
    names = {each.name for each in mapped}
    made += [pl.lit(None, dtype).alias(name) for name, dtype in table.schema.items() if name not in names]
    broken = {name: rule for each in mapped for name, rule in _rules(each).items()}
    columns = {name: each.name for each in mapped for name in _rules(each)}
    orders = orders_among(table, names)
    broken |= {name: is_out_of_order(order) for name, order in orders.items()}
    columns |= {name: order.later for name, order in orders.items()}
    return Conformed(rows.select(taken).with_columns(made), broken, columns, _left_out(spec, names))


def _left_out(spec: SourceSpec, names: Collection[str]) -> pl.Expr | None:
    """Return the number of the reason for which a row is left out; that it was deleted comes after all conditions."""
    left_out = [pl.col(LEFT_OUT)] if spec.filter else []
    if spec.count is not None and IS_DELETED in names:
        left_out.append(pl.when(pl.col(IS_DELETED)).then(pl.lit(len(spec.filter), pl.Int32)))
    return pl.coalesce(left_out) if left_out else None


def _rules(mapped: MappedColumn) -> dict[str, pl.Expr]:
    """Return, by rule, whether a row breaks it, with unreadable values first."""
    value = pl.col(mapped.name)
    is_unreadable = pl.col(given(mapped.name)).is_not_null() & value.is_null()
    rules = {rule_name(mapped.name, READABLE): is_unreadable}
    return rules | {rule.name: rule.is_broken(value) for rule in value_rules(mapped.field) if rule.severity == "fail"}


def is_unusable(mapped: MappedColumn, value: pl.Expr) -> pl.Expr:
    """Return whether a typed value breaks any rule of its column; never null."""
    checks = [rule.is_broken(value) for rule in value_rules(mapped.field) if rule.severity == "fail"]
    if mapped.field.column.dtype == pl.Float64:
        checks.append((~value.is_finite()).fill_null(value=False))
    return reduce(or_, checks, pl.lit(value=False))


def lossless(value: pl.Expr, dtype: pl.DataType, column: Column, timezone: str) -> pl.Expr | None:
    """Return the expression that converts a typed value to the column's dtype; None if values could be lost."""
    wanted = column.dtype
    if column.unit is not None and wanted == pl.Date:
        return None
    if dtype == wanted:
        return value
    if wanted == pl.Int64 and dtype in {pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32}:
        return value.cast(pl.Int64)
    if wanted == pl.Float64 and (dtype.is_integer() or dtype.is_float() or dtype.is_decimal()):
        return value.cast(pl.Float64)
    if wanted == pl.String and dtype in {pl.Categorical, pl.Enum}:
        return value.cast(pl.String)
    if wanted.is_temporal() and isinstance(dtype, pl.Datetime):
        if dtype.time_zone is None and timezone != "UTC":
            return None
        zoned = value.dt.replace_time_zone("UTC") if dtype.time_zone is None else value.dt.convert_time_zone("UTC")
        return zoned.dt.date() if wanted == pl.Date else zoned.dt.cast_time_unit("us")
    return None


def _typed(mapped: MappedColumn, dtype: pl.DataType, spec: SourceSpec, amounts: Amounts | None) -> pl.Expr:
    """Return the value of a column; infinite numbers, NaN and times outside the years 1 to 9999 become null.

    Such values count as unreadable.
    """
    column = mapped.field.column
    value = _cast(mapped, dtype, spec, amounts)
    if column.dtype == pl.Float64:
        value = pl.when(value.is_finite()).then(value)
    if column.dtype.is_temporal():
        value = pl.when(value.cast(pl.Date).is_between(date.min, date.max)).then(value)
    return value.alias(mapped.name)


def _cast(mapped: MappedColumn, dtype: pl.DataType, spec: SourceSpec, amounts: Amounts | None) -> pl.Expr:
    column = mapped.field.column
    value = inside(pl.col(given(mapped.name)), dtype)
    cast = spec.cast.get(mapped.name)
    if dtype == pl.String:
        if column.dtype == pl.String:
            return value
        caster = text_caster(column, cast, spec.numbers, spec.timezone)
        caster = caster if amounts is None or mapped.theirs is None else amounts.watched(column, caster)
    else:
        plain = lossless(value, dtype, column, spec.timezone)
        if plain is not None and cast is None:
            return plain
        caster = _typed_caster(column, dtype, spec)
    return value.map_batches(caster, return_dtype=column.dtype, is_elementwise=True)


def _typed_caster(column: Column, dtype: pl.DataType, spec: SourceSpec) -> Caster:
    """Return the function that converts other values than text: directly if the dtypes are alike, else through text."""
    cast = spec.cast.get(column.name)
    factor = cast.multiply if cast and cast.multiply is not None else 1.0
    is_number = dtype.is_integer() or dtype.is_float() or dtype.is_decimal()
    if is_number and column.dtype == pl.Float64:
        return lambda numbers: scaled(numbers.cast(pl.Float64), factor)
    if is_number and column.dtype == pl.Int64:
        if dtype.is_integer() and factor == 1:
            return lambda numbers: numbers.cast(pl.Int64, strict=False)
        return lambda numbers: whole(scaled(numbers.cast(pl.Float64), factor))
    if isinstance(dtype, pl.Datetime) and column.dtype in {pl.Date, TIMESTAMP}:
        return partial(_placed, column=column, timezone=spec.timezone)
    if column.is_id and spec.trim:
        return lambda ids: without_edges(series_text(ids))
    from_text = text_caster(column, cast, Numbers(), spec.timezone)
    return lambda values: from_text(series_text(values))


def _placed(times: pl.Series, column: Column, timezone: str) -> pl.Series:
    aware = isinstance(times.dtype, pl.Datetime) and times.dtype.time_zone is not None
    placed = times.dt.convert_time_zone("UTC") if aware else localised(times, timezone)
    if column.dtype == TIMESTAMP:
        return placed.dt.cast_time_unit("us")
    return placed.dt.date().dt.month_start() if column.unit else placed.dt.date()


def _is_read_as_text(column: Column, dtype: pl.DataType, spec: SourceSpec) -> bool:
    cast = spec.cast.get(column.name)
    # Bytes that are no text would become null, and nobody would know why.
    is_id = column.is_id and not dtype.is_integer() and dtype != pl.Binary
    return bool(is_id or column.name in spec.values or spec.null_values or (cast and cast.format))


def _tidied(text: pl.Expr, column: Column, spec: SourceSpec) -> pl.Expr:
    """Replace null values by null, then map values; only free text keeps the blanks around it, and ids if told to."""
    if column.is_id and spec.trim:
        text = text.map_batches(without_edges, return_dtype=pl.String(), is_elementwise=True)
    elif column.dtype != pl.String or column.allowed:
        text = text.str.strip_chars()
    nothing = ["", *spec.null_values]
    text = pl.when(~text.is_in(nothing)).then(text)
    values = dict(spec.values.get(column.name, {}))
    if "" in values:
        text = text.fill_null(pl.lit(values.pop(""), pl.String))
    return text.replace(list(values), list(values.values())) if values else text


def _refuse_unreadable(mapped: MappedColumn, dtype: pl.DataType, table: Table, origin: str) -> None:
    if dtype.is_numeric() or dtype in _READABLE:
        return
    raise RetierError(
        f"{table.name}: column {mapped.theirs!r} of {origin} holds {dtype}, which cannot be converted to "
        f"{mapped.name}: write it as text, numbers or dates"
    )
