"""Join rates: the share of ARR in scope whose accounts have rows in a source."""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.errors import first_few
from transforms.exact import exact_sum
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality


def join_rate(
    features: pl.DataFrame, accounts_with_tickets: pl.DataFrame | None, quality: Quality, month: Month
) -> list[Measure]:
    """Measure the share of ARR of the accounts that occur in usage and in tickets.

    A low share usually means that ids do not match, not that customers are inactive.

    Args:
        features: One row per account in scope: account_id, arr, events, last_active_date.
        accounts_with_tickets: The accounts with a ticket in the trailing window, in any number of rows: account_id;
            None where tickets are not mapped.
        quality: The limits and the window of usage.
        month: The month.

    Returns:
        ``join_rate.usage`` and, where tickets are mapped, ``join_rate.tickets``. They do not apply with too few
        accounts or no ARR.
    """
    check = quality.join_rate
    since = (month - (check.usage_window_months - 1)).first_day
    is_used = (pl.col("events") > 0) | (pl.col("last_active_date") >= since)
    measures = [_measure("usage", features.with_columns(is_known=is_used), check.usage_minimum_share, quality, month)]
    if accounts_with_tickets is not None:
        ids = accounts_with_tickets["account_id"].unique().implode()
        has_ticket = features.with_columns(is_known=pl.col("account_id").is_in(ids))
        measures.append(_measure("tickets", has_ticket, check.tickets_minimum_share, quality, month))
    return measures


def _measure(source: str, known: pl.DataFrame, minimum: float, quality: Quality, month: Month) -> Measure:
    check, name = quality.join_rate, f"join_rate.{source}"
    arr = pl.col("arr")
    whole, joined = known.select(exact_sum(arr), joined=exact_sum(arr.filter(pl.col("is_known")))).row(0)
    if known.height < check.minimum_accounts or whole <= 0:
        found = f"{pluralize(known.height, 'account')} in scope in {month}"
        why = f"{found}, {check.minimum_accounts} with ARR are needed for a share"
        return does_not_apply(name, check.severity, why)
    observed = joined / whole
    message = f"accounts with {percent(observed)} of ARR in {month} have rows of {source}"
    if observed < minimum:
        strangers = known.filter(~pl.col("is_known").fill_null(value=False))["account_id"].to_list()
        message = (
            f"only {message}, expected at least {percent(minimum)}; first accounts without: {first_few(strangers)}: "
            f"look whether the account ids of {source} are written like those of accounts"
        )
    return Measure(name, check.severity, observed, minimum, None, message)
