"""How well published months told what came: ``python -m tests.benchmarks.foresight PROJECT_OR_WAREHOUSE_URL ...``.

For each warehouse it prints the area under the curve of health against churn, what the list of accounts at risk was
worth by its reasons, and how many raised tiers were undone soon. It measures results rather than time, so that it is no
part of ``make bench``, and it changes nothing.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.settings import load_project
from sql.dialects import read
from sql.engine import make_engine, transaction
from sql.state import published_months
from transforms.contracts.columns.tiers import RISK_REASONS
from transforms.contracts.columns.views import CONTRACTED_TO_SHARE, EXPANDED_TO_SHARE, MONTHS_FOR_RETURN
from transforms.contracts.model import TIERS
from transforms.evaluation.frame import History, Limits, departures, outcomes, with_predictors
from transforms.evaluation.measures import alarms_per_100_accounts, area_with_interval, precision, recall
from transforms.evaluation.resampling import Estimate, Resampling
from transforms.month import Month

HORIZON_MONTHS = 3
RECALL_MONTHS = 6
UNDONE_WITHIN_MONTHS = 3
RESAMPLING = Resampling(times=1000, seed=1)

_KEY = ("month", "account_id")
_TABLES = {
    "account_tiers": "month, account_id, tier, base_tier, previous_tier, previous_base_tier, override_start_date, arr",
    "account_scores": "month, account_id, health",
    "account_features": "month, account_id, is_in_grace",
    "tier_changes": "month, account_id, kind, exit_reason",
    "account_risks": "month, account_id, reason",
}


@dataclass(frozen=True)
class Warehouse:
    """What is measured: whole tables by name, and what is made of them."""

    tables: dict[str, pl.DataFrame]
    history: History
    first_day: date

    @property
    def departures(self) -> pl.LazyFrame:
        """Departures for which the time for a return is over."""
        last = (self.history.newest - MONTHS_FOR_RETURN).first_day
        ended = pl.col("service_ended_month")
        return departures(self.history).filter(ended > self.first_day, ended <= last)

    @property
    def served(self) -> pl.LazyFrame:
        """One row per account and month with service."""
        in_grace = self.tables["account_features"].filter("is_in_grace").lazy()
        return self.history.tiers.join(in_grace, on=_KEY, how="anti")


def read_warehouse(url: str, directory: Path) -> Warehouse:
    """Read what is measured."""
    with transaction(make_engine(url, directory=directory)) as connection:
        tables = {name: read(connection, f"select {columns} from {name}") for name, columns in _TABLES.items()}
        months = published_months(connection)
    history = History(
        tables["account_tiers"].lazy(), tables["account_features"].lazy(), tables["tier_changes"].lazy(), max(months)
    )
    return Warehouse(tables, history, min(months).first_day)


def areas(warehouse: Warehouse) -> dict[str, Estimate]:
    """Measure health against churn: within months and over all account-months, with and without unknown health.

    Unless said otherwise, a pair with an unknown health counts half. Risk is the negative of health, so at most 0.
    """
    scores = warehouse.tables["account_scores"].lazy()
    frame = outcomes(warehouse.history, HORIZON_MONTHS, Limits(CONTRACTED_TO_SHARE, EXPANDED_TO_SHARE))
    rows = with_predictors(frame, "account_scores", scores, ["health"]).with_columns(risk=-pl.col("health"))
    pooled = rows.with_columns(month=pl.lit(warehouse.first_day))
    kinds = {
        "within months": rows,
        "within months, known health only": rows.drop_nulls("health"),
        "within months, unknown at the riskiest end": rows.with_columns(pl.col("risk").fill_null(1.0)),
        "over all account-months": pooled,
        "over all account-months, known health only": pooled.drop_nulls("health"),
    }
    return {name: area_with_interval(of_kind, "risk", "is_churned", RESAMPLING) for name, of_kind in kinds.items()}


def unknown_share(warehouse: Warehouse) -> float:
    """Return the share of account-months with service whose health is unknown."""
    scores = warehouse.tables["account_scores"].lazy()
    return float(
        warehouse.served.join(scores, on=_KEY, how="left").select(pl.col("health").is_null().mean()).collect().item()
    )


def alarms(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the months in which accounts came onto a list; a gap of one month does not end a stay."""
    former = [rows.select("account_id", month=pl.col("month").dt.offset_by(f"{gap}mo")) for gap in (1, 2)]
    return rows.select(*_KEY).join(pl.concat(former).unique(), on=_KEY, how="anti")


def list_measures(warehouse: Warehouse, reasons: list[str]) -> tuple[int, list[Estimate]]:
    """Measure a list of some reasons: rows, then recall, precision and alarms a month per 100 accounts."""
    listed = warehouse.tables["account_risks"].lazy().filter(pl.col("reason").is_in(reasons))
    began = alarms(listed)
    last = (warehouse.history.newest - (HORIZON_MONTHS + MONTHS_FOR_RETURN)).first_day
    ended = departures(warehouse.history)
    return listed.collect().height, [
        recall(began, warehouse.departures, RECALL_MONTHS, RESAMPLING),
        precision(began.filter(pl.col("month") <= last), ended, HORIZON_MONTHS, RESAMPLING),
        alarms_per_100_accounts(began, warehouse.served, RESAMPLING),
    ]


def undone(warehouse: Warehouse) -> pl.DataFrame:
    """Count raised tiers that were lowered again, and after how long.

    A lift is undone in the month in which it no longer raises the tier and leaves it lower than at its start; a base
    move is undone where the base tier falls below it. Tiers of overrides do not count. An account that left counts as
    raised and not as undone, since it kept its tier to the end: by those alone that stayed, right alarms would look
    like idle ones.

    Returns:
        One row per kind (lift, base move, and both): ``raised`` (three months ago or before, or undone already),
        ``under_3`` and ``within_3``, the shares undone in under three months and within three.
    """
    tiers, last = _ranked(warehouse), warehouse.history.newest - UNDONE_WITHIN_MONTHS
    is_lowered, is_base_lowered = (pl.col(f"{name}_later") < pl.col(name) for name in ("tier", "base_tier"))
    kinds = {
        "lift": _undone_after(tiers.filter("does_start_raising"), tiers, is_lowered & ~pl.col("is_raised_later"), last),
        "base move": _undone_after(tiers.filter("is_base_raised"), tiers, is_base_lowered, last),
    }
    watched = pl.concat([rows.with_columns(kind=pl.lit(kind)) for kind, rows in kinds.items()])
    return (
        pl.concat([watched, watched.with_columns(kind=pl.lit("both"))])
        .group_by("kind", maintain_order=True)
        .agg(
            raised=pl.len(),
            under_3=(pl.col("after") < UNDONE_WITHIN_MONTHS).fill_null(value=False).mean(),
            within_3=pl.col("after").is_not_null().mean(),
        )
        .collect()
    )


def _ranked(warehouse: Warehouse) -> pl.LazyFrame:
    rank = {tier: number for number, tier in enumerate(TIERS)}
    columns = pl.col("tier", "base_tier", "previous_tier", "previous_base_tier")
    tiers = warehouse.tables["account_tiers"].lazy().with_columns(columns.replace_strict(rank, return_dtype=pl.Int64))
    has_no_override = pl.col("override_start_date").is_null()
    is_raised = pl.col("tier") > pl.col("base_tier")
    return tiers.with_columns(
        is_raised=is_raised,
        # Where only the base falls while a lift runs, the tier was not raised.
        does_start_raising=is_raised
        & (pl.col("tier") > pl.col("previous_tier")).fill_null(value=False)
        & (pl.col("base_tier") <= pl.col("previous_base_tier")).fill_null(value=False),
        is_base_raised=has_no_override & (pl.col("base_tier") > pl.col("previous_base_tier")).fill_null(value=False),
    )


def _undone_after(raised: pl.LazyFrame, tiers: pl.LazyFrame, is_undone: pl.Expr, last: Month) -> pl.LazyFrame:
    """Return after how many months, up to three, each raised tier was undone; null if it was not.

    Tiers that were raised after the last month given are left out unless they are undone already.
    """
    elapsed = 12 * (pl.col("month_later").dt.year() - pl.col("month").dt.year()) + (
        pl.col("month_later").dt.month().cast(pl.Int32) - pl.col("month").dt.month().cast(pl.Int32)
    )
    undone_later = (
        raised.join(tiers, on="account_id", suffix="_later")
        .with_columns(elapsed=elapsed)
        .filter(pl.col("elapsed").is_between(1, UNDONE_WITHIN_MONTHS) & is_undone)
        .group_by(_KEY)
        .agg(after=pl.col("elapsed").min())
    )
    return (
        raised.select(_KEY)
        .join(undone_later, on=_KEY, how="left")
        .filter((pl.col("month") <= last.first_day) | pl.col("after").is_not_null())
        .select("after")
    )


def written(estimate: Estimate, decimals: int = 3) -> str:
    """Write an estimate with its interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return f"nothing to measure (of {estimate.count:,})"
    value, low, high = (f"{one:z.{decimals}f}" for one in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}] (of {estimate.count:,})"


def print_measures(name: str, warehouse: Warehouse) -> None:
    """Measure a warehouse and print it."""
    rows = warehouse.served.collect()
    left = warehouse.departures.collect().height
    print(
        f"\n{name}: {rows['account_id'].n_unique():,} accounts, {rows.height:,} account-months with service, "
        f"{left:,} left"
    )
    print(f"  health unknown                                 {unknown_share(warehouse):.1%}")
    for kind, area in areas(warehouse).items():
        print(f"  area, {kind:<42} {written(area)}")
    reasons = [reason for reason in RISK_REASONS if reason != "lapsed"]
    listed = warehouse.tables["account_risks"].height / max(rows.height, 1)
    print(f"  on the list                                    {listed:.1%} of account-months, lapsed included")
    for label, of_label in [("all but lapsed", reasons), *((reason, [reason]) for reason in reasons)]:
        count, (recalled, precise, often) = list_measures(warehouse, of_label)
        print(f"  {label:<18} rows {count:>6,}; recall {written(recalled, 2)}; precision {written(precise, 2)};")
        print(f"  {'':<18} alarms a month per 100 accounts {written(often, 2)}")
    for kind, raised, under, within in undone(warehouse).iter_rows():
        print(
            f"  raised by {kind:<10} {raised:>5,}: undone in under three months {under:.1%}, within three {within:.1%}"
        )


def main(places: list[str]) -> None:
    """Measure projects, or warehouses by their URL."""
    for place in places:
        if "://" in place:
            url, directory = place, Path()
        else:
            project = load_project(Path(place), os.environ)
            url, directory = project.settings.warehouse, project.directory
        print_measures(place, read_warehouse(url, directory))


if __name__ == "__main__":
    main(sys.argv[1:])
