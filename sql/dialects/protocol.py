"""What a module of a database offers; :mod:`sql.dialect` says what each function is to do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import polars as pl
import sqlalchemy as sa


class Dialect(Protocol):
    """The functions of :mod:`sql.dialects.duckdb` and :mod:`sql.dialects.postgresql`."""

    def read(self, connection: sa.Connection, query: str, parameters: Mapping[str, object], /) -> pl.DataFrame:
        """Read a query's result."""

    def load(self, connection: sa.Connection, table: str, frame: pl.DataFrame, /) -> None:
        """Append a frame to a table."""

    def given(self, connection: sa.Connection, name: str, frame: pl.DataFrame, /) -> AbstractContextManager[None]:
        """Let queries read a frame under a name."""

    def catalogue(self, connection: sa.Connection, /) -> pl.DataFrame:
        """List what the schema holds."""

    def column_names(self, connection: sa.Connection, /) -> set[tuple[str, str]]:
        """List tables and views with their columns."""

    def index_names(self, connection: sa.Connection, /) -> set[str] | None:
        """Return the names of the schema's indexes."""

    def normalised(self, connection: sa.Connection, query: str, /) -> str:
        """Return a query in the form of a view's."""

    def view_queries(self, connection: sa.Connection, /) -> dict[str, str]:
        """Return the query of every view."""

    def acquire_publish_lock(self, connection: sa.Connection, /) -> None:
        """Wait until no other transaction writes."""

    def make_schema(self, connection: sa.Connection, /) -> None:
        """Make the schema."""

    def exact_sum(self, value: str, /) -> str:
        """Write a sum."""

    def from_json(self, document: str, key: str, sql_type: str, /, *, is_list: bool) -> str:
        """Write how a value is taken out of JSON."""
