"""Exchange rates: converts amounts into the run's currency, all of a month's amounts at that month's rates."""

from __future__ import annotations

import polars as pl

from transforms.errors import DataQualityError, first_few
from transforms.month import Month


def with_rate(rows: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month, source: str) -> pl.LazyFrame:
    """Add the value of one unit of each row's currency in the run's currency in a month.

    Args:
        rows: Rows or facts with ``currency``, null meaning the run's. They are read once here, because a
            missing rate must stop the month instead of dropping a row.
        rates: Known rows of ``rates``; None where not configured.
        currency: The run's currency; its own rate is 1, whatever the rates say.
        month: The month whose rates are used, also for amounts of earlier months.
        source: What the rows are, for the error.

    Returns:
        The rows with ``rate`` added.

    Raises:
        DataQualityError: If a currency of the rows has no rate.
    """
    used = rows.select(pl.col("currency").unique().drop_nulls()).collect()["currency"]
    foreign = sorted(set(used) - {currency})
    if not foreign:
        return rows.with_columns(rate=pl.lit(1.0))
    found = _rates_of(rates, month) if rates is not None else {}
    missing = [name for name in foreign if name not in found]
    if missing:
        raise DataQualityError(
            f"{len(missing)} of the currencies of {source} have no rate in {month} ({first_few(missing)}): got "
            f"none, expected a row of rates for each currency but {currency}; add them, or convert the amounts "
            f"to {currency}"
        )
    known = {name: found[name] for name in foreign} | {currency: 1.0}
    return rows.with_columns(rate=pl.col("currency").fill_null(currency).replace_strict(known, return_dtype=pl.Float64))


def _rates_of(rates: pl.LazyFrame, month: Month) -> dict[str, float]:
    is_of_month = pl.col("month").dt.month_start() == month.first_day
    of_month = rates.filter(is_of_month).drop_nulls("rate").sort("currency", "rate").collect()
    return dict(zip(of_month["currency"], of_month["rate"], strict=True))
