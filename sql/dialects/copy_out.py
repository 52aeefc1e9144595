"""Reads the output of PostgreSQL's COPY as frames with the dtypes that DuckDB returns for the same SQL."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
import psycopg

from transforms.errors import RetierError

_PIECE_BYTES = 1 << 26
"""How much text is gathered before it is parsed, which bounds the memory that text takes."""

_UTC = pl.Datetime("us", "UTC")

# The numbers by which PostgreSQL calls its types never change.
_TYPES: dict[int, pl.DataType] = {
    16: pl.Boolean(),
    20: pl.Int64(),
    21: pl.Int16(),
    23: pl.Int32(),
    26: pl.Int64(),
    700: pl.Float32(),
    701: pl.Float64(),
    1082: pl.Date(),
    1114: pl.Datetime("us"),
    1184: _UTC,
    1009: pl.List(pl.String()),
    1015: pl.List(pl.String()),
    1016: pl.List(pl.Int64()),
    1022: pl.List(pl.Float64()),
}
_NUMERIC = 1700
_MOST_DIGITS = 38

_ELEMENT = r'"(?:[^"\\]|\\[\s\S])*"|[^,{}"]+'
"""An element of an array literal: in quotes, or plain."""
_ESCAPED = r"\\([\s\S])"


def parsed(pieces: Iterable[Any], columns: Sequence[psycopg.Column]) -> pl.DataFrame:
    """Parse what ``copy ... to stdout (format csv)`` writes.

    Args:
        pieces: Texts in UTF-8, each of whole rows.
        columns: The descriptions of the query's columns, in order.

    Raises:
        RetierError: If a column is of type numeric without a scale and holds fractions.
    """
    frames = [_frame(text, columns) for text in _gathered(pieces)]
    return pl.concat(frames, rechunk=False)


def _gathered(pieces: Iterable[Any]) -> Iterable[bytes]:
    """Join small pieces; at least one is always returned, so that a result without rows has its columns."""
    text, is_first = io.BytesIO(), True
    for piece in pieces:
        text.write(piece)
        if text.tell() >= _PIECE_BYTES:
            yield text.getvalue()
            text, is_first = io.BytesIO(), False
    if text.tell() or is_first:
        yield text.getvalue()


def _frame(text: bytes, columns: Sequence[psycopg.Column]) -> pl.DataFrame:
    dtypes = {column.name: _dtype(column) for column in columns}
    # Numbers and dates are written as Polars reads them; the rest is read as text first.
    plain = {
        name: dtype for name, dtype in dtypes.items() if dtype.is_integer() or dtype.is_float() or dtype == pl.Date
    }
    schema = {name: plain.get(name, pl.String()) for name in dtypes}
    frame = pl.read_csv(io.BytesIO(text), has_header=False, schema=schema)
    _refuse_fractions(frame, columns)
    return frame.with_columns(_value(name, dtype) for name, dtype in dtypes.items() if name not in plain)


def _dtype(column: psycopg.Column) -> pl.DataType:
    if column.type_code == _NUMERIC:
        return pl.Decimal(column.precision or _MOST_DIGITS, column.scale or 0)
    return _TYPES.get(column.type_code, pl.String())


def _value(name: str, dtype: pl.DataType) -> pl.Expr:
    text = pl.col(name)
    if dtype == pl.Boolean:
        return text == "t"
    if isinstance(dtype, pl.Datetime):
        zone = "%#z" if dtype.time_zone else ""
        return text.str.to_datetime(f"%Y-%m-%d %H:%M:%S%.f{zone}", time_unit="us")
    if isinstance(dtype, pl.List):
        return text.str.extract_all(_ELEMENT).list.eval(_element(dtype)).cast(dtype)
    return text.cast(dtype)


def _element(dtype: pl.List) -> pl.Expr:
    written = pl.element()
    value = pl.when(written != "NULL").then(written)
    if dtype.inner != pl.String:
        return value
    inside = written.str.slice(1, written.str.len_chars() - 2).str.replace_all(_ESCAPED, "${1}")
    return pl.when(written.str.starts_with('"')).then(inside).otherwise(value)


def _refuse_fractions(frame: pl.DataFrame, columns: Sequence[psycopg.Column]) -> None:
    """Refuse fractions in numerics without a scale: sums of integers have none, but nor do quotients and averages."""
    for column in columns:
        if (
            column.type_code == _NUMERIC
            and column.scale is None
            and frame[column.name].str.contains(".", literal=True).any()
        ):
            raise RetierError(
                f"column {column.name} of a query holds numerics of no fixed scale; cast it to double precision or to "
                "decimal(24, 4) in the query"
            )
