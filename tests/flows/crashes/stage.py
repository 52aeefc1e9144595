"""Projects for a scenario: as they are before it, what they come to undisturbed, and copies to be killed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.settings import Project
from tests.flows.crashes.processes import Started, Zygote
from tests.flows.crashes.scenarios import SCENARIOS, Scenario, sources_before
from tests.flows.crashes.warehouse import Contents, Tables, all_contents, contents_of, project_of, read_tables
from tests.flows.projects import write_csv, write_project
from tests.postgres import Server
from transforms.month import Month


@dataclass(frozen=True)
class Copy:
    """A project that may be ruined.

    Attributes:
        folder: Its folder.
        warehouse: The URL of its warehouse; None means the DuckDB file of the project.
        server: The PostgreSQL server; None means DuckDB.
        database: The name of its PostgreSQL database.
        scenario: What is done to it.
        zygote: Who starts commands.
    """

    folder: Path
    warehouse: str | None
    server: Server | None
    database: str | None
    scenario: Scenario
    zygote: Zygote

    def start(self, *line: str, **about: Any) -> Started:
        """Start a command, without words that of the scenario; see :meth:`Zygote.start` for the rest."""
        words = [*(line or self.scenario.line), "--project", str(self.folder)]
        return self.zygote.start(words, self.warehouse, **about)

    def project(self) -> Project:
        """Load its settings."""
        return project_of(self.folder, self.warehouse)

    def tables(self) -> Tables:
        """Read every table."""
        return read_tables(self.folder, self.warehouse)

    def state_of_files(self) -> list[tuple[int, int]] | None:
        """Return times and sizes that differ once the DuckDB file has changed; None for PostgreSQL."""
        if self.server is not None:
            return None
        return [_time_and_size(self.folder / name) for name in ("retier.duckdb", "retier.duckdb.wal")]


@dataclass(frozen=True)
class Undisturbed:
    """What a scenario comes to.

    Attributes:
        before: What is published of each month at first.
        after: The same at the end.
        whole: All that is published at the end.
        moments: What the process did.
        seconds: How long it took.
    """

    before: dict[Month, Contents]
    after: dict[Month, Contents]
    whole: Contents
    moments: list[str]
    seconds: float

    def moment(self, first: str, last: str) -> int:
        """Return the number of the first moment that matches one expression, from the first that matches another on.

        Args:
            first: What happens before.
            last: What happens then.
        """
        begun = next(at for at, what in enumerate(self.moments) if re.search(first, what))
        return next(at + 1 for at, what in enumerate(self.moments) if at >= begun and re.search(last, what))

    @property
    def moments_of_sql(self) -> list[int]:
        """The numbers of the moments at which it did something to the database, from 1 on.

        Views that are made to be compared, and are gone at once, are left out.
        """
        return [
            number
            for number, what in enumerate(self.moments, start=1)
            if not what.startswith(("os.", "open ")) and "_retier_probe" not in what and "SAVEPOINT" not in what
        ]


class Stage:
    """Makes projects for scenarios on one of the databases.

    Args:
        parent: A folder for what is kept.
        zygote: Who starts commands.
        server: The PostgreSQL server; None means DuckDB.
    """

    def __init__(self, parent: Path, zygote: Zygote, server: Server | None) -> None:
        self._parent, self._zygote, self._server = parent, zygote, server
        self._templates: dict[str, Copy] = {}
        self._undisturbed: dict[str, Undisturbed] = {}

    @contextmanager
    def copy(self, name: str, folder: Path) -> Iterator[Copy]:
        """Return a project in which a scenario is about to begin."""
        template = self._template(SCENARIOS[name])
        with self._copied(template, folder) as copied:
            yield copied

    def undisturbed(self, name: str) -> Undisturbed:
        """Say what a scenario comes to where nobody is killed."""
        if name not in self._undisturbed:
            with self.copy(name, self._parent / f"{name}-undisturbed") as copy:
                self._undisturbed[name] = _lived_through(copy)
        return self._undisturbed[name]

    def _template(self, scenario: Scenario) -> Copy:
        if scenario.name not in self._templates:
            folder = write_project(self._parent / scenario.name, sources_before())
            made = self._empty(folder, scenario)
            if scenario.published:
                months = ("--from", str(scenario.published[0]), "--to", str(scenario.published[-1]))
                assert made.start("backfill", *months, "--reason", "the first time").wait() == 0
            changed = scenario.change(sources_before())
            for source in changed:
                if changed[source] != sources_before()[source]:
                    write_csv(folder / "data" / f"{source}.csv", changed[source])
            self._templates[scenario.name] = made
        return self._templates[scenario.name]

    def _empty(self, folder: Path, scenario: Scenario) -> Copy:
        if self._server is None:
            return Copy(folder, None, None, None, scenario, self._zygote)
        database = self._server.new_database()
        return Copy(folder, self._server.url(database), self._server, database, scenario, self._zygote)

    @contextmanager
    def _copied(self, template: Copy, folder: Path) -> Iterator[Copy]:
        shutil.copytree(template.folder, folder)
        if self._server is None or template.database is None:
            yield Copy(folder, None, None, None, template.scenario, self._zygote)
            return
        database = self._server.new_database(template.database)
        try:
            yield Copy(folder, self._server.url(database), self._server, database, template.scenario, self._zygote)
        finally:
            self._server.drop(database)


def _time_and_size(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _lived_through(copy: Copy) -> Undisturbed:
    before = copy.tables()
    noting = copy.start(has_moments=True)
    assert noting.wait() == 0, noting.stderr
    after = copy.tables()
    months = set(copy.scenario.published) | set(copy.scenario.changed)
    return Undisturbed(
        before={month: contents_of(before, month) for month in months},
        after={month: contents_of(after, month) for month in months},
        whole=all_contents(after),
        moments=noting.moments(),
        seconds=noting.ended_at - noting.began_at,
    )
