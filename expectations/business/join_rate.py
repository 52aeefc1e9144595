"""Join rates: the share of a source's rows whose account is known, and of ARR whose accounts have rows in a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.errors import first_few
from transforms.exact import exact_sum
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality


@dataclass(frozen=True, slots=True)
class KnownRows:
    """How many rows of a source belong to an account.

    Attributes:
        rows: Its rows with an account_id.
        strangers: Those of them whose account is unknown.
        examples: Some of the unknown accounts.
        difference: How most unknown accounts are written differently from known ones, as in ``A-007 in usage, 7 in
            accounts: leading zeros``; empty where nothing explains them.
    """

    rows: int
    strangers: int
    examples: tuple[str, ...] = ()
    difference: str = ""


def row_join_rate(sources: Mapping[str, KnownRows], quality: Quality, month: Month) -> list[Measure]:
    """Measure the share of the rows of each source whose account is known.

    Args:
        sources: The counts of each source that names accounts, of the month for sources of events and of the whole
            table for others.
        quality: The limits.
        month: The month.

    Returns:
        ``join_rate.<source>_rows`` per source, by name, always of severity fail: a single stranger is another check's
        warning. It does not apply with too few rows.
    """
    return [_rows_measure(source, sources[source], quality, month) for source in sorted(sources)]


def join_rate(
    features: pl.DataFrame,
    accounts_with_tickets: pl.DataFrame | None,
    quality: Quality,
    month: Month,
    *,
    has_usage: bool = True,
) -> list[Measure]:
    """Measure the share of ARR of the accounts that occur in usage and in tickets.

    A low share usually means that ids do not match, not that customers are inactive.

    Args:
        features: One row per account in scope: account_id, arr, events, last_active_date.
        accounts_with_tickets: The accounts with a ticket in the trailing window, in any number of rows: account_id;
            None where tickets are not mapped.
        quality: The limits and the window of usage.
        month: The month.
        has_usage: Whether usage has rows in every month of its window. Without them a low share is no sign of a broken
            key, and only warns.

    Returns:
        ``join_rate.usage`` and, where tickets are mapped, ``join_rate.tickets``. They do not apply with too few
        accounts or no ARR. Many customers never ask for help, so that tickets never fail by their share of ARR.
    """
    check = quality.join_rate
    since = (month - (check.usage_window_months - 1)).first_day
    is_used = (pl.col("events") > 0) | (pl.col("last_active_date") >= since)
    failing = check.failing_share if has_usage else 0.0
    measures = [
        _measure("usage", features.with_columns(is_known=is_used), check.usage_minimum_share, failing, quality, month)
    ]
    if accounts_with_tickets is not None:
        ids = accounts_with_tickets["account_id"].unique().implode()
        has_ticket = features.with_columns(is_known=pl.col("account_id").is_in(ids))
        measures.append(_measure("tickets", has_ticket, check.tickets_minimum_share, 0.0, quality, month))
    return measures


def _rows_measure(source: str, found: KnownRows, quality: Quality, month: Month) -> Measure:
    check, name = quality.join_rate, f"join_rate.{source}_rows"
    if found.rows < check.minimum_rows:
        why = f"{source} has {pluralize(found.rows, 'row')} in {month}, {check.minimum_rows} are needed for a share"
        return does_not_apply(name, "fail", why)
    observed = 1 - found.strangers / found.rows
    message = f"{percent(observed)} of {found.rows:,} rows of {source} in {month} belong to a known account"
    if observed < check.failing_share:
        examples = f", unknown are such as {' and '.join(map(repr, found.examples))}" if found.examples else ""
        advice = (
            f"write the account ids alike ({found.difference})"
            if found.difference
            else f"look whether the account ids of {source} are written like those of accounts, and whether accounts "
            "lost rows"
        )
        message = f"only {message}, expected at least {percent(check.failing_share)}{examples}: {advice}"
    return Measure(name, "fail", observed, check.failing_share, None, message)


def _measure(
    source: str, known: pl.DataFrame, minimum: float, failing: float, quality: Quality, month: Month
) -> Measure:
    check, name = quality.join_rate, f"join_rate.{source}"
    arr = pl.col("arr")
    whole, joined = known.select(exact_sum(arr), joined=exact_sum(arr.filter(pl.col("is_known")))).row(0)
    if known.height < check.minimum_accounts or whole <= 0:
        found = f"{pluralize(known.height, 'account')} in scope in {month}"
        why = f"{found}, {check.minimum_accounts} with ARR are needed for a share"
        return does_not_apply(name, check.severity, why)
    observed = joined / whole
    limit = max(minimum, failing)
    message = f"accounts with {percent(observed)} of ARR in {month} have rows of {source}"
    if observed < limit:
        strangers = known.filter(~pl.col("is_known").fill_null(value=False))["account_id"].to_list()
        message = (
            f"only {message}, expected at least {percent(limit)}; first accounts without: {first_few(strangers)}: "
            f"look whether the account ids of {source} are written like those of accounts"
        )
    return Measure(name, "fail" if observed < failing else check.severity, observed, limit, None, message)
