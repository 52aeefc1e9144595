"""The facts of all months of a backfill, made in one pass that reads the rows of each source and month once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flows.executors import Prefetcher
from flows.inputs.features import service_months
from flows.inputs.service_facts import SOURCES_OF_SERVICE, is_versioned, make_missing, missing_months
from flows.inputs.snapshot import Snapshot, snapshot_of
from flows.inputs.usage_facts import UseCases, has_facts, make_facts, use_cases_of
from flows.session import Session
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of one source that are read together.

    Attributes:
        source: The source.
        months: Their months: one, or several where rows correct those of other months.
        rows: How many rows there are.
    """

    source: str
    months: tuple[Month, ...]
    rows: int


class Facts:
    """The facts of a backfill, made before the months that need them.

    Attributes:
        pieces: The rows that are read for the facts.
    """

    def __init__(self, pieces: Sequence[Piece], ahead: Prefetcher[Piece]) -> None:
        self.pieces = pieces
        self._ahead = ahead

    def wait_for(self, month: Month) -> None:
        """Wait until all facts that a month needs are made.

        Raises:
            RetierError: If rows cannot be read, or the fact store cannot be written.
        """
        self._ahead.wait_for(piece for piece in self.pieces if piece.months[0] <= month)


@contextmanager
def facts_ahead(session: Session, months: Sequence[Month], known_until: datetime) -> Iterator[Facts]:
    """Make all facts that some months need and the fact store lacks, several months at a time, oldest first.

    Args:
        session: The project's sources and fact store.
        months: The months that are about to be computed.
        known_until: The knowledge cut-off.
    """
    pieces = pieces_to_read(session, months, known_until)
    snapshot = _snapshot(session, months, known_until) if months else None
    asked = _use_cases(session, months)
    with Prefetcher(lambda piece: _make(session, snapshot, piece, asked), pieces) as ahead:
        yield Facts(pieces, ahead)


def pieces_to_read(session: Session, months: Sequence[Month], known_until: datetime) -> list[Piece]:
    """List the rows that must be read for the facts of some months, by month and then by source.

    Facts that are in the fact store already need no rows.
    """
    if not months:
        return []
    snapshot, store = _snapshot(session, months, known_until), session.store
    asked = _use_cases(session, months)
    found: list[Piece] = []
    for source, event_source in session.open(months).events.items():
        if source in SOURCES_OF_SERVICE:
            missing = missing_months(snapshot, store, source, _looked_at(session, source, months))
            together = [tuple(missing)] if missing and is_versioned(snapshot, source) else [(one,) for one in missing]
        else:
            # What customers ever used is folded from the first month on.
            past = (one for one in snapshot.months[source] if one <= max(months))
            together = [(one,) for one in past if not has_facts(snapshot, store, one, asked.get(one, ()))]
        found += [Piece(source, every, event_source.rows_read(*every)) for every in together]
    return sorted(found, key=lambda piece: (piece.months, piece.source))


def _looked_at(session: Session, source: str, months: Sequence[Month]) -> list[Month]:
    policies = session.project.policies
    back = {month: service_months(policies.policy_for(month))[source] for month in months}
    return sorted({one for month in months for one in month.trailing(back[month])})


def _use_cases(session: Session, months: Sequence[Month]) -> dict[Month, list[UseCases]]:
    """By month of usage, the use cases of each policy under which a month looks at it."""
    asked: dict[Month, list[UseCases]] = {}
    configured = session.open(months).configured if months else frozenset[str]()
    for month in months:
        needs = session.project.policies.policy_for(month).segments.needs
        cases = use_cases_of(needs, configured)
        for one in month.trailing(needs.window_months):
            if cases and cases not in asked.setdefault(one, []):
                asked[one].append(cases)
    return asked


def _snapshot(session: Session, months: Sequence[Month], known_until: datetime) -> Snapshot:
    return snapshot_of(session.open(months), max(months), known_until, session.project.settings.tier_at)


def _make(session: Session, snapshot: Snapshot | None, piece: Piece, asked: Mapping[Month, Sequence[UseCases]]) -> None:
    assert snapshot is not None, "without months there are no pieces"
    if piece.source in SOURCES_OF_SERVICE:
        make_missing(snapshot, session.store, piece.source, piece.months)
        return
    for month in piece.months:
        make_facts(snapshot, session.store, month, asked.get(month, ()))
