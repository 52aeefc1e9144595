"""Intervals by resampling accounts, each with all of its months: months of one account are no independent news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AT_A_TIME = 100
"""How many resamples are held in memory at once."""

_TAIL_PERCENT = 2.5


@dataclass(frozen=True, slots=True)
class Resampling:
    """How often accounts are drawn anew, and from which seed; the same seed draws the same accounts."""

    times: int = 1000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure with its interval of 95 %.

    Attributes:
        value: The measure; null where nothing could be measured.
        low: The lower end; null where the value is, or where it could be measured in no resample.
        high: The upper end, likewise.
        count: Over how many account-months, alarms or departures.
    """

    value: float | None
    low: float | None
    high: float | None
    count: int


def weights(accounts: int, resampling: Resampling) -> Iterator[NDArray[np.float64]]:
    """Yield how often each account was drawn, for some resamples at a time.

    Args:
        accounts: How many accounts there are; as many are drawn, with replacement.
        resampling: How often, and from which seed.

    Yields:
        One row per account, one column per resample.
    """
    import numpy as np

    chance = np.random.default_rng(resampling.seed)
    for start in range(0, resampling.times, _AT_A_TIME):
        times = min(_AT_A_TIME, resampling.times - start)
        drawn = chance.integers(0, accounts, size=(times, accounts))
        columns = [np.bincount(one, minlength=accounts) for one in drawn]
        yield np.stack(columns, axis=1).astype(np.float64)


def interval(values: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Return the ends between which 95 % of the resampled values lie; nulls where no resample had a value (NaN)."""
    import numpy as np

    known = values[~np.isnan(values)]
    if known.size == 0:
        return None, None
    low, high = np.percentile(known, [_TAIL_PERCENT, 100 - _TAIL_PERCENT])
    return float(low), float(high)


def ratio(numerators: NDArray[np.float64], denominators: NDArray[np.float64], resampling: Resampling) -> Estimate:
    """Return the sum of some counts divided by the sum of others, with its interval.

    Args:
        numerators: One count per account.
        denominators: One count per account, in the same order.
        resampling: How often accounts are drawn, and from which seed.

    Returns:
        The ratio; its count is the sum of the denominators.
    """
    import numpy as np

    total = float(denominators.sum())
    if total == 0:
        return Estimate(None, None, None, 0)
    drawn = []
    for of_accounts in weights(len(denominators), resampling):
        below = denominators @ of_accounts
        drawn.append(np.divide(numerators @ of_accounts, below, out=np.full(below.shape, np.nan), where=below > 0))
    low, high = interval(np.concatenate(drawn))
    return Estimate(float(numerators.sum()) / total, low, high, int(total))
