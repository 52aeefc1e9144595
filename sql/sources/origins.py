"""Prepares the origins of a source, its files or queries, for reading: each is staged once, or read in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from sql.atomic import remove, scratch_folder, translate_write_errors
from sql.sources.adoption import adopted, is_staged, unit_name
from sql.sources.content import Found, content_of
from sql.sources.files import SourceFile, changed_sentence, find_files, fingerprint_of
from sql.sources.mapping import map_columns
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
from transforms.errors import RetierError
from transforms.month import Month
from transforms.plurals import pluralize


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of a project.

    Attributes:
        project: The folder to which the paths of `retier.yaml` are relative.
        staging: The folder for staged files, in the fact store.
        is_lasting: Whether that folder is kept: otherwise nothing is compared with it later.
        is_forced: Whether files are read through that look as they were found before.
    """

    project: Path
    staging: Path
    is_lasting: bool = True
    is_forced: bool = False


def load_files(table: Table, spec: SourceSpec, place: Place) -> list[Unit]:
    """Prepare every file of a source for reading.

    Raises:
        RetierError: If a file is missing, damaged, or not written as the specification says.
    """
    units = [load_file(file, table, spec, place) for file in find_files(table.name, spec, place.project)]
    kept = {unit.folder.parent.name for unit in units}
    _forget_others(place.staging / table.name, lambda name: name in kept)
    return units


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
    content, found = _content(file, table, spec, place, parent)
    folder = parent / unit_name(content, table, spec)
    known = load(folder, file.location) or adopted(file, content, table, spec, parent)
    if known is None:

        def confirm() -> None:
            if found is not None and not found.is_still(file.location):
                raise RetierError(changed_sentence(table.name, file.name))

        try:
            known = _load(file, table, spec, place, folder, confirm)
        finally:
            # Of an error, too, this is the likeliest reason.
            confirm()
    return known if known.location is None else replace(known, found=found)


def _content(file: SourceFile, table: Table, spec: SourceSpec, place: Place, parent: Path) -> tuple[str, Found | None]:
    """Return what a file's content is called, and the file as it was found if it is local."""
    if file.is_remote:
        return file.fingerprint, None
    if not place.is_lasting:
        return file.fingerprint, Found(file.state)

    def is_staged_as(content: str) -> bool:
        return is_staged(content, table, spec, parent)

    content, digest = content_of(file, parent, table.name, is_staged_as=is_staged_as, is_forced=place.is_forced)
    return content, Found(file.state, digest)


def _load(
    file: SourceFile, table: Table, spec: SourceSpec, place: Place, folder: Path, confirm: Callable[[], None]
) -> Unit:
    with scratch_folder(place.staging / table.name) as scratch:
        job = Job(table, spec, folder.parent, scratch, folder.name, confirm)
        return _load_parquet(file, job, folder) if file.format == "parquet" else load_text(file, job)


def _load_parquet(file: SourceFile, job: Job, folder: Path) -> Unit:
    table, spec = job.table, job.spec
    try:
        if is_scannable(file):
            schema = schema_of(file, table.name)
            mapped = map_columns(table, spec, schema, file.name)
            parts = direct_parts(file, schema, mapped, table, spec, folder.name)
            if parts is not None:
                columns = tuple(sorted(each.name for each in mapped))
                job.confirm()
                return _recorded(Unit(file.name, "row", folder, columns, parts, location=file.location))
        local = replace(file, location=str(local_copy(file, table.name, job.scratch)))
        schema = schema_of(local, table.name)
        raw = Raw(file.name, "row", schema, lambda: scan([local.location], row_number=ROW))
        mapped = map_columns(table, spec, schema, file.name)
        return stage(raw, mapped, job)
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


def _folder_name(file: SourceFile) -> str:
    readable = re.sub(r"[^A-Za-z0-9]+", "-", file.name)[-40:].strip("-")
    return f"{readable}-{fingerprint_of(file.name)[:12]}"


def _forget_others(parent: Path, is_kept: Callable[[str], bool]) -> None:
    """Remove what was staged from files that no longer exist."""
    if parent.is_dir():
        for folder in sorted(parent.iterdir()):
            if not is_kept(folder.name) and not folder.name.startswith("."):
                remove(folder)
