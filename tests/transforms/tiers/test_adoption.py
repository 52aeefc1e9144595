"""The state of a month that former rules published."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.contracts import PUBLISHED
from transforms.tiers.adoption import adopt

TIERS = PUBLISHED["account_tiers"]


def adopted(**written: object) -> dict[str, object]:
    """The row of an account, of which only some columns were written."""
    return adopt(pl.DataFrame([{name: written.get(name) for name in TIERS.columns}], schema=TIERS.schema)).row(
        0, named=True
    )


def test_who_was_published_by_former_rules_was_not_ill_and_is_in_the_default_scorecard():
    row = adopted()

    assert (row["is_ill"], row["ill_months_of_6"], row["scorecard"]) == (False, 0, "default")
    assert row["is_silent"] is None


@pytest.mark.parametrize(
    ("override", "expected"), [(None, True), (date(2025, 1, 1), False)], ids=["free", "overridden"]
)
def test_a_running_lift_keeps_its_start_and_is_in_effect_without_an_override(override, expected):
    row = adopted(lift_started_month=date(2025, 2, 1), override_start_date=override)

    assert row["lift_started_month"] == date(2025, 2, 1)
    assert row["is_lift_in_effect"] is expected


def test_what_was_published_stays():
    row = adopted(is_ill=True, ill_months_of_6=5, scorecard="small")

    assert (row["is_ill"], row["ill_months_of_6"], row["scorecard"]) == (True, 5, "small")
