"""Accounts as they stood in the months that their changes are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from sql.standings import facts_at, months_before_streak, points_at
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.drivers import FACT_COLUMNS, FACTS, POINTS, Standing, points_long

COMPARED = {"account_id": pl.String, "kind": pl.String, "month": pl.Date}


@dataclass(frozen=True, slots=True)
class Standings:
    """What the changes of a month are compared with.

    Attributes:
        months: One row per change with such a month: account_id, kind, month.
        standing: The accounts in those months.
    """

    months: pl.DataFrame
    standing: Standing

    def and_of(self, other: Standings) -> Standings:
        """Return these and others; an account and month that both have stays once."""
        mine, theirs = self.standing, other.standing
        return Standings(
            pl.concat([self.months, other.months]),
            Standing(
                pl.concat([mine.points, theirs.points]).unique(list(POINTS)[:4], maintain_order=True),
                pl.concat([mine.facts, theirs.facts]).unique(["account_id", "month"], maintain_order=True),
            ),
        )


def no_standings() -> Standings:
    """Return what nothing is compared with."""
    facts: dict[str, pl.DataType | type[pl.DataType]] = {
        "account_id": pl.String,
        "month": pl.Date,
        **{name: PUBLISHED[table].schema[name] for table, names in FACTS.items() for name in names},
    }
    return Standings(pl.DataFrame(schema=COMPARED), Standing(pl.DataFrame(schema=POINTS), pl.DataFrame(schema=facts)))


def standings_before(connection: Connection, month: Month, asked: pl.DataFrame) -> Standings:
    """Read published accounts as they stood in the months asked for, see ``State.standings``.

    Args:
        connection: To the warehouse.
        month: Streaks are looked for in the months before this one.
        asked: The output of ``comparison_months``.
    """
    parts = [asked.filter(pl.col("month").is_not_null()).select(list(COMPARED))]
    for (streak,), part in asked.filter(pl.col("month").is_null()).group_by("streak", maintain_order=True):
        found = months_before_streak(connection, part["account_id"], str(streak), month)
        parts.append(part.drop("month").join(found, on="account_id").select(list(COMPARED)))
    months = pl.concat(parts)
    pairs = months.select("account_id", "month").unique(maintain_order=True)
    empty = no_standings().standing
    points, facts = points_at(connection, pairs), facts_at(connection, pairs)
    return Standings(months, Standing(_as(points, empty.points), _as(facts, empty.facts)))


def standing_of(result: Mapping[str, pl.DataFrame], account_ids: pl.Series, policy: Policy) -> Standing:
    """Return accounts as they stand in a computed month.

    Args:
        result: account_features, account_scores, score_contributions_wide and account_tiers of the month.
        account_ids: The accounts; repeats do no harm.
        policy: The policy of the month.
    """
    wide = result["score_contributions_wide"].filter(pl.col("account_id").is_in(account_ids.implode()))
    names = [(pillar, name) for pillar, name, _ in policy.pillars.components()]
    return Standing(points_long(wide, names), facts_of(result, account_ids))


def facts_of(result: Mapping[str, pl.DataFrame], account_ids: pl.Series) -> pl.DataFrame:
    """Return what drivers compare beside points, of accounts in a computed month."""
    keys = ["account_id", "month"]
    first, *others = (result[table].lazy().select(*keys, *columns) for table, columns in FACTS.items())
    joined = first.filter(pl.col("account_id").is_in(account_ids.implode()))
    for other in others:
        joined = joined.join(other, on=keys)
    return joined.select(*keys, *FACT_COLUMNS).sort("account_id").collect(engine="in-memory")


def _as(frame: pl.DataFrame, example: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(dtype) for name, dtype in example.schema.items())
