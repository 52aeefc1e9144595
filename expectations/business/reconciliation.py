"""ARR reconciliation: the published ARR against a simple calculation from the subscriptions.

The calculation is written a second time on purpose: a check that calls the code it checks always agrees with it.
"""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.exact import exact_sum
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_NAME = "arr_reconciliation"
_SHOWN = 3


def plain_arr(
    subscriptions: pl.LazyFrame, accounts: pl.LazyFrame, rates: pl.LazyFrame | None, currency: str, month: Month
) -> pl.DataFrame:
    """Calculate ARR per account: 12 times the monthly revenue of the subscriptions in force on the month's last day.

    If rows of one subscription overlap on that day, the latest start counts. Trials and internal accounts are excluded;
    accounts missing from the source accounts are included. A currency without a rate counts as 0.

    Args:
        subscriptions: Known rows of ``subscriptions``, accounts mapped.
        accounts: Accounts as of the month: account_id, is_internal.
        rates: Known rows of ``rates``; None where not configured.
        currency: The run's currency, which a null one means too.
        month: The month.

    Returns:
        One row per account with such a subscription: account_id, plain_arr (currency per year), is_known.
    """
    day = month.last_day
    runs = (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") >= day))
    running = (
        subscriptions.filter(runs & ~pl.col("is_trial").fill_null(value=False))
        .select("subscription_id", "account_id", "start_date", "mrr", pl.col("currency").fill_null(currency))
        .collect()
        .lazy()
    )
    # Sorting all of them would take longer than all the rest, and few overlap.
    overlaps = pl.col("subscription_id").is_duplicated()
    latest = (
        running.filter(overlaps)
        .sort("start_date", "mrr", "currency", "account_id")
        .unique("subscription_id", keep="last", maintain_order=True)
    )
    in_force = pl.concat([running.filter(~overlaps), latest])
    own = pl.LazyFrame({"currency": [currency], "rate": [1.0]})
    of_month = own if rates is None else pl.concat([own, _foreign(rates, currency, month)])
    internal = accounts.filter(pl.col("is_internal"))
    return (
        in_force.join(of_month, on="currency", how="left")
        .join(internal, on="account_id", how="anti")
        .group_by("account_id")
        .agg(plain_arr=12 * exact_sum(pl.col("mrr") * pl.col("rate")))
        .join(accounts.select("account_id", is_known=pl.lit(value=True)), on="account_id", how="left")
        .with_columns(pl.col("is_known").fill_null(value=False))
        .collect()
    )


def arr_reconciliation(features: pl.DataFrame, plain: pl.DataFrame, quality: Quality, month: Month) -> list[Measure]:
    """Compare the ARR of the accounts in scope with the simple calculation, account by account.

    Absolute differences are summed, so that revenue booked on the wrong account does not cancel out.

    Args:
        features: One row per account in scope: account_id, arr, is_in_grace. Accounts in grace have no subscription
            in force and are left out.
        plain: The result of ``plain_arr``.
        quality: The limits.
        month: The month.

    Returns:
        ``arr_reconciliation``: the difference as a share of the larger of the two sums. It does not apply with too
        few accounts or without ARR.
    """
    check = quality.arr_reconciliation
    compared = (
        features.lazy()
        .filter(~pl.col("is_in_grace"))
        .select("account_id", "arr")
        .join(plain.lazy(), on="account_id", how="full", coalesce=True)
        .with_columns(pl.col("arr", "plain_arr").fill_null(0.0))
        .with_columns(difference=(pl.col("arr") - pl.col("plain_arr")).abs())
        .collect()
    )
    published, reckoned, difference = compared.select(exact_sum(pl.col("arr", "plain_arr", "difference"))).row(0)
    larger = max(published, reckoned)
    if compared.height < check.minimum_accounts or larger <= 0:
        found = f"{pluralize(compared.height, 'account')} with a subscription in force in {month}"
        why = f"{found}, {check.minimum_accounts} with ARR are needed for a share"
        return [does_not_apply(_NAME, check.severity, why)]
    observed = difference / larger
    message = (
        f"ARR of the accounts in scope in {month} is {published:z,.2f}, that of the subscriptions {reckoned:z,.2f}, "
        f"and {difference:z,.2f} ({percent(observed)}) of it differs"
    )
    if observed > check.maximum_difference_share:
        message += (
            f", most for {_most_different(compared)}; expected at most {percent(check.maximum_difference_share)}: "
            "add the missing accounts or fix their subscriptions and rates, and run the month again"
        )
    return [Measure(_NAME, check.severity, observed, None, check.maximum_difference_share, message)]


def _foreign(rates: pl.LazyFrame, currency: str, month: Month) -> pl.LazyFrame:
    return (
        rates.filter((pl.col("month").dt.month_start() == month.first_day) & (pl.col("currency") != currency))
        .sort("currency", "rate")
        .unique("currency", keep="last", maintain_order=True)
        .select("currency", "rate")
    )


def _most_different(compared: pl.DataFrame) -> str:
    differing = compared.filter(pl.col("difference") > 0).sort("difference", "account_id", descending=[True, False])
    named = [_named(row) for row in differing.head(_SHOWN).iter_rows(named=True)]
    more = differing.height - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more > 0 else "")


def _named(row: dict[str, object]) -> str:
    stranger = ", unknown to accounts" if row["is_known"] is False else ""
    return f"{row['account_id']!r} ({row['arr']:z,.2f} against {row['plain_arr']:z,.2f}{stranger})"
