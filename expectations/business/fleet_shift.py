"""Fleet shift: the health of many accounts moves the same way in one month."""

from __future__ import annotations

import polars as pl

from expectations.business.measure import Measure, does_not_apply
from expectations.business.words import percent
from transforms.errors import first_few
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy.quality import Quality

_NAME = "fleet_shift"


def fleet_shift(scores: pl.DataFrame, quality: Quality, month: Month) -> list[Measure]:
    """Measure the share of accounts whose health moved the same way, the larger of up and down.

    Args:
        scores: One row per account: account_id, health, health_1_month_ago (both under the same policy). Accounts
            without one of the two are left out of both sides of the share.
        quality: The limits; a move counts from more than their points.
        month: The month.

    Returns:
        ``fleet_shift``. It does not apply where nobody has both, or where fewer accounts than the policy's minimum
        moved beyond the limit.
    """
    check = quality.fleet_shift
    move = (pl.col("health") - pl.col("health_1_month_ago")).alias("move")
    moves = scores.lazy().select("account_id", move).drop_nulls("move").collect()
    if moves.is_empty():
        return [does_not_apply(_NAME, check.severity, f"no account has health both in {month} and the month before")]
    rose = moves.filter(pl.col("move") > check.points)["account_id"].to_list()
    fell = moves.filter(pl.col("move") < -check.points)["account_id"].to_list()
    moved, way = (rose, "rose") if len(rose) > len(fell) else (fell, "fell")
    observed = len(moved) / moves.height
    message = (
        f"health {way} by more than {check.points:g} points for {len(moved):,} of {pluralize(moves.height, 'account')} "
        f"({percent(observed)}) in {month}"
    )
    if observed > check.maximum_share:
        if len(moved) < check.minimum_moved_accounts:
            why = f"{message}, and under {check.minimum_moved_accounts} accounts may move so by chance"
            return [does_not_apply(_NAME, check.severity, why)]
        message += (
            f", first {first_few(moved)}; expected at most {percent(check.maximum_share)} to move the same way: look "
            "whether usage, tickets or invoices lost or doubled rows, and where the move is real, "
            f'pass it once with --accept {_NAME} --reason "…"'
        )
    return [Measure(_NAME, check.severity, observed, None, check.maximum_share, message)]
