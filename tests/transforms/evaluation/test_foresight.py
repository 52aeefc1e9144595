"""Which raised tiers the measurement of foresight counts as undone."""

import pytest

from tests.benchmarks.foresight import Warehouse, undone
from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.evaluation.frame import History
from transforms.month import Month

JANUARY = Month.parse("2025-01")
LOW, MID, HIGH = "low_touch", "mid_touch", "high_touch"
LIFTED = (MID, LOW)


def warehouse(*lives, months):
    """Publish lives: the tier of each month, or the tier and the base tier where a lift raises it."""
    tiers = []
    for account, life in enumerate(lives):
        both = [one if isinstance(one, tuple) else (one, one) for one in life]
        for number, ((tier, base), (former, former_base)) in enumerate(zip(both, [(None, None), *both], strict=False)):
            key = {"month": (JANUARY + number).first_day, "account_id": str(account)}
            of_month = {"tier": tier, "base_tier": base, "previous_tier": former, "previous_base_tier": former_base}
            tiers.append(key | of_month | {"override_start_date": None})
    table = rows(PUBLISHED["account_tiers"], tiers)
    nothing = rows(PUBLISHED["tier_changes"], []).lazy()
    newest = JANUARY + (months - 1)
    return Warehouse({"account_tiers": table}, History(table.lazy(), table.lazy(), nothing, newest), JANUARY.first_day)


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        pytest.param([LOW, LIFTED, LIFTED, LIFTED, LOW], {("lift", 1, 0.0, 1.0)}, id="lift-ended-after-three-months"),
        pytest.param([LOW, LIFTED, LIFTED, LOW, LOW], {("lift", 1, 1.0, 1.0)}, id="lift-ended-after-two-months"),
        pytest.param([LOW, LIFTED, MID, MID, MID], {("lift", 1, 0.0, 0.0)}, id="base-follows-the-lift"),
        pytest.param([LOW, LIFTED, LIFTED], {("lift", 1, 0.0, 0.0)}, id="left-while-lifted"),
        pytest.param([LOW, LOW, LOW, LIFTED, LIFTED], set(), id="lift-too-recent-to-tell"),
        pytest.param([LOW, LOW, LOW, LIFTED, LOW], {("lift", 1, 1.0, 1.0)}, id="recent-lift-undone-already"),
        pytest.param([MID, HIGH, HIGH, MID, MID], {("base move", 1, 1.0, 1.0)}, id="promotion-undone"),
        pytest.param([MID, HIGH, HIGH, HIGH, HIGH], {("base move", 1, 0.0, 0.0)}, id="promotion-that-holds"),
    ],
)
def test_a_raised_tier_is_undone_where_it_is_lowered_within_three_months(life, expected):
    found = {row for row in undone(warehouse(life, months=5)).iter_rows() if row[0] != "both"}
    assert found == expected


def test_shares_are_of_all_that_were_raised_those_that_left_included():
    lives = [[LOW, LIFTED, LIFTED, LIFTED, LOW], *([[LOW, LIFTED, LIFTED]] * 3)]
    assert list(undone(warehouse(*lives, months=5)).iter_rows()) == [("lift", 4, 0.0, 0.25), ("both", 4, 0.0, 0.25)]
