"""Exit share: many exits in one month usually mean a truncated file, not lost customers."""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.errors import first_few
from transforms.exact import exact_sum
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_NAME = "exit_share"


def exit_share(former: pl.DataFrame, changes: pl.DataFrame, quality: Quality, month: Month) -> list[Measure]:
    """Measure the share of last month's accounts that left, or of their ARR, whichever is larger.

    Every exit counts, whatever its reason: accounts that are gone from their file or internal all at once are as much
    an error of a feed as contracts that are gone. Merged accounts did not leave and are excluded from both sides. An
    exit that a new policy causes (by fewer ``renewal_grace_days``) counts too: whoever changed the policy waives it.

    Args:
        former: One row per account in scope in the month before: account_id, arr; empty for the first month.
        changes: The changes of the month, any number per account: account_id, kind, exit_reason.
        quality: The limits.
        month: The month.

    Returns:
        ``exit_share``. It does not apply where nobody was in scope before, or where fewer accounts than the policy's
        minimum left beyond the limit.
    """
    check = quality.exit_share
    exits = changes.lazy().filter(pl.col("kind") == "exit")
    merged = exits.filter(pl.col("exit_reason") == "merged")
    remaining = former.lazy().join(merged, on="account_id", how="anti")
    leaving = remaining.join(exits, on="account_id", how="semi")
    present, gone, *sums = pl.collect_all([remaining, leaving, _arr(remaining), _arr(leaving)], engine="in-memory")
    if present.is_empty():
        return [does_not_apply(_NAME, check.severity, f"no account was in scope in the month before {month}")]
    whole, lost = (float(one.item()) for one in sums)
    of_accounts, of_arr = gone.height / present.height, lost / whole if whole else 0.0
    observed = max(of_accounts, of_arr)
    message = (
        f"{gone.height:,} of {pluralize(present.height, 'account')} ({percent(of_accounts)}) with {percent(of_arr)} of "
        f"ARR left in {month}"
    )
    if observed > check.maximum_share:
        if gone.height < check.minimum_exits:
            why = f"{message}, and under {check.minimum_exits} accounts may leave by chance"
            return [does_not_apply(_NAME, check.severity, why)]
        message += (
            f", first {first_few(gone['account_id'])}; expected at most {percent(check.maximum_share)} of either: look "
            "whether subscriptions or accounts lost rows, fix the file and run the month again, and accept it where "
            "they did leave"
        )
    return [Measure(_NAME, check.severity, observed, None, check.maximum_share, message)]


def _arr(accounts: pl.LazyFrame) -> pl.LazyFrame:
    return accounts.select(exact_sum(pl.col("arr")))
