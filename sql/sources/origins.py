"""Prepares the origins of a source, its files or queries, for reading: each is staged once, or read in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from sql.atomic import remove, scratch_folder, translate_write_errors
from sql.sources.adoption import adopted, content_in_place, unit_name
from sql.sources.files import SourceFile, changed_sentence, find_files, fingerprint_of, state_of
from sql.sources.mapping import map_columns, their_name
from sql.sources.parquet import direct_parts, is_scannable, scan, schema_of
from sql.sources.plain import local_copy
from sql.sources.query import run_query
from sql.sources.raw import ROW, Raw
from sql.sources.spec import SourceSpec
from sql.sources.staging import Job, forget_former, stage
from sql.sources.templates import TemplateQuery, query_of_kit, query_of_sql
from sql.sources.textfile import load_text
from sql.sources.units import Unit, load, save
from transforms.contracts import Table
from transforms.errors import RetierError, first_few
from transforms.month import Month
from transforms.plurals import pluralize


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of a project.

    Attributes:
        project: The folder to which the paths of `retier.yaml` are relative.
        staging: The folder for staged files, in the fact store.
    """

    project: Path
    staging: Path


def load_files(table: Table, spec: SourceSpec, place: Place) -> list[Unit]:
    """Prepare every file of a source for reading.

    Raises:
        RetierError: If a file is missing, damaged, or not written as the specification says.
    """
    units = [load_file(file, table, spec, place) for file in find_files(table.name, spec, place.project)]
    _refuse_mixture(table, spec, units)
    kept = {unit.folder.parent.name for unit in units}
    _forget_others(place.staging / table.name, lambda name: name in kept)
    return units


def _refuse_mixture(table: Table, spec: SourceSpec, units: Sequence[Unit]) -> None:
    """Refuse files some of which lack a column whose absence changes what can be said of all rows."""
    for field in table.fields:
        having = [unit for unit in units if field.name in unit.columns]
        lacking = [unit for unit in units if field.name not in unit.columns and unit.rows]
        if field.may_be_absent and having and lacking:
            raise RetierError(
                f"{table.name}: {first_few(unit.origin for unit in lacking)} has no column "
                f"{their_name(spec, field.name)!r}, but {having[0].origin} has: add it there, leave it out of all of "
                f"them, or set it under constants of sources.{table.name} in retier.yaml"
            )


class Queries:
    """The queries of a source: each is run once for all its rows, or once for each month."""

    def __init__(self, table: Table, spec: SourceSpec, place: Place) -> None:
        self._table, self._spec, self._place = table, spec, place
        self._all = _queries(table, spec, place.project)
        self._done: dict[tuple[int, Month | None], Unit] = {}

    @property
    def are_by_month(self) -> bool:
        """Whether any of them is run for each month."""
        return any(query.is_by_month for query in self._all)

    def load(self, months: Iterable[Month]) -> list[Unit]:
        """Run the queries that have not been run yet, each once, and return the results of all.

        Args:
            months: For a query by month, the months to read.

        Raises:
            RetierError: If a query fails, or returns rows of other months than requested.
            WrongUseError: If the template cannot be rendered.
        """
        for number, query in enumerate(self._all):
            wanted: Sequence[Month | None] = sorted(set(months)) if query.is_by_month else [None]
            for month in wanted:
                if (number, month) not in self._done:
                    self._done[number, month] = self._run(query, month)
        folders = tuple(query.folder for query in self._all)
        _forget_others(self._place.staging / self._table.name, lambda name: name.startswith(folders))
        return [unit for _, unit in sorted(self._done.items(), key=lambda item: (item[0][0], str(item[0][1])))]

    def _run(self, query: TemplateQuery, month: Month | None) -> Unit:
        table, spec = self._table, self._spec
        statement, described = query.statement(month)
        parent = self._place.staging / table.name / (query.folder if month is None else f"{query.folder}-{month}")
        with scratch_folder(self._place.staging / table.name) as scratch:
            raw = run_query(statement, described, self._place.project, scratch)
            mapped = map_columns(table, spec, raw.schema, described.name)
            unit = stage(raw, mapped, Job(table, spec, parent, scratch))
        strays = sum(part.rows for part in unit.parts if month is not None and part.month != str(month))
        if strays:
            raise RetierError(
                f"{table.name}: {described.name} returns {pluralize(strays, 'row')} of other months: compare "
                f"{table.event_time} with >= {{{{ month_start }}}} and < {{{{ month_end }}}}, which is the first day "
                "of the next month"
            )
        return unit


def _queries(table: Table, spec: SourceSpec, project: Path) -> list[TemplateQuery]:
    if spec.sql is not None:
        return [query_of_sql(table, spec, project)]
    return [query_of_kit(table, use, project) for use in spec.kits]


def load_file(file: SourceFile, table: Table, spec: SourceSpec, place: Place) -> Unit:
    """Prepare one file for reading, or load its record if that was done before.

    Raises:
        RetierError: If it cannot be read, or changed meanwhile.
    """
    parent = place.staging / table.name / _folder_name(file)
    name = unit_name(file, table, spec)
    known = load(parent / name, file.location) or adopted(file, table, spec, parent)
    if known is None:
        try:
            known = _load(file, table, spec, place, parent / name)
        finally:
            # Of an error, too, this is the likeliest reason.
            _refuse_changed(file, table)
    if known.location is None or file.is_remote:
        return known
    return replace(known, found=(file.size, file.version))


def _load(file: SourceFile, table: Table, spec: SourceSpec, place: Place, folder: Path) -> Unit:
    if file.format == "parquet":
        return _load_parquet(file, table, spec, place, folder)
    with scratch_folder(place.staging / table.name) as scratch:
        return load_text(file, Job(table, spec, folder.parent, scratch, folder.name))


def _load_parquet(file: SourceFile, table: Table, spec: SourceSpec, place: Place, folder: Path) -> Unit:
    try:
        if is_scannable(file) and not spec.is_reshaped:
            schema = schema_of(file, table.name)
            mapped = map_columns(table, spec, schema, file.name)
            content = content_in_place(file, table, spec, folder.parent, schema)
            parts = direct_parts(file, schema, mapped, table, spec, content)
            if parts is not None:
                columns = tuple(sorted(each.name for each in mapped))
                return _recorded(Unit(file.name, "row", folder, columns, parts, location=file.location))
        with scratch_folder(place.staging / table.name) as scratch:
            local = replace(file, location=str(local_copy(file, table.name, scratch)))
            schema = schema_of(local, table.name)
            raw = Raw(file.name, "row", schema, lambda: scan([local.location], row_number=ROW))
            mapped = map_columns(table, spec, schema, file.name)
            return stage(raw, mapped, Job(table, spec, folder.parent, scratch, folder.name))
    except (pl.exceptions.ComputeError, pl.exceptions.PanicException) as error:
        reason = str(error).strip().partition("\n")[0]
        raise RetierError(f"{table.name}: {file.name} is damaged ({reason}): fetch or export it again") from error


def _recorded(unit: Unit) -> Unit:
    """Store what was found out about a file that is read in place.

    It is cheap to find out again, so the write is not synchronised: a truncated record counts as none.
    """
    with translate_write_errors(unit.folder):
        unit.folder.mkdir(parents=True, exist_ok=True)
        save(unit, unit.folder)
    forget_former(unit.folder)
    return unit


def _refuse_changed(file: SourceFile, table: Table) -> None:
    if not file.is_remote and state_of(file.location) != (file.size, file.version):
        raise RetierError(changed_sentence(table.name, file.name))


def _folder_name(file: SourceFile) -> str:
    readable = re.sub(r"[^A-Za-z0-9]+", "-", file.name)[-40:].strip("-")
    return f"{readable}-{fingerprint_of(file.name)[:12]}"


def _forget_others(parent: Path, is_kept: Callable[[str], bool]) -> None:
    """Remove what was staged from files that no longer exist."""
    if parent.is_dir():
        for folder in sorted(parent.iterdir()):
            if not is_kept(folder.name) and not folder.name.startswith("."):
                remove(folder)
