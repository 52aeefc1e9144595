"""Drivers of a change: what made it, what pushed the way that the account went first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.contracts.model import TIERS
from transforms.exact import divided
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.money_drivers import contract_drivers, grant_drivers, money_drivers
from transforms.tiers.ranks import rank_of

VERSIONS = {
    1: "as in 0.1.0",
    2: "compared with the month before the streak began; only what decided counts, what pushed that way first",
}

MOST = 3
"""How many drivers are named; more would be a report and not a reason."""

DECIMALS_READ = 1
"""People read points with one decimal; what would read as no change is not named."""

POINTS = {"account_id": pl.String, "month": pl.Date, "pillar": pl.String, "component": pl.String, "points": pl.Float64}

FACTS = {
    "account_tiers": ("score_target_tier", "ceiling_tier", "floor_tier"),
    "account_scores": ("gross_profit", "complexity_without_touchpoints"),
    "account_features": ("arr", "support_cost", "products_owned"),
}
"""What is compared beside points, by the table that holds it."""

FACT_COLUMNS = tuple(column for columns in FACTS.values() for column in columns)

_LED_BY_PUSH, _LED_BY_NEWS, _AFTER, _LAST = 1, 0, 2, 3


@dataclass(frozen=True, slots=True)
class Standing:
    """Accounts in months: each component's points, and the facts behind ceiling, floor and contract events.

    Attributes:
        points: One row per account, month and component, see ``POINTS``; null points where it was missing.
        facts: One row per account and month with ``FACT_COLUMNS``.
    """

    points: pl.DataFrame
    facts: pl.DataFrame


def points_long(wide: pl.DataFrame, names: list[tuple[str, str]]) -> pl.DataFrame:
    """Unfold component scores, given the pillar and name of each position: a row per row and component."""
    parts = [
        wide.lazy().select(
            "account_id",
            "month",
            pl.lit(pillar).alias("pillar"),
            pl.lit(name).alias("component"),
            pl.col("component_scores").list.get(position, null_on_oob=True).alias("points"),
        )
        for position, (pillar, name) in enumerate(names)
    ]
    return pl.concat(parts).select(list(POINTS)).collect(engine="in-memory") if parts else pl.DataFrame(schema=POINTS)


def drivers(
    changes: pl.DataFrame, compared: pl.DataFrame, now: Standing, then: Standing, policy: Policy, month: Month
) -> pl.DataFrame:
    """Name what made each change, as JSON.

    Only what decided counts: health for lifts, the pillars of the priority for score moves, gross profit, support cost
    and hours where money did it, ARR and products for a contract event, the grant for a floor. A component's points are
    the change of its points times its share of the score, under the policy in force, over what is populated in both
    months. What became known or unknown has no points, and leads only where the rest sums against the move. What pushed
    the other way never leads. A lift that has lasted as long as it may while nothing raised health ended because its
    time is over.

    Args:
        changes: One row per change as in tier_changes.
        compared: The months to compare with: account_id, kind and month; none for changes that nothing is asked about.
        now: The changed accounts this month.
        then: The same accounts in those months.
        policy: The policy in force; it weighs both sides.
        month: The month.

    Returns:
        The changes with ``drivers``.
    """
    both = _side_by_side(changes, compared, now, then)
    scored = _moved_points(both, now, then, policy)
    named = {(row["account_id"], row["kind"]): row["named"] for row in scored.iter_rows(named=True)}
    written = {}
    for row in both.iter_rows(named=True):
        key = (row["account_id"], row["kind"])
        found = named.get(key, []) if row["moved_by"] in {"health", "priority"} else _of_facts(row, policy)
        if row["kind"] == "lift_ended" and not _has_risen(found):
            found = _of_duration(row["then_month"], policy, month) or found
        written[key] = [{name: value for name, value in one.items() if value is not None} for one in found]
    pairs = zip(changes["account_id"], changes["kind"], strict=True)
    placed = [{"component": "first_priority"}]
    texts = [json.dumps(placed if kind == "placement" else written.get((one, kind), [])) for one, kind in pairs]
    return changes.with_columns(pl.Series("drivers", texts, dtype=pl.String))


def _side_by_side(changes: pl.DataFrame, compared: pl.DataFrame, now: Standing, then: Standing) -> pl.DataFrame:
    """Return one row per change that is compared, with the facts of both months and what moved it."""
    facts_now = now.facts.lazy().drop("month")
    facts_then = then.facts.lazy().rename({name: f"then_{name}" for name in ("month", *FACT_COLUMNS)})
    keys = ["account_id", "then_month"]
    return (
        changes.lazy()
        .select("account_id", "kind", "decided_by", "from_base_tier", "to_base_tier")
        .join(compared.lazy().select("account_id", "kind", then_month="month"), on=["account_id", "kind"])
        .join(facts_now, on="account_id", how="left")
        .join(facts_then, on=keys, how="left")
        .with_columns(_moved_by().alias("moved_by"))
        .sort("account_id", "kind")
        .collect(engine="in-memory")
    )


def _moved_by() -> pl.Expr:
    """What made a change: the rule that decided it, or the one whose end released the account."""
    kind, decided = pl.col("kind"), pl.col("decided_by")
    had_floor = rank_of("then_floor_tier") >= rank_of("from_base_tier")
    lost_floor = had_floor & (rank_of("floor_tier").fill_null(-1) < rank_of("then_floor_tier"))
    could_not_pay = rank_of("then_ceiling_tier") < rank_of("to_base_tier")
    scored_already = rank_of("then_score_target_tier") >= rank_of("to_base_tier")
    return (
        pl.when(kind.is_in(["lift_started", "lift_ended"]))
        .then(pl.lit("health"))
        .when(kind == "demotion")
        .then(
            pl.when(lost_floor)
            .then(pl.lit("grant"))
            .when(decided == "economic_ceiling")
            .then(pl.lit("money"))
            .otherwise(pl.lit("priority"))
        )
        .when(decided == "contract_event")
        .then(pl.lit("contract"))
        .when(decided == "strategic_grant")
        .then(pl.lit("grant"))
        .when(could_not_pay & scored_already)
        .then(pl.lit("money"))
        .otherwise(pl.lit("priority"))
    )


def _moved_points(both: pl.DataFrame, now: Standing, then: Standing, policy: Policy) -> pl.DataFrame:
    """Return the named components of each change that a score made: account_id, kind and ``named``, a list."""
    asked = both.lazy().filter(pl.col("moved_by").is_in(["health", "priority"]))
    keys = ["account_id", "pillar", "component"]
    then_points = then.points.lazy().rename({"month": "then_month", "points": "then"})
    moved = (
        asked.select("account_id", "kind", "then_month", "moved_by")
        .join(_weights(policy), how="cross")
        .filter((pl.col("pillar") == "health") == (pl.col("moved_by") == "health"))
        .join(now.points.lazy().select(*keys, now="points"), on=keys, how="left")
        .join(then_points, on=[*keys, "then_month"], how="left")
        .filter(pl.col("now").is_not_null() | pl.col("then").is_not_null())
        .sort("account_id", "kind", "pillar", "component")
    )
    change = ["account_id", "kind"]
    pushed = pl.col("points") * pl.col("way")
    is_led_by_news = pl.col("became").is_not_null() & (pushed.sum().over(change) < 0)
    place = (
        pl.when(is_led_by_news)
        .then(_LED_BY_NEWS)
        .when(pl.col("became").is_not_null())
        .then(_AFTER)
        .when(pushed > 0)
        .then(_LED_BY_PUSH)
        .otherwise(_LAST)
    )
    return (
        _with_points(moved)
        .with_columns(place.alias("place"), pl.coalesce(pl.col("points").abs(), "weight").alias("size"))
        .filter(pl.col("became").is_not_null() | (pl.col("points").round(DECIMALS_READ) != 0))
        .with_columns(pl.format("{}.{}", "pillar", "component").alias("component"))
        .sort(*change, "place", "size", "component", descending=[False, False, False, True, False])
        .group_by(change, maintain_order=True)
        .agg(pl.struct("component", "points", "became").head(MOST).alias("named"), pl.col("place").first())
        .filter(pl.col("place") != _LAST)
        .collect(engine="in-memory")
    )


def _with_points(moved: pl.LazyFrame) -> pl.LazyFrame:
    """Add ``points`` (null where only one side is known), ``became`` and ``way``, 1 where the account went up."""
    in_both = pl.col("now").is_not_null() & pl.col("then").is_not_null()
    change = ["account_id", "kind"]
    populated = pl.when(in_both).then("weight").otherwise(0.0).sum().over([*change, "pillar"])
    # Each pillar counts once, however many of its components do.
    of_pillar = pl.when(in_both).then(divided(pl.col("pillar_weight") * pl.col("weight"), pl.col("populated")))
    return (
        moved.with_columns(populated.alias("populated"))
        .with_columns(of_pillar.alias("share"))
        .with_columns(pl.col("share").sum().over(change).alias("shares"))
        .with_columns(
            pl.when(in_both & (pl.col("shares") > 0))
            .then(divided((pl.col("now") - pl.col("then")) * pl.col("share"), pl.col("shares")).round(2))
            .alias("points"),
            pl.when(pl.col("then").is_null())
            .then(pl.lit("known"))
            .when(pl.col("now").is_null())
            .then(pl.lit("unknown"))
            .alias("became"),
            pl.when(pl.col("kind").is_in(["promotion", "lift_ended"])).then(1).otherwise(-1).alias("way"),
        )
    )


def _weights(policy: Policy) -> pl.LazyFrame:
    in_priority = policy.priority.model_dump() | {"health": 1.0}
    rows = [
        (pillar, name, float(component.weight), float(in_priority[pillar]))
        for pillar, name, component in policy.pillars.components()
        if component.weight > 0 and in_priority[pillar] > 0
    ]
    schema = {"pillar": pl.String, "component": pl.String, "weight": pl.Float64, "pillar_weight": pl.Float64}
    return pl.LazyFrame(rows, schema=schema, orient="row")


def _of_facts(row: Mapping[str, Any], policy: Policy) -> list[dict[str, Any]]:
    if row["moved_by"] == "grant":
        return grant_drivers(is_up=row["kind"] == "promotion")
    if row["moved_by"] == "contract":
        return contract_drivers(row)
    is_up = row["kind"] == "promotion"
    tier = row["to_base_tier"] if is_up else row["from_base_tier"]
    return money_drivers(row, policy.economics, tier or TIERS[0], is_up=is_up)[:MOST]


def _has_risen(found: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the first of what is named of a lift's end raised health, as far as it has points."""
    return bool(found) and (found[0]["points"] or 0.0) > 0


def _of_duration(started: Any, policy: Policy, month: Month) -> list[dict[str, Any]]:
    """Say that a lift's time is over, where nothing raised health and it lasted as long as it may."""
    longest = policy.lift.maximum_months
    is_over = started is not None and month >= Month.of(started) + longest
    return [{"component": "lift_duration", "months": longest}] if is_over else []
