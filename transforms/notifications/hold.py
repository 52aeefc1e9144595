"""When the messages of a month are held for a person: after a surge of changes, or of corrections."""

from __future__ import annotations

import polars as pl

from transforms.plurals import pluralize
from transforms.policy.notifications import Notifications


def reason_to_hold(
    before: pl.DataFrame, superseded: pl.DataFrame, present: pl.DataFrame, rules: Notifications
) -> str | None:
    """Return why the messages of a month are held; None if they are not.

    Args:
        before: account_tiers of the month before: account_id and tier.
        superseded: account_tiers of the month in its former revision.
        present: account_tiers of the month.
        rules: The policy's section.
    """
    for former, what in ((before, "changed their tier"), (superseded, "have another tier than was published before")):
        share = changed_share(former, present)
        if former.height >= rules.minimum_accounts and share > rules.maximum_changed_share:
            return (
                f"{share:z.1%} of {pluralize(former.height, 'account')} {what}, expected at most "
                f"{rules.maximum_changed_share:z.1%}: look whether that is right"
            )
    return None


def changed_share(former: pl.DataFrame, present: pl.DataFrame) -> float:
    """Return the share of accounts whose tier changed, or that left; new accounts do not count."""
    if former.is_empty():
        return 0.0
    now = present.select("account_id", pl.col("tier").alias("now"))
    both = former.select("account_id", "tier").join(now, on="account_id", how="left")
    changed = both.select(pl.col("tier").ne_missing(pl.col("now")).sum()).item()
    return float(changed / former.height)
