"""Lands tables as a connector would: as CSV files, or as the tables of a schema, with the types that kits declare."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql as composed

from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from sql.vendors.kit import kit_of
from sql.vendors.settings import Vendors
from tests.postgres import Server
from transforms.contracts import SOURCES

Tables = Mapping[str, Sequence[Mapping[str, Any]]]

SCHEMA = "landed"
_TYPES = {
    "id": "text",
    "text": "text",
    "integer": "bigint",
    "number": "numeric",
    "boolean": "boolean",
    "timestamp": "timestamptz",
    "date": "date",
    "json": "jsonb",
}


@dataclass
class Landing:
    """A project with landed tables, on one engine.

    Attributes:
        folder: The project's folder.
        server: The PostgreSQL server; None means files.
        database: The name of the database on it.
    """

    folder: Path
    server: Server | None = None
    database: str = ""
    _landed: set[str] = field(default_factory=set)

    def land(self, vendor: str, tables: Tables) -> None:
        """Land the tables of a vendor; every row of a table has the keys of the first one, or fewer."""
        for name, rows in tables.items():
            columns = list(dict.fromkeys(key for row in rows for key in row))
            if self.server is None:
                self._write(vendor, name, columns, rows)
            else:
                self._insert(vendor, name, columns, rows)

    def spec(self, source: str, *vendors: str, said: Mapping[str, Any] | None = None, **mapping: Any) -> SourceSpec:
        """Return the specification of a source that comes from kits.

        Args:
            source: The source, which is not looked at.
            vendors: Its vendors.
            said: More of what `retier.yaml` says of each of these vendors: options, tables, columns.
            mapping: More of what it says of the source.
        """
        about = {vendor: {**self.place_of(vendor), **(said or {})} for vendor in vendors}
        return SourceSpec(vendor=list(vendors), **mapping).with_kits(Vendors.model_validate(about))

    def place_of(self, vendor: str) -> dict[str, str]:
        """Return what `retier.yaml` says of where a vendor's tables lie."""
        if self.server is None:
            return {"files": f"data/{vendor}"}
        return {"database": self.server.url(self.database), "schema": vendor}

    def source(self, source: str, *vendors: str, said: Mapping[str, Any] | None = None, **mapping: Any) -> Source:
        """Open a source that comes from kits; see :meth:`spec`."""
        spec = self.spec(source, *vendors, said=said, **mapping)
        return Source(SOURCES[source], spec, Place(self.folder, self.folder / "facts" / "staged"))

    def _write(self, vendor: str, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        folder = self.folder / "data" / vendor
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_as_text(row.get(column)) for column in columns] for row in rows)

    def _insert(self, vendor: str, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        assert self.server is not None
        kinds = _kinds(vendor, name)
        types = {column: _TYPES[kinds.get(column, "text")] for column in columns}
        table = composed.Identifier(vendor, name)
        described = [composed.SQL("{} {}").format(composed.Identifier(c), composed.SQL(t)) for c, t in types.items()]
        with psycopg.connect(self.server.url(self.database), autocommit=True) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(composed.SQL("create schema if not exists {}").format(composed.Identifier(vendor)))
            connection.execute(composed.SQL("drop table if exists {}").format(table))
            connection.execute(composed.SQL("create table {} ({})").format(table, composed.SQL(", ").join(described)))
            for row in rows:
                values = [_as_text(row.get(column)) for column in columns]
                # Text that the server converts, as a connector's own loader would.
                marks = [composed.SQL("cast(%s as text)::{}").format(composed.SQL(t)) for t in types.values()]
                connection.execute(
                    composed.SQL("insert into {} values ({})").format(table, composed.SQL(", ").join(marks)), values
                )


def _kinds(vendor: str, name: str) -> dict[str, str]:
    table = kit_of(vendor).tables.get(name)
    if table is None:
        return {}
    return {name: column.kind for ours, column in table.columns.items() for name in (ours, *column.also)}


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
