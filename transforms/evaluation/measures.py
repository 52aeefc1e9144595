"""How well something that was published told what came: the area under the curve, recall, precision, alarms a month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from transforms.evaluation.resampling import Estimate, Resampling, interval, ratio, weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BINS = 200
"""Resampled areas are taken over so many bins of the score: sorting all rows in each resample would take an hour."""


def area_under_curve(rows: pl.LazyFrame, score: str, outcome: str) -> float | None:
    """Return how often, of two accounts of a month, the one with the outcome had the higher score.

    Equal scores count half, and so does a pair in which a score is unknown: an unknown score is in the middle, and
    tells nothing. Only accounts of the same month are compared, and months count by their pairs.

    Args:
        rows: One row per account and month: ``month``, the score and the outcome.
        score: The column of the score; null is unknown.
        outcome: The column of the outcome, true or false; rows without one are left out.

    Returns:
        0.5 for a score that tells nothing, 1 for one that tells all; null if no month has both outcomes.
    """
    is_known, has_outcome = pl.col("score").is_not_null(), pl.col("outcome")
    counts = (
        rows.select("month", score=score, outcome=outcome)
        .drop_nulls("outcome")
        .with_columns(rank=pl.col("score").rank("average").over("month"))
        .group_by("month")
        .agg(
            rank_sum=pl.col("rank").filter(has_outcome & is_known).sum(),
            known=(has_outcome & is_known).sum().cast(pl.Float64),
            positive=has_outcome.sum().cast(pl.Float64),
            known_negative=(~has_outcome & is_known).sum().cast(pl.Float64),
            negative=(~has_outcome).sum().cast(pl.Float64),
        )
    )
    above = pl.col("rank_sum") - pl.col("known") * (pl.col("known") + 1) / 2
    pairs = pl.col("positive") * pl.col("negative")
    of_unknown = (pairs - pl.col("known") * pl.col("known_negative")) / 2
    won, all_pairs = counts.select((above + of_unknown).sum(), pairs.sum().alias("pairs")).collect().row(0)
    return won / all_pairs if all_pairs else None


def area_with_interval(rows: pl.LazyFrame, score: str, outcome: str, resampling: Resampling) -> Estimate:
    """Return the area under the curve with its interval.

    Args:
        rows: As for :func:`area_under_curve`, with ``account_id``.
        score: The column of the score; null is unknown.
        outcome: The column of the outcome; rows without one are left out.
        resampling: How often accounts are drawn, and from which seed.

    Returns:
        The area, exactly, its interval by scores in 200 bins, and the number of rows with the outcome.
    """
    known = (
        rows.select("month", "account_id", score=score, outcome=outcome)
        .drop_nulls("outcome")
        .sort("month", "account_id")
        .collect()
    )
    value, positive = area_under_curve(known.lazy(), "score", "outcome"), known.filter("outcome").height
    if value is None:
        return Estimate(None, None, None, positive)
    low, high = interval(_resampled_areas(known, resampling))
    return Estimate(value, low, high, positive)


def _resampled_areas(rows: pl.DataFrame, resampling: Resampling) -> NDArray[np.float64]:
    import numpy as np
    from scipy.sparse import csr_array

    # From 0; the last bin holds the unknown.
    bins = ((pl.col("score").rank("average") - 0.5) * _BINS / pl.col("score").count()).floor().cast(pl.Int64)
    coded = rows.select(
        account=pl.col("account_id").rank("dense").cast(pl.Int64) - 1,
        month=pl.col("month").rank("dense").cast(pl.Int64) - 1,
        outcome=pl.col("outcome").cast(pl.Int64),
        bin=bins.fill_null(_BINS),
    )
    months, accounts = coded["month"].n_unique(), coded["account"].n_unique()
    cells = (pl.col("month") * 2 + pl.col("outcome")) * (_BINS + 1) + pl.col("bin")
    row, column = coded.select(cells.alias("cell"))["cell"].to_numpy(), coded["account"].to_numpy()
    counts = csr_array((np.ones(len(row)), (row, column)), shape=(months * 2 * (_BINS + 1), accounts))
    areas = []
    for of_accounts in weights(accounts, resampling):
        drawn = (counts @ of_accounts).reshape(months, 2, _BINS + 1, -1)
        areas.append(_areas(drawn[:, 0], drawn[:, 1]))
    return np.concatenate(areas)


def _areas(negative: NDArray[np.float64], positive: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area of each resample from counts by month, bin and resample; the last bin is of unknown scores."""
    import numpy as np

    known_negative, known_positive = negative[:, :-1], positive[:, :-1]
    below = np.cumsum(known_negative, axis=1) - known_negative / 2
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    of_unknown = (pairs - known_positive.sum(axis=1) * known_negative.sum(axis=1)) / 2
    won = (known_positive * below).sum(axis=(0, 1)) + of_unknown.sum(axis=0)
    total = pairs.sum(axis=0)
    areas: NDArray[np.float64] = np.divide(won, total, out=np.full(total.shape, np.nan), where=total > 0)
    return areas


def recall(alarms: pl.LazyFrame, departures: pl.LazyFrame, within_months: int, resampling: Resampling) -> Estimate:
    """Return the share of departures that an alarm preceded.

    Args:
        alarms: One row per alarm: ``account_id`` and the ``month`` in which it began.
        departures: One row per departure: ``account_id`` and ``service_ended_month``, the first month without service.
        within_months: How many months before the service ended an alarm may have begun to count.
        resampling: How often accounts are drawn, and from which seed.

    Returns:
        The share; its count is that of the departures.
    """
    found = _pairs(alarms, departures, within_months).select("account_id", "service_ended_month").unique()
    return _share(departures.select("account_id", "service_ended_month").unique(), found, resampling)


def precision(alarms: pl.LazyFrame, departures: pl.LazyFrame, within_months: int, resampling: Resampling) -> Estimate:
    """Return the share of alarms that a departure followed.

    Args:
        alarms: One row per alarm: ``account_id`` and the ``month`` in which it began; only those after which
            ``within_months`` months and the time for a return have elapsed.
        departures: As for :func:`recall`.
        within_months: How many months after the alarm began service may have ended to count.
        resampling: How often accounts are drawn, and from which seed.

    Returns:
        The share; its count is that of the alarms.
    """
    alarms = alarms.select("account_id", "month").unique()
    right = _pairs(alarms, departures, within_months).select("account_id", "month").unique()
    return _share(alarms, right, resampling)


def alarms_per_100_accounts(alarms: pl.LazyFrame, account_months: pl.LazyFrame, resampling: Resampling) -> Estimate:
    """Return how many alarms begin a month among 100 accounts.

    Args:
        alarms: One row per alarm: ``account_id`` and ``month``.
        account_months: One row per account and month in which there could have been one: ``account_id``, ``month``.
        resampling: How often accounts are drawn, and from which seed.

    Returns:
        Alarms per 100 account-months; its count is that of the account-months.
    """
    share = _share(account_months.select("account_id", "month"), alarms.select("account_id", "month"), resampling)
    value, low, high = (None if one is None else one * 100 for one in (share.value, share.low, share.high))
    return Estimate(value, low, high, share.count)


def _pairs(alarms: pl.LazyFrame, departures: pl.LazyFrame, within_months: int) -> pl.LazyFrame:
    """Join alarms with the departures of the same account that followed them in time."""
    ended = pl.col("service_ended_month")
    is_soon = (ended > pl.col("month")) & (ended <= pl.col("month").dt.offset_by(f"{within_months}mo"))
    return alarms.join(departures, on="account_id").filter(is_soon)


def _share(all_rows: pl.LazyFrame, found: pl.LazyFrame, resampling: Resampling) -> Estimate:
    """Return how many rows were found of all rows, by account."""
    counts = (
        all_rows.group_by("account_id")
        .agg(total=pl.len())
        .join(found.group_by("account_id").agg(found=pl.len()), on="account_id", how="left")
        .sort("account_id")
        .select(pl.col("found", "total").fill_null(0).cast(pl.Float64))
        .collect()
    )
    return ratio(counts["found"].to_numpy(), counts["total"].to_numpy(), resampling)
