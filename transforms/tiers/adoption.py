"""The state of a month that former rules published, as today's step reads it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_ADOPTED: Mapping[str, pl.Expr] = {
    "is_ill": pl.lit(value=False),
    "ill_months_of_6": pl.lit(0, pl.Int64),
    "is_lift_in_effect": pl.col("lift_started_month").is_not_null() & pl.col("override_start_date").is_null(),
    "is_lift_unaffordable": pl.lit(value=False),
    "is_contract_event_pending": pl.lit(value=False),
    "is_held_out": pl.lit(value=False),
    "is_interim_owner": pl.lit(value=False),
    "scorecard": pl.lit("default"),
}
"""What stands for a null; the columns of silence are left out, since what is unknown of them stays unknown."""


def adopt(tiers: pl.DataFrame) -> pl.DataFrame:
    """Fill in the state that former rules did not keep: nobody was ill, and a lift that runs keeps its start.

    Args:
        tiers: account_tiers of a month as former rules published it: one row per account in scope.

    Returns:
        The same rows, in the same order; what was not null stays.
    """
    filled = [pl.col(name).fill_null(value) for name, value in _ADOPTED.items() if name in tiers.columns]
    return tiers.lazy().with_columns(filled).collect(engine="in-memory")
