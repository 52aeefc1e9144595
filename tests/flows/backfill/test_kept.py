"""What a backfill keeps of computed months, so that drivers need not be published to be found."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from flows.backfill.kept import Kept
from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy
from transforms.tiers.comparison_months import ASKED

JANUARY = Month.parse("2026-01")
TABLES = ("account_features", "account_scores", "score_contributions_wide", "account_tiers")


def frames(month: Month, policy: Policy, **values: Any) -> dict[str, pl.DataFrame]:
    """A month of one account; its first component scores as many points as the month's number."""
    scores = [float(month.first_day.month), *[None] * (len(policy.pillars.components()) - 1)]
    given = {"account_id": "a", "component_scores": scores, "policy_version": policy.label} | values
    return {
        name: rows(
            PUBLISHED[name],
            [{key: value for key, value in given.items() if key in PUBLISHED[name].columns}],
            month=month.first_day,
        )
        for name in TABLES
    }


@pytest.fixture(scope="module")
def kept(policy: Policy) -> Kept:
    """Eight months: a streak that began in April, and a lift that started in March."""
    found = Kept()
    for number in range(8):
        month = JANUARY + number
        found.add(
            frames(
                month,
                policy,
                demotion_streak_months=max(0, number - 2),
                promotion_streak_months=0,
                lift_started_month=date(2026, 3, 1) if number >= 2 else None,
                gross_profit=float(number),
            ),
            policy,
        )
    return found


@pytest.mark.parametrize(
    ("streak", "month", "expected"),
    [
        ("demotion_streak_months", None, date(2026, 3, 1)),
        ("promotion_streak_months", None, date(2026, 8, 1)),
        (None, date(2026, 3, 1), date(2026, 3, 1)),
        (None, date(2026, 7, 1), date(2026, 7, 1)),
    ],
    ids=["before_the_streak", "no_streak", "start_of_the_lift", "the_month_before"],
)
def test_months_that_changes_are_compared_with_are_kept(
    kept: Kept, streak: str | None, month: date | None, expected: date
) -> None:
    asked = pl.DataFrame([("a", "demotion", streak, month)], schema=ASKED, orient="row")
    found, others = kept.find(asked)
    assert others.is_empty()
    assert found.months.rows() == [("a", "demotion", expected)]
    assert found.standing.points.drop_nulls()["points"].to_list() == [float(expected.month)]
    assert found.standing.facts.select("month", "gross_profit").rows() == [(expected, float(expected.month - 1))]


def test_what_was_not_computed_is_left_to_published_months(kept: Kept) -> None:
    asked = pl.DataFrame(
        [("a", "lift_ended", None, date(2025, 11, 1)), ("b", "demotion", "demotion_streak_months", None)],
        schema=ASKED,
        orient="row",
    )
    found, others = kept.find(asked)
    assert found.months.is_empty()
    assert others.equals(asked)


def test_nothing_computed_leaves_all() -> None:
    asked = pl.DataFrame([("a", "demotion", "demotion_streak_months", None)], schema=ASKED, orient="row")
    assert Kept().find(asked)[1].equals(asked)
