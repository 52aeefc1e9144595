"""Drivers of a change: the components that moved most since the account's last change."""

from __future__ import annotations

import json

import polars as pl

from transforms.policy import Policy

VERSIONS = {1: "as in 0.1.0"}

MOST = 3
"""How many components are named; more would be a report and not a reason."""

_OF_HEALTH = ("lift_started", "lift_ended")


def contributions_long(scores: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Unfold wide contributions: account_id, pillar, component, contribution (null where missing)."""
    names = policy.pillars.components()
    parts = [
        scores.lazy().select(
            "account_id",
            pl.lit(pillar).alias("pillar"),
            pl.lit(name).alias("component"),
            pl.col("contributions").list.get(position, null_on_oob=True).alias("contribution"),
        )
        for position, (pillar, name, _) in enumerate(names)
    ]
    return pl.concat(parts).collect(engine="in-memory")


def drivers(changes: pl.DataFrame, now: pl.DataFrame, then: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Name the drivers of each change as JSON, most moved first.

    Lifts come from health, so their drivers are health components in points of health; all other changes
    are explained in points of priority. A change without a former score (entry, exit) has no drivers.

    Args:
        changes: One row per change with account_id and kind.
        now: Contributions of the changed accounts this month, long.
        then: Contributions of the same accounts in the month of their last change, long.
        policy: The policy in force; it weighs both sides.

    Returns:
        The changes with ``drivers``.
    """
    moved = (
        now.lazy()
        .join(then.lazy(), on=["account_id", "pillar", "component"], how="full", coalesce=True, suffix="_then")
        .with_columns(
            (pl.col("contribution").fill_null(0.0) - pl.col("contribution_then").fill_null(0.0)).alias("points")
        )
        .join(then.lazy().select("account_id").unique(), on="account_id", how="semi")
        .join(now.lazy().select("account_id").unique(), on="account_id", how="semi")
    )
    shares = {
        pillar: getattr(policy.priority, pillar) / 100 for pillar in ("growth", "value", "strategic", "complexity")
    }
    of_priority = moved.filter(pl.col("pillar") != "health").with_columns(
        pl.col("points") * pl.col("pillar").replace_strict(shares, return_dtype=pl.Float64)
    )
    of_health = moved.filter(pl.col("pillar") == "health")
    most = [
        _most_moved(points).with_columns(pl.lit(value=is_of_health).alias("is_of_health"))
        for points, is_of_health in ((of_priority, False), (of_health, True))
    ]
    named = _written(pl.concat(most).collect(engine="in-memory"))
    return (
        changes.lazy()
        .with_columns(pl.col("kind").is_in(_OF_HEALTH).alias("is_of_health"))
        .join(named, on=["account_id", "is_of_health"], how="left")
        .with_columns(pl.col("drivers").fill_null("[]"))
        .drop("is_of_health")
        .collect(engine="in-memory")
    )


def _most_moved(moved: pl.LazyFrame) -> pl.LazyFrame:
    """Return the components that moved most, one row per account: name and points, as lists."""
    return (
        moved.with_columns(pl.col("points").round(2))
        .filter(pl.col("points") != 0)
        .with_columns(pl.col("points").abs().alias("size"), pl.format("{}.{}", "pillar", "component").alias("name"))
        .sort(["account_id", "size", "name"], descending=[False, True, False])
        .group_by("account_id", maintain_order=True)
        .agg(pl.col("name").head(MOST), pl.col("points").head(MOST))
    )


def _written(most: pl.DataFrame) -> pl.LazyFrame:
    texts = [
        json.dumps([{"component": name, "points": points} for name, points in zip(names, values, strict=True)])
        for names, values in zip(most["name"], most["points"], strict=True)
    ]
    return most.lazy().select("account_id", "is_of_health").with_columns(pl.Series("drivers", texts, dtype=pl.String))
