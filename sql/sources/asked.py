"""A query as it is asked: what it is called, where it runs, and the sentences for what is wrong with its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from transforms.errors import RetierError, WrongUseError, first_few
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a source.

    Attributes:
        source: The source.
        name: The query's name in messages.
        database: The URL of the database that runs it; None means DuckDB in memory, with paths relative to the project.
        remedy: What to do where the database refuses it.
        files: Files, folders and globs, local or remote, that a query on DuckDB may read besides those of the project,
            by the name of the variable that holds their paths.
        also: Local files that it may read besides, which no variable names.
    """

    source: str
    name: str
    database: str | None = None
    remedy: str = "fix the query"
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: tuple[Path, ...] = ()

    def for_month(self, month: Month) -> Query:
        """Return the same query with the name that it has when it is run for a month."""
        return replace(self, name=f"{self.name} for {month}")


def failed(query: Query, error: BaseException) -> RetierError:
    """Say that a database refused a query, in its words."""
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    return RetierError(f"{query.source}: {query.name} failed: the database says {reason!r}: {query.remedy}")


def refuse_duplicates(names: Sequence[str], name: str) -> None:
    """Refuse a result in which two columns have the same name.

    Raises:
        WrongUseError: If there is one.
    """
    twice = [column for column, times in Counter(names).items() if times > 1]
    if twice:
        raise WrongUseError(f"{name} returns {first_few(twice)} more than once: rename with 'as'")
