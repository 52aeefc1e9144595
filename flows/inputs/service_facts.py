"""Facts of tickets, invoices and touchpoints, from the fact store or counted now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import polars as pl

from flows.inputs.effective_cutoff import effective_cutoff
from flows.inputs.fact_versions import fact_version
from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.merged import merged
from flows.inputs.snapshot import Snapshot
from sql.facts import FactStore
from transforms.contracts import SOURCES
from transforms.facts import invoices, tickets, touchpoints
from transforms.facts.additive import added_up
from transforms.knowledge import as_known
from transforms.month import Month

_Count = Callable[[pl.LazyFrame, frozenset[str]], pl.LazyFrame]

SOURCES_OF_SERVICE = ("tickets", "invoices", "touchpoints")

_COUNTS: dict[str, tuple[_Count, Sequence[str], str]] = {
    "tickets": (tickets.ticket_facts, tickets.GRAIN, "opened_month"),
    "invoices": (lambda rows, _: invoices.invoice_facts(rows), invoices.GRAIN, "issued_month"),
    "touchpoints": (lambda rows, _: touchpoints.touchpoint_facts(rows), touchpoints.GRAIN, "month"),
}
"""Per source: how its rows are counted, the grain of the facts, and the column of the month they are kept by."""


def service_facts(snapshot: Snapshot, store: FactStore, source: str, month: Month, months: int) -> pl.LazyFrame:
    """Return the facts of a source of service events over the trailing months, accounts mapped as of the last.

    Rows that carry ``known_at`` or ``is_deleted`` may correct one another across months, so such a source is
    read whole when any of it has changed; otherwise each month is made from its own rows.

    Args:
        snapshot: The sources.
        store: The fact store.
        source: ``tickets``, ``invoices`` or ``touchpoints``; without rows where it is not mapped.
        month: The month M.
        months: How many trailing months, M included.
    """
    count, grain, _ = _COUNTS[source]
    if source not in snapshot.events:
        return count(SOURCES[source].empty().lazy(), snapshot.configured)
    prints = make_missing(snapshot, store, source, month.trailing(months))
    wanted = [one for one in month.trailing(months) if one in prints]
    stored = [found.frame for one in wanted if (found := store.get(source, one, prints[one])) is not None]
    empty = count(SOURCES[source].empty().lazy(), snapshot.configured)
    facts = pl.concat([empty, *stored], how="vertical")
    return merged(facts, snapshot.mapping, lambda rows: added_up(rows, grain))


def missing_months(snapshot: Snapshot, store: FactStore, source: str, months: Iterable[Month]) -> list[Month]:
    """List the months with rows of which the fact store lacks the facts of a mapped source."""
    prints = _prints(snapshot, store, source)
    return [one for one in months if one in prints and store.get(source, one, prints[one]) is None]


def make_missing(snapshot: Snapshot, store: FactStore, source: str, months: Iterable[Month]) -> dict[Month, str]:
    """Make the facts of a mapped source that the fact store lacks for some months.

    Returns:
        The names under which the store has the facts of all months with rows, by month.
    """
    prints = _prints(snapshot, store, source)
    missing = missing_months(snapshot, store, source, months)
    if missing:
        to_read = to_write = missing
        if is_versioned(snapshot, source):
            # All rows are read, so the months after are counted with them: they need not be read again for those.
            to_read = list(prints)
            to_write = missing_months(snapshot, store, source, [one for one in prints if one >= min(missing)])
        _make(snapshot, store, source, to_read, {one: prints[one] for one in to_write})
    return prints


def is_versioned(snapshot: Snapshot, source: str) -> bool:
    """Return whether rows of a source may correct rows of other months, so that all of them are read together."""
    return bool({f"{source}.known_at", f"{source}.is_deleted"} & snapshot.configured)


def _prints(snapshot: Snapshot, store: FactStore, source: str) -> dict[Month, str]:
    """Return fingerprints by month; those of a versioned source depend on all its months."""
    own = dict(sorted(snapshot.months[source].items()))
    columns = sorted(name for name in snapshot.configured if name.startswith(source))
    everything = sorted((str(one), text) for one, text in own.items()) if is_versioned(snapshot, source) else ""
    cut_off = effective_cutoff(snapshot, store, source, list(own))
    return {one: fingerprint_of(fact_version(source), text, columns, everything, cut_off) for one, text in own.items()}


def _make(snapshot: Snapshot, store: FactStore, source: str, to_read: list[Month], to_write: dict[Month, str]) -> None:
    count, _, kept_by = _COUNTS[source]
    table = SOURCES[source]
    rows = pl.concat([snapshot.events[source].rows(one) for one in to_read])
    known = as_known(rows, table, snapshot.known_until, snapshot.configured)
    facts = count(known, snapshot.configured).collect(engine="streaming")
    for one, text in to_write.items():
        store.put(source, one, text, facts.filter(pl.col(kept_by) == one.first_day))
