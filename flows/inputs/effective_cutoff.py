"""Where the knowledge cut-off leaves out rows: only there may two runs with different cut-offs differ."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from flows.inputs.fingerprints import fingerprint_of, newest_known
from flows.inputs.snapshot import Snapshot
from sql.facts import Fact, FactStore
from transforms.month import Month

_EMPTY = pl.LazyFrame(schema={"known_at": pl.String})


def effective_cutoff(snapshot: Snapshot, store: FactStore, source: str, months: Sequence[Month]) -> str | None:
    """Return the knowledge cut-off where it leaves out rows of some months of a source of events, else None.

    Args:
        snapshot: The sources.
        store: The fact store: when the newest row of a month became known is read off the rows once.
        source: The source.
        months: The months.
    """
    if f"{source}.known_at" not in snapshot.configured:
        return None
    is_cut = any(snapshot.is_cut(_newest(snapshot, store, source, month)) for month in months)
    return snapshot.known_until.isoformat() if is_cut else None


def _newest(snapshot: Snapshot, store: FactStore, source: str, month: Month) -> str | None:
    kind, name = f"{source}_known", fingerprint_of(snapshot.months[source][month])

    def looked_up() -> Fact:
        newest = newest_known(snapshot.events[source].usable(month), source, snapshot.configured)
        return Fact(_EMPTY, {"newest": newest})

    newest_of_month: str | None = store.get_or_make(kind, month, name, looked_up).metadata["newest"]
    return newest_of_month
