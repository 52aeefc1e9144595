from __future__ import annotations

from datetime import date

import pytest

from expectations.business.freshness import freshness
from tests.expectations.business.limits import only
from transforms.month import Month
from transforms.policy import Policy

JUNE = Month.parse("2025-06")


@pytest.fixture
def sixty_days(policy: Policy) -> Policy:
    return policy.model_copy(update={"freshness": policy.freshness.model_copy(update={"usage_days": 60})})


@pytest.mark.parametrize(
    ("newest", "days", "is_passed"),
    [
        (date(2025, 6, 30), 0, True),
        (date(2025, 5, 1), 60, True),
        (date(2025, 4, 30), 61, False),
        (None, 61, False),
    ],
    ids=["last_day", "at_the_limit", "a_day_later", "no_row_at_all"],
)
def test_age_of_the_newest_row_counts(sixty_days: Policy, newest: date | None, days: int, is_passed: bool) -> None:
    measure = only(freshness({"usage": newest}, sixty_days, JUNE))
    assert (measure.name, measure.observed, measure.maximum) == ("freshness.usage", days, 60)
    assert measure.is_passed is is_passed
    assert measure.message.startswith(f"usage is {'fresh' if is_passed else 'stale'} in 2025-06: ")


def test_a_stale_source_says_since_when_and_what_follows(sixty_days: Policy) -> None:
    assert only(freshness({"usage": date(2025, 4, 1)}, sixty_days, JUNE)).message == (
        "usage is stale in 2025-06: no row after 2025-04-01, 90 days before the month's end, expected one within 60 "
        "days; everything made from it counts as missing for all accounts, so look whether the feed still arrives"
    )
    assert "usage is stale in 2025-06: no row at all, expected one" in (
        only(freshness({"usage": None}, sixty_days, JUNE)).message
    )


def test_a_fresh_source_says_how_fresh(sixty_days: Policy) -> None:
    assert only(freshness({"usage": date(2025, 6, 29)}, sixty_days, JUNE)).message == (
        "usage is fresh in 2025-06: the newest row is of 2025-06-29, 1 day before the month's end"
    )


def test_every_source_of_events_has_its_own_limit_in_the_order_of_names(policy: Policy) -> None:
    sources = ["usage", "tickets", "invoices", "touchpoints"]
    measures = freshness(dict.fromkeys(sources), policy, JUNE)
    assert [measure.name for measure in measures] == [f"freshness.{source}" for source in sorted(sources)]
    limits = policy.freshness.model_dump()
    assert {measure.name: measure.maximum for measure in measures} == {
        f"freshness.{source}": limits[f"{source}_days"] for source in sources
    }


def test_nothing_mapped_is_nothing_measured(policy: Policy) -> None:
    assert freshness({}, policy, JUNE) == []
