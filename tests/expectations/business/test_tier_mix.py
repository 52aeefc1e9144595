from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.business.measure import Measure
from expectations.business.tier_mix import tier_mix
from tests.expectations.business.limits import by_name, limited
from transforms.contracts.model import TIERS
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
SHIFT, INDEX = "tier_mix_shift", "tier_mix_psi"


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return lenient(policy)


def lenient(policy: Policy) -> Quality:
    shifted = limited(policy.quality, SHIFT, maximum_share=0.1, minimum_accounts=1)
    return limited(shifted, INDEX, maximum_index=0.1, empty_share=0.001, minimum_accounts=1)


def tiers(low: int, mid: int, high: int) -> pl.DataFrame:
    listed = [tier for tier, count in zip(TIERS, (low, mid, high), strict=True) for _ in range(count)]
    return pl.DataFrame({"tier": listed}, schema={"tier": pl.String})


def measured(now: tuple[int, int, int], before: tuple[int, int, int] | None, quality: Quality) -> dict[str, Measure]:
    former = None if before is None else tiers(*before)
    return by_name(tier_mix(tiers(*now), former, quality, JUNE))


@pytest.mark.parametrize(
    ("now", "before", "shift"),
    [
        ((70, 20, 10), (70, 20, 10), 0),
        ((140, 40, 20), (70, 20, 10), 0),
        ((60, 30, 10), (70, 20, 10), 0.1),
        ((60, 20, 20), (70, 20, 10), 0.1),
        ((0, 0, 1), (1, 0, 0), 1),
    ],
)
def test_the_largest_change_of_a_share_counts(
    quality: Quality, now: tuple[int, int, int], before: tuple[int, int, int], shift: float
) -> None:
    assert measured(now, before, quality)[SHIFT].observed == shift


@pytest.mark.parametrize(("moved", "is_passed"), [(10, True), (11, False)])
def test_a_shift_beyond_the_limit_is_reported(quality: Quality, moved: int, is_passed: bool) -> None:
    measure = measured((70 - moved, 20 + moved, 10), (70, 20, 10), quality)[SHIFT]
    assert measure.is_passed is is_passed
    assert measure.message.startswith("no tier's share changed more than this: ") is is_passed


def test_the_sentences_say_what_moved_and_what_to_do(quality: Quality) -> None:
    measures = measured((40, 50, 10), (70, 20, 10), quality)
    assert measures[SHIFT].message == (
        "the share of low touch went from 70 % to 40 % of accounts in 2025-06, by 30 %, expected at most 10 %: "
        "look at tier_changes of 2025-06 for what decided the moves, and whether a policy or a source changed"
    )
    assert measures[INDEX].message == (
        "the tiers of 2025-06 have a stability index of 0.4428 against the month before (low touch 40, mid touch 50, "
        "high touch 10 after low touch 70, mid touch 20, high touch 10), expected at most 0.1: look at tier_changes of "
        "2025-06 for what decided the moves, and whether a policy or a source changed"
    )
    assert measures[INDEX].observed == pytest.approx(0.3 * math.log(7 / 4) + 0.3 * math.log(5 / 2))


def test_the_index_sees_a_small_tier_vanish_where_the_shift_does_not(quality: Quality) -> None:
    measures = measured((72, 28, 0), (70, 25, 5), quality)
    assert measures[SHIFT].is_passed
    assert not measures[INDEX].is_passed


@pytest.mark.parametrize("before", [None, (0, 0, 0)])
def test_without_a_former_month_it_does_not_apply(quality: Quality, before: tuple[int, int, int] | None) -> None:
    measures = measured((1, 1, 1), before, quality)
    assert {measure.observed for measure in measures.values()} == {None}
    assert measures[SHIFT].message == "0 accounts with a tier in 2025-06 or the month before, 1 are needed in both"


@pytest.mark.parametrize(
    ("now", "before", "is_judged"),
    [((2, 1, 0), (0, 0, 3), True), ((2, 0, 0), (0, 0, 9), False), ((9, 0, 0), (2, 0, 0), False)],
)
def test_both_months_need_enough_accounts(
    quality: Quality, now: tuple[int, int, int], before: tuple[int, int, int], is_judged: bool
) -> None:
    three = limited(limited(quality, SHIFT, minimum_accounts=3), INDEX, minimum_accounts=3)
    measures = measured(now, before, three)
    assert all((measure.observed is not None) is is_judged for measure in measures.values())


MIXES = st.tuples(*[st.integers(0, 20)] * 3).filter(any)


@given(MIXES, MIXES)
def test_the_shift_is_a_share_and_order_does_not_matter(
    policy: Policy, now: tuple[int, int, int], before: tuple[int, int, int]
) -> None:
    quality = lenient(policy)
    measures = tier_mix(tiers(*now), tiers(*before), quality, JUNE)
    assert tier_mix(tiers(*now).reverse(), tiers(*before).reverse(), quality, JUNE) == measures
    assert measures[0].observed is not None
    assert 0 <= measures[0].observed <= 1
