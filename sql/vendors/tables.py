"""Finds the tables of a vendor, in files or in a database, and reads their columns as the kit declares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import sqlalchemy as sa

from sql.dialects import database_of_url
from sql.dialects.landed import LandedColumns, LandedInDuckDB
from sql.sources.query import url_of
from sql.sources.text import connect, identifier
from sql.vendors.kit import Kit, KitColumn, KitTable
from sql.vendors.landed_files import find_table, looked_for, named_files, relation
from sql.vendors.landed_tables import DatabaseTables
from sql.vendors.options import Options
from sql.vendors.settings import Vendor
from transforms.errors import RetierError, first_few

_SHOWN = 12
_WRITTEN_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table was found.

    Attributes:
        name: Its name for people.
        types: The type of each of its columns.
        read: Returns the SQL that stands behind ``from``, for the columns to be read.
        files: Its files, of a table that lies in files.
    """

    name: str
    types: Mapping[str, str]
    read: Callable[[Sequence[str]], str]
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table as a kit reads it.

    Attributes:
        name: Its name in the kit.
        place: Where it was found; None where it is not there.
        columns: The name of each of the kit's columns in it; None for one that is not there.
    """

    name: str
    place: Place | None
    columns: Mapping[str, str | None]

    @property
    def missing(self) -> list[str]:
        """The kit's columns that are not there, of a table that is."""
        return [] if self.place is None else [ours for ours, theirs in self.columns.items() if theirs is None]


class Landed:
    """The tables of one vendor where a project has them."""

    def __init__(self, kit: Kit, settings: Vendor[Options], project: Path) -> None:
        self._kit, self._settings, self._project = kit, settings, project
        self._found: dict[str, FoundTable] = {}
        self._sql: LandedColumns = LandedInDuckDB()
        self._database: DatabaseTables | None = None
        if settings.database is not None:
            named = (one for names in settings.tables.values() for one in names)
            wanted = {*named, *(one for name, table in kit.tables.items() for one in (name, *table.also))}
            url = url_of(settings.database, f"vendors.{kit.vendor}", project)
            self._sql = _sql_of(url, kit.vendor)
            self._database = DatabaseTables(url, kit.vendor, wanted)

    def table(self, name: str) -> FoundTable:
        """Find a table of the kit, once.

        Raises:
            RetierError: If it is not there or lacks a required column, or the database cannot be reached.
        """
        if name not in self._found:
            self._found[name] = self._looked_up(name)
        return self._found[name]

    def expression(self, name: str) -> str:
        """Return a table of the kit as a common table expression, with every declared column in its type."""
        table, found = self._kit.tables[name], self.table(name)
        types = {} if found.place is None else found.place.types
        lines = []
        for ours, column in table.columns.items():
            theirs = found.columns[ours]
            value = self._sql.null(column.kind)
            if theirs is not None:
                value = self._sql.value(identifier(theirs), types[theirs], column.kind)
            lines.append(f"        {value} as {_as_written(ours)}")
        if found.place is None:
            where, end = "not landed", "where false"
        else:
            read = [theirs for theirs in found.columns.values() if theirs is not None]
            where, end = found.place.name, f"from {found.place.read(read)}"
        columns = ",\n".join(lines)
        return f"-- {table.meaning} ({where})\n{table.called or name} as (\n    select\n{columns}\n    {end}\n)"

    def _looked_up(self, name: str) -> FoundTable:
        table = self._kit.tables[name]
        place = self._place(name, table)
        if place is None:
            if not table.is_optional:
                raise RetierError(f"there is no table {name} of {self._kit.vendor}: {self._expected(name)}")
            return FoundTable(name, None, dict.fromkeys(table.columns))
        columns = {ours: self._column(name, ours, column, place) for ours, column in table.columns.items()}
        return FoundTable(name, place, columns)

    def _column(self, table: str, ours: str, column: KitColumn, place: Place) -> str | None:
        given = self._settings.columns.get(table, {}).get(ours)
        names = (ours, *column.also) if given is None else (given,)
        by_lower = {name.lower(): name for name in reversed(list(place.types))}
        for name in names:
            if name in place.types:
                return name
            if name.lower() in by_lower:
                return by_lower[name.lower()]
        if given is not None or column.is_required:
            raise RetierError(
                f"{place.name} has no column {names[0]} (it has {first_few(place.types, limit=_SHOWN)}): say under "
                f"vendors.{self._kit.vendor}.columns.{table} in retier.yaml which one it is"
            )
        return None

    def _expected(self, name: str) -> str:
        if self._settings.files is not None:
            where = f"expected {looked_for(self._settings.files, name)}"
        else:
            where = f"expected {self._settings.schema_name or 'the default schema'}.{name} in the database"
        return f"{where}; put it there, or name it under vendors.{self._kit.vendor}.tables in retier.yaml"

    def _place(self, name: str, table: KitTable) -> Place | None:
        names = (name, *table.also)
        given = self._settings.tables.get(name)
        if self._settings.files is not None:
            files = (
                named_files(given, self._project) if given else find_table(self._settings.files, names, self._project)
            )
            return _place_of_files(files, self._project) if files else None
        assert self._database is not None
        for one in given or names:
            schema, _, bare = one.rpartition(".")
            found = self._database.find(schema or self._settings.schema_name, bare)
            if found is not None:
                return _place_in_database(one, *found)
        if given:
            raise RetierError(f"there is no table {given[0]} in the database: fix vendors.{self._kit.vendor}.tables")
        return None


def _place_in_database(name: str, qualified: str, types: Mapping[str, str]) -> Place:
    return Place(name, types, lambda _: qualified)


def _place_of_files(files: Sequence[Path], project: Path) -> Place:
    first = files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1:,} more"
    with connect() as connection:
        try:
            described = connection.execute(f"describe select * from {relation(files, None, None)}").fetchall()
        except duckdb.Error as error:
            reason = str(error).strip().partition("\n")[0]
            raise RetierError(f"{first} cannot be read ({reason}): fetch or export it again") from error
    types = {str(name): str(dtype) for name, dtype, *_ in described}
    if relation(files, [], None) != relation(files, None, None):
        # What is read with named columns is read as text.
        types = dict.fromkeys(types, "VARCHAR")
    return Place(first, types, lambda columns: relation(files, columns, project), tuple(files))


def _sql_of(url: sa.URL, vendor: str) -> LandedColumns:
    sql = database_of_url(url).landed
    if sql is None:
        raise RetierError(
            f"kits do not run on {url.get_backend_name()}: let vendors.{vendor} read files, or take over the queries "
            f"that `retier init --eject {vendor}` writes in a project with files"
        )
    return sql


def _as_written(name: str) -> str:
    is_plain = name[:1] not in "0123456789" and set(name) <= _WRITTEN_PLAIN
    return name if is_plain else identifier(name)
