"""Rows for tests in which only the columns that matter are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from transforms.contracts import Field, Table

_DULL = {
    pl.String: "x",
    pl.Date: date(2025, 1, 1),
    pl.Datetime: datetime(2025, 1, 1, tzinfo=UTC),
    pl.Int64: 1,
    pl.Float64: 1.0,
    pl.Boolean: False,
    pl.List: [],
}


def rows(table: Table, given: Iterable[Mapping[str, Any]], **defaults: Any) -> pl.DataFrame:
    """Make a frame of the table's schema: named columns as given, required ones dull and valid, the rest null."""
    dull = {field.name: _dull(field) for field in table.fields} | defaults
    given = list(given)
    filled = [{name: row.get(name, dull[name]) for name in table.columns} for row in given]
    for row in given:
        unknown = set(row) - set(table.columns)
        assert not unknown, f"{table.name} has no column {unknown}"
    return pl.DataFrame(filled, schema=table.schema)


def _dull(field: Field) -> Any:
    if not field.is_required:
        return None
    if field.column.allowed:
        return field.column.allowed[0]
    return _DULL[field.column.dtype.base_type()]
