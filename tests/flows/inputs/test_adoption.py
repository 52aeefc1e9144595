"""A month starts from what the same rules published, or from what others did where a person says so."""

from __future__ import annotations

import json

import polars as pl
import pytest

from flows.inputs.adoption import change_of_rules
from flows.staleness import definitions
from transforms.errors import RetierError
from transforms.month import Month
from transforms.versions import STAGES, newest

JANUARY = Month.parse("2025-01")
FEBRUARY, MARCH, APRIL = JANUARY + 1, JANUARY + 2, JANUARY + 3

TODAY = {name: newest(versions) for name, versions in STAGES.items()}
OTHER_TIERS = TODAY | {"tiers": 1}
CHANGE = "tiers 1 → 2 (silence and illness as facts, lifts of three to six months, placement, money before points)"


def runs(*recorded: object) -> pl.DataFrame:
    """The runs in force of January and the months after it, with the definitions that each recorded."""
    months = [(JANUARY + number).first_day for number in range(len(recorded))]
    texts = [None if one is None else json.dumps(one) for one in recorded]
    schema = {"month": pl.Date, "definition_fingerprints": pl.String}
    return pl.DataFrame({"month": months, "definition_fingerprints": texts}, schema=schema)


@pytest.mark.parametrize("is_adopting", [False, True], ids=["plain", "adopting"])
@pytest.mark.parametrize(
    "published",
    [
        pytest.param(runs(), id="nothing"),
        pytest.param(runs(TODAY, TODAY, TODAY), id="the-same-rules"),
        pytest.param(runs(OTHER_TIERS, OTHER_TIERS, TODAY), id="other-rules-earlier"),
        pytest.param(runs(TODAY, TODAY, TODAY, OTHER_TIERS), id="other-rules-in-the-month-itself"),
        pytest.param(runs(TODAY, TODAY, TODAY | {"scores": 1, "actions": 1}), id="other-stages-that-keep-no-state"),
    ],
)
def test_a_month_starts_from_what_the_same_rules_published(published, is_adopting):
    assert change_of_rules(published, APRIL, is_adopting=is_adopting) is None


@pytest.mark.parametrize(
    ("published", "first", "change"),
    [
        pytest.param(runs(OTHER_TIERS, OTHER_TIERS, OTHER_TIERS), JANUARY, CHANGE, id="all-months"),
        pytest.param(runs(TODAY, OTHER_TIERS, OTHER_TIERS), FEBRUARY, CHANGE, id="from-the-second-month"),
        pytest.param(runs(*[definitions._RELEASED] * 3), JANUARY, CHANGE, id="by-0.1.0"),
        pytest.param(runs(TODAY, TODAY, {"tiers": "a hash"}), MARCH, definitions.NO_RELEASE, id="between-releases"),
        pytest.param(runs(TODAY, TODAY, None), MARCH, definitions.NOT_RECORDED, id="not-recorded"),
    ],
)
def test_other_rules_are_refused_with_the_backfill_that_helps_and_taken_over_on_request(published, first, change):
    with pytest.raises(RetierError) as refused:
        change_of_rules(published, APRIL, is_adopting=False)

    message = str(refused.value)
    assert message.startswith(f"2025-04 cannot start from 2025-03, whose tiers other rules decided ({change}): ")
    assert f'retier backfill --from {first} --to 2025-04 --reason "upgrade"' in message
    assert "retier run --month 2025-04 --adopt-state" in message

    adopted = change_of_rules(published, APRIL, is_adopting=True)

    assert adopted == f"started from the state of 2025-03, which other rules published ({change})"
