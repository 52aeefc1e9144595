"""Whether far more accounts than usual fall silent at once."""

from __future__ import annotations

import polars as pl

from transforms.pillars.usage_window import events
from transforms.policy import Policy


def has_sudden_silence(policy: Policy) -> pl.Expr:
    """Return whether far more of last month's users than usual are silent in M, the same for all accounts.

    Args:
        policy: The policy: from which share on, how many times the usual one, over how many months.

    Returns:
        An expression over ``events_N`` of all accounts in scope, null where too few months are known. What was usual is
        the median share of the months before, among the accounts that are in scope now.
    """
    rule = policy.silence
    if rule is None:
        return pl.lit(None, pl.Boolean)
    shares = [_share(ago) for ago in range(rule.sudden_months + 1)]
    usual = pl.concat_arr(shares[1:]).arr.median()
    is_known = pl.all_horizontal(share.is_not_null() for share in shares)
    users = (events(1) > 0).sum()
    is_sudden = (
        (users >= rule.minimum_accounts) & (shares[0] > rule.sudden_share) & (shares[0] > rule.sudden_factor * usual)
    )
    return pl.when(is_known).then(is_sudden)


def _share(ago: int) -> pl.Expr:
    used_before = events(ago + 1) > 0
    count = used_before.sum()
    return pl.when(count > 0).then((used_before & (events(ago) == 0)).sum() / count)
