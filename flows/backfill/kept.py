"""What a backfill keeps of computed months, so that later changes can be compared with them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.inputs.standings import COMPARED, Standings, facts_of, no_standings
from transforms.policy import Policy
from transforms.tiers.comparison_months import STREAKS
from transforms.tiers.drivers import Standing, points_long

_LIFT = "lift_started_month"
_LAST = "last"

_KEYS = ["account_id", "month"]


class Kept:
    """Accounts as they stood when a streak had not begun, when a lift started, and in the last few months.

    One row per account and kind of month, however many months there are.
    """

    def __init__(self) -> None:
        self._rows: dict[str, pl.DataFrame] = {}
        self._names: dict[str, list[tuple[str, str]]] = {}

    def add(self, frames: Mapping[str, pl.DataFrame], policy: Policy) -> None:
        """Keep of a computed month what later months may ask for.

        Args:
            frames: account_features, account_scores, score_contributions_wide and account_tiers of the month.
            policy: The policy of the month.
        """
        self._names[policy.label] = [(pillar, name) for pillar, name, _ in policy.pillars.components()]
        tiers, wide = frames["account_tiers"], frames["score_contributions_wide"]
        rows = facts_of(frames, tiers["account_id"]).join(
            wide.select(*_KEYS, "policy_version", "component_scores"), on=_KEYS
        )
        streaks = {streak: pl.col(streak) == 0 for streak in STREAKS.values()}
        for name, is_such in (streaks | {_LIFT: pl.col(_LIFT) == pl.col("month")}).items():
            such = rows.join(tiers.filter(is_such).select("account_id"), on="account_id", how="semi")
            former = self._rows.get(name)
            others = [] if former is None else [former.join(such, on="account_id", how="anti")]
            self._rows[name] = pl.concat([*others, such])
        newest = self._rows.get(_LAST, rows.clear())
        # A contract event may act some months later, and is then compared with the month before it.
        months = newest["month"].unique().sort().tail(max(1, policy.movement.contract_event.waits_months))
        self._rows[_LAST] = pl.concat([newest.filter(pl.col("month").is_in(months.implode())), rows])

    def find(self, asked: pl.DataFrame) -> tuple[Standings, pl.DataFrame]:
        """Return what is kept of the months asked for, and what remains to be asked of published months.

        Args:
            asked: The output of ``comparison_months``.
        """
        if not self._rows:
            return no_standings(), asked
        pool = pl.concat(self._rows.values()).unique(_KEYS, maintain_order=True)
        origins = [
            self._rows[name].select("account_id", "month", pl.lit(name).alias("streak")) for name in STREAKS.values()
        ]
        found = (
            asked.join(pl.concat(origins).rename({"month": "origin"}), on=["account_id", "streak"], how="left")
            .with_columns(pl.coalesce("month", "origin").alias("month"))
            .drop("origin")
        )
        own = found.join(pool, on=_KEYS, how="semi")
        rows = pool.join(own, on=_KEYS, how="semi")
        points = [
            points_long(rows.filter(pl.col("policy_version") == label), names) for label, names in self._names.items()
        ]
        facts = rows.drop("policy_version", "component_scores")
        standings = Standings(own.select(list(COMPARED)), Standing(pl.concat(points), facts))
        others = asked.join(own.select("account_id", "kind"), on=["account_id", "kind"], how="anti")
        return standings, others
