"""Changes of tier: one row per change, chained so that each row's from is the former one's to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from transforms.contracts.model import TIERS
from transforms.month import Month

VERSIONS = {1: "as in 0.1.0", 2: "placement as a change, and one row where a base move takes a lift's place"}

ORDER = (
    "override_ended",
    "lift_ended",
    "initial",
    "placement",
    "promotion",
    "demotion",
    "lift_started",
    "override_started",
    "exit",
)
"""The order in which several changes of one account and month follow each other."""

_EFFECTIVE = ("tier", "base_tier")
_INNER = ("tier_without_override", "base_tier_without_override")


@dataclass(frozen=True, slots=True)
class _Link:
    """One kind of change: when it occurs, the tier and base tier that it leads to, and the rule behind it."""

    kind: str
    occurs: pl.Expr
    to_tier: pl.Expr
    to_base_tier: pl.Expr
    decided_by: pl.Expr


def tier_changes(former: pl.LazyFrame, present: pl.LazyFrame) -> pl.LazyFrame:
    """List what changed between the published tiers of two consecutive months.

    Args:
        former: account_tiers of the month before, empty for the first month.
        present: account_tiers of this month, as the step returns it.

    Returns:
        One row per change: account_id, kind, from_tier, to_tier, from_base_tier, to_base_tier, decided_by,
        reasons, arr, and ``sequence``, the change's place in ``ORDER``. ``decided_by`` is the rule behind this
        very change: a demotion beneath a lift is not the lift's. Exits carry the last ARR, rule and reasons.
    """
    both = _side_by_side(former, present)
    links = _links()
    steps = [
        both.filter(link.occurs).select(
            "account_id",
            pl.lit(link.kind).alias("kind"),
            pl.lit(ORDER.index(link.kind)).alias("sequence"),
            link.to_tier.alias("to_tier"),
            link.to_base_tier.alias("to_base_tier"),
            link.decided_by.alias("decided_by"),
            pl.coalesce("reasons", "former_reasons").alias("reasons"),
            pl.coalesce("arr", "former_arr").alias("arr"),
            pl.col("former_tier").alias("_start_tier"),
            pl.col("former_base_tier").alias("_start_base_tier"),
        )
        for link in links
    ]
    chained = pl.concat(steps).sort("account_id", "sequence")
    return chained.with_columns(
        _previous("to_tier", "_start_tier").alias("from_tier"),
        _previous("to_base_tier", "_start_base_tier").alias("from_base_tier"),
    ).drop("_start_tier", "_start_base_tier")


def _side_by_side(former: pl.LazyFrame, present: pl.LazyFrame) -> pl.LazyFrame:
    columns = (
        *_EFFECTIVE, *_INNER, "override_start_date", "is_provisional", "lift_started_month", "decided_by", "reasons",
        "arr",
    )  # fmt: skip
    before = former.select("account_id", *(pl.col(name).alias(f"former_{name}") for name in columns))
    is_overridden = pl.col("override_start_date").is_not_null()
    was_overridden = pl.col("former_override_start_date").is_not_null()
    return (
        present.select("account_id", *columns)
        .join(before, on="account_id", how="full", coalesce=True)
        .with_columns(
            pl.col("tier").is_not_null().alias("is_in"),
            pl.col("former_tier").is_not_null().alias("was_in"),
            is_overridden.alias("is_overridden"),
            was_overridden.alias("was_overridden"),
            (pl.col("tier_without_override") != pl.col("base_tier_without_override")).alias("has_lift"),
            (
                (pl.col("former_tier_without_override") != pl.col("former_base_tier_without_override"))
                .fill_null(value=False)
                .alias("had_lift")
            ),
        )
    )


def _links() -> list[_Link]:
    """Every kind of change in order, each with the state that it leads to.

    Without an override the chain runs over the tiers without override; while one is active, only entry and
    the start of the override count as changes.
    """
    c = pl.col
    stays = c("is_in") & c("was_in")
    open_air = stays & ~c("is_overridden")
    inner_was, inner_base_was = c("former_tier_without_override"), c("former_base_tier_without_override")
    inner, inner_base = c("tier_without_override"), c("base_tier_without_override")
    is_placed = open_air & c("former_is_provisional") & ~c("is_provisional")
    rank, rank_was = _rank("base_tier_without_override"), _rank("former_base_tier_without_override")
    moved = open_air & ~is_placed
    # Where a base move begins or ends what a running lift adds, the move says it all; only a lift that starts or ends
    # itself is a change of its own. It goes before the base moves and comes after it.
    keeps_lift = c("former_lift_started_month").eq_missing(c("lift_started_month"))
    starts_lift = c("is_in") & ~c("is_overridden") & c("has_lift") & ~(c("had_lift") | (c("was_in") & keeps_lift))
    ends_lift = open_air & c("had_lift") & ~c("has_lift") & ~keeps_lift
    between = pl.when(starts_lift).then(inner_base).otherwise(inner)
    # A person may also put another tier into the override that runs, which then starts anew.
    is_another = (c("override_start_date") != c("former_override_start_date")) | (c("tier") != c("former_tier"))
    new_override = c("is_overridden") & (~c("was_overridden") | is_another)
    lift, override, base_rule = pl.lit("risk_lift"), pl.lit("override"), _base_rule()
    nothing = pl.lit(None, pl.String)
    return [
        _Link("override_ended", open_air & c("was_overridden"), inner_was, inner_base_was, override),
        _Link("lift_ended", ends_lift, inner_base_was, inner_base_was, lift),
        _Link("initial", c("is_in") & ~c("was_in"), between, inner_base, base_rule),
        _Link("placement", is_placed & (rank != rank_was), between, inner_base, base_rule),
        _Link("promotion", moved & (rank > rank_was), between, inner_base, base_rule),
        _Link("demotion", moved & (rank < rank_was), between, inner_base, base_rule),
        _Link("lift_started", starts_lift, inner, inner_base, lift),
        _Link("override_started", c("is_in") & new_override, c("tier"), c("base_tier"), override),
        _Link("exit", ~c("is_in") & c("was_in"), nothing, nothing, c("former_decided_by")),
    ]


def _base_rule() -> pl.Expr:
    """The first reason that is a rule of the base tier; ``reasons`` names the rules first, in their order."""
    codes = pl.col("reasons").str.split(",")
    return codes.list.filter(~pl.element().is_in(["override", "risk_lift"])).list.first()


def _rank(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Enum(TIERS)).to_physical()


def _previous(column: str, start: str) -> pl.Expr:
    place = pl.int_range(pl.len()).over("account_id", order_by="sequence")
    former = pl.col(column).shift(1).over("account_id", order_by="sequence")
    return pl.when(place == 0).then(pl.col(start)).otherwise(former)


def change_id(month: Month) -> pl.Expr:
    """Make a change's identifier: month, kind, the move, and account.

    The same change has the same identifier in every run and revision; one that is corrected has another.
    """
    sides = (("from_tier", "from_base_tier"), ("to_tier", "to_base_tier"))
    before, after = (pl.format("{}/{}", *(pl.col(name).fill_null("none") for name in side)) for side in sides)
    return pl.format("{}:{}:{}>{}:{}", pl.lit(str(month)), pl.col("kind"), before, after, pl.col("account_id"))


def exit_reason(accounts: pl.LazyFrame, merged_ids: pl.LazyFrame, changes: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``exit_reason`` to changes: merged, internal, removed (the account no longer has a row) or churned.

    Args:
        accounts: The accounts as of the month, internal ones included.
        merged_ids: The account_ids that went into another account.
        changes: The output of ``tier_changes``.
    """
    known = accounts.select(
        "account_id", pl.col("is_internal").fill_null(value=False), pl.lit(value=True).alias("_is_known")
    )
    merged = merged_ids.select("account_id").unique().with_columns(pl.lit(value=True).alias("_is_merged"))
    reason = (
        pl.when(pl.col("_is_merged"))
        .then(pl.lit("merged"))
        .when(pl.col("_is_known").is_null())
        .then(pl.lit("removed"))
        .when(pl.col("is_internal"))
        .then(pl.lit("internal"))
        .otherwise(pl.lit("churned"))
    )
    return (
        changes.join(known, on="account_id", how="left")
        .join(merged, on="account_id", how="left")
        .with_columns(pl.when(pl.col("kind") == "exit").then(reason).alias("exit_reason"))
        .drop("is_internal", "_is_known", "_is_merged")
    )


def with_corrections(
    changes: pl.LazyFrame, superseded: pl.LazyFrame, present: pl.LazyFrame, revision: int
) -> pl.LazyFrame:
    """Mark the changes of accounts that had another tier in the month's former revision: ``is_correction``.

    Args:
        changes: The changes of a month.
        superseded: account_tiers of the month in its former revision; empty for the first one.
        present: The new account_tiers of the month.
        revision: The revision now; the first corrects nothing.
    """
    former = superseded.select("account_id", pl.struct(_EFFECTIVE).alias("former"))
    now = present.select("account_id", pl.struct(_EFFECTIVE).alias("now"))
    both = changes.join(former, on="account_id", how="left").join(now, on="account_id", how="left")
    differs = pl.col("former").ne_missing(pl.col("now")) & pl.lit(value=revision > 1)
    return both.with_columns(differs.alias("is_correction")).drop("former", "now")


def with_identity(changes: pl.LazyFrame, month: Month, revision: int, columns: Sequence[str]) -> pl.LazyFrame:
    """Add month, revision and identifier to changes, in the contract's columns."""
    return changes.with_columns(
        pl.lit(month.first_day).alias("month"),
        pl.lit(revision, pl.Int64).alias("revision"),
        change_id(month).alias("change_id"),
    ).select(columns)
