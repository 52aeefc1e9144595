from __future__ import annotations

import pytest

from expectations.business.measure import Measure
from expectations.business.quarantined import QuarantineCounts, quarantined
from tests.expectations.business.limits import only
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return policy.quality.model_copy(update={"maximum_quarantined_share": 0.02})


def measured(held: QuarantineCounts, quality: Quality) -> Measure:
    return only(quarantined({"usage": held}, quality, JUNE))


@pytest.mark.parametrize(
    ("read", "held", "share", "is_passed"),
    [(100, 0, 0, True), (100, 2, 0.02, True), (1000, 21, 0.021, False), (1, 1, 1, False), (0, 0, None, True)],
)
def test_the_share_of_rows_read_counts(
    quality: Quality, read: int, held: int, share: float | None, is_passed: bool
) -> None:
    measure = measured(QuarantineCounts(read, held), quality)
    assert (measure.name, measure.severity, measure.observed) == ("quarantined.usage", "fail", share)
    assert measure.is_passed is is_passed


def test_the_sentence_says_how_many_why_and_where_to_look(quality: Quality) -> None:
    assert measured(QuarantineCounts(10_000, 1240, "1,240 values cannot be used"), quality).message == (
        "1,240 of 10,000 rows of usage quarantined in 2025-06 (12.4 %), expected at most 2 %: 1,240 values cannot be "
        "used: see them with retier quarantine --month 2025-06 --source usage, fix the source and run the month again"
    )


def test_what_passes_is_reported_too(quality: Quality) -> None:
    assert measured(QuarantineCounts(1, 0), quality).message == "0 of 1 row of usage quarantined in 2025-06"
    assert (
        measured(QuarantineCounts(0, 0), quality).message == "usage has no rows in 2025-06, so none can be quarantined"
    )


def test_sources_are_measured_in_the_order_of_names(quality: Quality) -> None:
    sources = {name: QuarantineCounts(1, 0) for name in ("usage", "accounts", "tickets")}
    assert [measure.name for measure in quarantined(sources, quality, JUNE)] == [
        "quarantined.accounts",
        "quarantined.tickets",
        "quarantined.usage",
    ]
