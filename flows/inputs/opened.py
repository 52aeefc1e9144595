"""The sources of a project, opened: which columns are mapped, which months hold rows; nothing is judged yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.inputs.source import Accepted, AcceptedEvents, AcceptedTable
from flows.settings import Project
from sql.sources.origins import Place
from sql.sources.source import open_sources
from transforms.contracts import SOURCES
from transforms.month import Month

TRAILING_MONTHS = 13
"""What the metrics of a month look back on: a year, and the month before it."""

_STAGED = "staged"


@dataclass(frozen=True, slots=True)
class Opened:
    """The sources of a project.

    Attributes:
        place: Where they lie.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
        events: The sources of events.
        tables: The sources that are read whole.
        months: Per source of events: the months that hold rows, each with what is equal while its rows are.
    """

    place: Place
    configured: frozenset[str]
    events: Mapping[str, AcceptedEvents]
    tables: Mapping[str, AcceptedTable]
    months: Mapping[str, Mapping[Month, str]]

    @property
    def sources(self) -> dict[str, Accepted]:
        """All mapped sources, in the order of the contracts."""
        every: dict[str, Accepted] = {**self.tables, **self.events}
        return {name: every[name] for name in SOURCES if name in every}

    def months_with(self, wanted: Iterable[Month]) -> dict[str, Mapping[Month, str]]:
        """Return ``months`` after more months were asked for: queries that are run by month run for them."""
        return {name: source.months(_looked_at(wanted)) for name, source in self.events.items()}


def place_of(project: Project) -> Place:
    """Return where a project's sources lie, and where rows are staged that cannot be read where they are."""
    return Place(project.directory, project.facts / _STAGED)


def open_project(project: Project, months: Iterable[Month]) -> Opened:
    """Open the sources of a project for computing some months.

    Raises:
        RetierError: If a file or query cannot be read, or a required source has no rows.
    """
    place = place_of(project)
    sources = open_sources(project.settings.sources, place.project, place.staging)
    # Queries that are run for each month must be told which ones; files say themselves which months they hold.
    wanted = _looked_at(months)
    by_source = {name: source.months(wanted) for name, source in sources.events.items()}
    configured = sources.configured
    return Opened(
        place=place,
        configured=configured,
        events={name: AcceptedEvents(source, configured) for name, source in sources.events.items()},
        tables={name: AcceptedTable(source, configured) for name, source in sources.tables.items()},
        months=by_source,
    )


def _looked_at(months: Iterable[Month]) -> list[Month]:
    return sorted({one for month in months for one in month.trailing(TRAILING_MONTHS)})
