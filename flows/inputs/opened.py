"""The sources of a project, opened: which columns are mapped and which months hold rows, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from flows.settings import Project
from sql.sources.origins import Place
from sql.sources.source import Source, configured_of, open_sources
from transforms.month import Month

TRAILING_MONTHS = 13
"""How far the metrics of a month look back: a year, and the month before it."""

_STAGED = "staged"


@dataclass(frozen=True, slots=True)
class Opened:
    """The sources of a project.

    Attributes:
        place: Where they lie.
        sources: All mapped sources by name, in the order of the contracts.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
        months: Per source of events: the months that hold rows, each with what is equal while its rows are.
    """

    place: Place
    sources: Mapping[str, Source]
    configured: frozenset[str]
    months: Mapping[str, Mapping[Month, str]]

    @property
    def events(self) -> dict[str, Source]:
        """The sources of events."""
        return {name: source for name, source in self.sources.items() if source.table.event_time is not None}

    @property
    def tables(self) -> dict[str, Source]:
        """The sources that are read whole in every month."""
        return {name: source for name, source in self.sources.items() if source.table.event_time is None}

    def with_months(self, wanted: Iterable[Month]) -> Opened:
        """Return the sources with more months asked for: queries that are run by month are run for them."""
        by_month = {name: source for name, source in self.events.items() if source.is_by_month}
        if not by_month:
            return self
        return replace(self, months={**self.months, **_months(by_month, wanted)})

    def hold_few_rows(self, month: Month) -> None:
        """Read the rows of a month into memory, all sources at once, where they are few: many queries look at them.

        Tables stay there for the months after it, events until the next month is held.
        """
        few = [
            source
            for source in self.sources.values()
            if source.has_few_rows(month) and not source.is_held_in_memory(month)
        ]
        frames = pl.collect_all([source.usable(month) for source in few], engine="streaming")
        for source, frame in zip(few, frames, strict=True):
            source.hold_in_memory(month, frame)


def place_of(project: Project) -> Place:
    """Return where a project's sources lie, and where rows are staged that cannot be read where they are."""
    return Place(project.directory, project.facts / _STAGED)


def open_project(project: Project, months: Iterable[Month], *, is_forced: bool = False) -> Opened:
    """Open the sources of a project for computing some months.

    Args:
        project: The project.
        months: The months; queries that are run by month need them.
        is_forced: Whether files are read through that look as they were found before.

    Raises:
        RetierError: If a file or query cannot be read, or a required source has no rows.
    """
    place = place_of(project)
    sources = open_sources(project.settings.sources, place.project, place.staging, is_forced=is_forced)
    # Asked first: a query that is run for each month has no columns before it was run for one.
    by_source = _months({name: one for name, one in sources.items() if one.table.event_time is not None}, months)
    return Opened(place, sources, configured_of(sources), by_source)


def _months(events: Mapping[str, Source], months: Iterable[Month]) -> dict[str, Mapping[Month, str]]:
    looked_at = sorted({one for month in months for one in month.trailing(TRAILING_MONTHS)})
    return {name: source.months(looked_at) for name, source in events.items()}
