"""The month that a change is compared with, or the streak that says it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from transforms.month import Month
from transforms.tiers.comparison_months import comparison_months

OCTOBER = Month.parse("2026-10")


def compared(
    kind: str,
    decided_by: str = "score",
    lift: date | None = None,
    event: date | None = None,
    health: tuple[float | None, float | None] = (None, None),
) -> tuple[str | None, date | None] | None:
    def frame(**values: Any) -> pl.LazyFrame:
        dates = {name: pl.Date for name in values if name.endswith("_month")}
        floats = {name: pl.Float64 for name in values if name.endswith("_ago")}
        return pl.LazyFrame({"account_id": ["a"]} | {name: [value] for name, value in values.items()}).cast(
            {**dates, **floats}
        )

    found = comparison_months(
        frame(kind=kind, decided_by=decided_by),
        frame(lift_started_month=lift),
        frame(last_contract_event_month=event),
        frame(health_1_month_ago=health[0], health_2_months_ago=health[1]),
        OCTOBER,
    ).collect()
    return None if found.is_empty() else found.select("streak", "month").row(0)


@pytest.mark.parametrize(
    ("kind", "decided_by", "streak"),
    [
        ("promotion", "score", "promotion_streak_months"),
        ("promotion", "economic_ceiling", "promotion_streak_months"),
        ("demotion", "economic_ceiling", "demotion_streak_months"),
        ("demotion", "strategic_grant", "demotion_streak_months"),
    ],
)
def test_gated_move_waited_for_its_streak(kind: str, decided_by: str, streak: str) -> None:
    assert compared(kind, decided_by) == (streak, None)


@pytest.mark.parametrize(
    ("health", "month"),
    [((70.0, 60.0), 9), ((60.0, 70.0), 8), ((65.0, 65.0), 9), ((None, 70.0), 8), ((None, None), 9)],
    ids=["last_month_was_better", "the_one_before_was", "equal", "last_month_unknown", "both_unknown"],
)
def test_lifts_start_is_compared_with_the_better_month(health: tuple[float | None, float | None], month: int) -> None:
    assert compared("lift_started", "risk_lift", health=health) == (None, date(2026, month, 1))


def test_lifts_end_is_compared_with_its_start() -> None:
    assert compared("lift_ended", "risk_lift", lift=date(2026, 5, 1)) == (None, date(2026, 5, 1))


@pytest.mark.parametrize(("event", "month"), [(date(2026, 10, 1), 9), (date(2026, 8, 1), 7), (None, 9)])
def test_contract_event_is_compared_with_the_month_before_it(event: date | None, month: int) -> None:
    assert compared("promotion", "contract_event", event=event) == (None, date(2026, month, 1))


def test_grant_is_compared_with_the_month_before() -> None:
    assert compared("promotion", "strategic_grant") == (None, date(2026, 9, 1))


@pytest.mark.parametrize("kind", ["initial", "placement", "override_started", "override_ended", "exit"])
def test_what_no_score_made_is_not_compared(kind: str) -> None:
    assert compared(kind) is None
