"""What other rules published: a month does not start from it, unless a person says that it should."""

from __future__ import annotations

import polars as pl

from flows.staleness.definitions import NOT_RECORDED, changed_definitions
from transforms.errors import RetierError
from transforms.month import Month
from transforms.versions import STAGES, newest

_STAGE = "tiers"
"""The stage whose state a month takes over from the month before."""


def change_of_rules(runs: pl.DataFrame, month: Month, *, is_adopting: bool) -> str | None:
    """Return what changed in the rules since the month before was published, for the record.

    Args:
        runs: The output of :func:`sql.state.last_run_by_month`, with definition_fingerprints.
        month: The month that is to be computed.
        is_adopting: Whether what other rules published is taken over.

    Returns:
        A phrase; None where the same rules published the month before, or nothing did.

    Raises:
        RetierError: If other rules published the month before, and it is not to be taken over.
    """
    changes = _changes(runs)
    before = month - 1
    if before not in changes:
        return None
    first, change = min(changes), changes[before]
    if not is_adopting:
        raise RetierError(
            f"{month} cannot start from {before}, whose tiers other rules decided ({change}): compute the months from "
            f'{first} again, retier backfill --from {first} --to {month} --reason "upgrade"; where their sources are '
            f"gone, retier run --month {month} --adopt-state starts from what {before} knows"
        )
    return f"started from the state of {before}, which other rules published ({change})"


def _changes(runs: pl.DataFrame) -> dict[Month, str]:
    now = {_STAGE: newest(STAGES[_STAGE])}
    found = {
        Month.of(day): [NOT_RECORDED] if recorded is None else changed_definitions(recorded, now)
        for day, recorded in runs.select("month", "definition_fingerprints").iter_rows()
    }
    return {month: ", ".join(changes) for month, changes in found.items() if changes}
