"""The chain of months: which published months depend on results that have changed since."""

from __future__ import annotations

import hashlib

import polars as pl

from transforms.month import Month

NO_HISTORY = hashlib.sha256().hexdigest()
"""The fingerprint of the first month's history."""


def history_print(runs: pl.DataFrame, month: Month) -> str:
    """Fingerprint the results of all months before one, because a month depends on more than the last of them.

    Args:
        runs: The output of :func:`sql.state.last_run_by_month`.
        month: The month.
    """
    digest = hashlib.sha256()
    earlier = runs.filter(pl.col("month") < month.first_day).sort("month")
    for day, result in earlier.select("month", "result_fingerprint").iter_rows():
        digest.update(f"{day:%Y-%m} {result}\n".encode())
    return digest.hexdigest()


def stale_months(runs: pl.DataFrame) -> list[Month]:
    """List the published months for which an earlier month has changed since they were computed.

    A month is stale if the result of any earlier month has changed, if the month before it is not published although
    an earlier one is, or if the month before it is stale itself.

    Args:
        runs: The output of :func:`sql.state.last_run_by_month`.

    Returns:
        The stale months, oldest first.
    """
    results = {Month.of(month): result for month, result in runs.select("month", "result_fingerprint").iter_rows()}
    stale: list[Month] = []
    for run in runs.sort("month").iter_rows(named=True):
        month = Month.of(run["month"])
        is_cut_off = month != min(results) and month - 1 not in results
        follows_stale = bool(stale) and stale[-1] == month - 1
        if (
            is_cut_off
            or follows_stale
            or not _is_based_on(runs, month, run["history_fingerprint"], run["previous_fingerprint"])
        ):
            stale.append(month)
    return stale


def _is_based_on(runs: pl.DataFrame, month: Month, history: str | None, previous: str | None) -> bool:
    """Return whether the earlier months are unchanged; runs of older versions only recorded the last of them."""
    if history is not None:
        return history == history_print(runs, month)
    before = runs.filter(pl.col("month") == (month - 1).first_day)["result_fingerprint"]
    return previous == (None if before.is_empty() else before.item())
