"""What one process does once for all the months that it computes: sources opened, tables judged, facts verified."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from flows.checks.judgement import Memory
from flows.inputs.opened import Opened, open_project
from flows.settings import Project
from sql.facts import FactStore
from sql.sources.replaced import refuse_replaced, translate_replaced
from transforms.month import Month


@cache
def _store_of(root: Path) -> FactStore:
    """Return the fact store of a folder: one per process, which verifies a file once until it changes."""
    return FactStore(root)


_JUDGED_TABLES = 64
"""The number of judgements to remember, so that a process that judges many versions of tables does not keep growing."""

_remembered: list[Memory] = [Memory()]


def _memory() -> Memory:
    """Return what this process found in tables so far; it is keyed by their content, so it never becomes wrong."""
    if len(_remembered[0].results) > _JUDGED_TABLES:
        _remembered[0] = Memory()
    return _remembered[0]


class Session:
    """The sources of a project as they were when the process first looked, so that all its months see the same.

    Attributes:
        project: The project.
        store: Its fact store.
        memory: What was judged so far; the next session of the process goes on from it.
    """

    def __init__(self, project: Project, memory: Memory | None = None, *, is_forced: bool = False) -> None:
        """Begin.

        Args:
            project: The project.
            memory: What was judged so far, if not by the sessions before in this process.
            is_forced: Whether files are read through that look as they were found before.
        """
        self.project = project
        self._is_forced = is_forced
        self.store = _store_of(project.facts)
        self.memory = memory or _memory()
        self._opened: Opened | None = None

    def open(self, months: Iterable[Month]) -> Opened:
        """Return the sources, opened at the first call.

        Args:
            months: The months that are to be computed; queries that are run by month need them.

        Raises:
            RetierError: If a file or query cannot be read, or a required source has no rows.
        """
        if self._opened is None:
            self._opened = open_project(self.project, months, is_forced=self._is_forced)
        else:
            self._opened = self._opened.with_months(months)
        return self._opened

    def translate_replaced(self) -> AbstractContextManager[None]:
        """Translate errors of reading, within a block, where a file was replaced since it was opened.

        Raises:
            RetierError: If that is what happened.
        """
        return translate_replaced(lambda: self._opened.sources.values() if self._opened else ())

    def refuse_replaced(self, month: Month) -> None:
        """Refuse what a month was computed from if a file was replaced since it was opened.

        Raises:
            RetierError: If that is so.
        """
        if self._opened is not None:
            refuse_replaced(self._opened.sources.values(), month)
