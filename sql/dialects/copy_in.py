"""Writes frames as CSV for PostgreSQL's COPY: null differs from the empty text, and lists are array literals."""

from __future__ import annotations

import io
from collections.abc import Iterator

import polars as pl

from transforms.errors import RetierError

_SLICE_ROWS = 50_000
"""Bounds the memory: of the widest table this is some 50 MB of text."""


def rendered(frame: pl.DataFrame, table: str) -> Iterator[bytes]:
    """Write the rows of a frame piece by piece, without a Python object per value.

    Args:
        frame: The rows.
        table: The table's name, for errors.

    Raises:
        RetierError: If a text holds a NUL character, which PostgreSQL cannot store.
    """
    lists = [_array(name, dtype.inner) for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    for rows in frame.iter_slices(_SLICE_ROWS):
        written = io.BytesIO()
        # All but numbers is quoted and null is not, which is how COPY distinguishes null from an empty text.
        rows.with_columns(lists).write_csv(written, include_header=False, quote_style="non_numeric")
        text = written.getvalue()
        if b"\0" in text:
            raise _refused(frame, table)
        yield text


def _array(name: str, inner: object) -> pl.Expr:
    """Write a list as PostgreSQL does: ``{1.5,NULL}``, texts in quotes."""
    element = pl.element()
    if inner == pl.String:
        escaped = element.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
        written = pl.lit('"') + escaped + pl.lit('"')
        texts = pl.col(name)
    else:
        written = element
        texts = pl.col(name).cast(pl.List(pl.String))
    elements = texts.list.eval(written.fill_null("NULL")).list.join(",")
    return (pl.lit("{") + elements + pl.lit("}")).alias(name)


def _refused(frame: pl.DataFrame, table: str) -> RetierError:
    texts = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.List(pl.String))]
    for name in texts:
        values = frame[name].explode() if isinstance(frame.schema[name], pl.List) else frame[name]
        broken = int(values.str.contains("\0", literal=True).sum())
        if broken:
            return RetierError(
                f"{table} cannot be stored: {broken} texts in column {name} hold a NUL character, which PostgreSQL "
                "cannot keep; remove it from the source"
            )
    raise AssertionError("only texts can hold a NUL character")
