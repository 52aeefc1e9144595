"""The rhythm of a source of usage: what its gaps show, and that the order of its rows shows nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import ACCOUNTS, days, everything
from transforms.contracts import SOURCES
from transforms.facts.feature_sets import UsageFacts
from transforms.facts.rhythm import SourceRhythm, source_rhythm
from transforms.facts.usage import usage_facts
from transforms.month import Month
from transforms.policy import Policy

USAGE = SOURCES["usage"]
JUNE = Month.parse("2026-06")
HALF_YEAR = Month.range(JUNE - 5, JUNE)
FIRST, LAST = HALF_YEAR[0].first_day, JUNE.last_day

Used = tuple[str, date]


def facts_of(used: Iterable[Used], months: Iterable[Month]) -> dict[Month, UsageFacts]:
    """Usage facts of some months, in the order in which days and months are given."""
    given_rows = [{"account_id": account, "date": day} for account, day in used]
    frame = rows(USAGE, given_rows, events=1, feature="chat").lazy()
    return {month: UsageFacts(usage_facts(frame, month, ("chat",), everything(USAGE)), ("chat",)) for month in months}


def rhythm_of(used: Iterable[Used], policy: Policy) -> SourceRhythm:
    return source_rhythm(facts_of(used, HALF_YEAR), JUNE, policy.rhythm)


def after(gaps: Iterable[int], account: str = "a") -> list[Used]:
    """The days of an account that lie so many days after each other, from the first day of the half year on."""
    return [(account, FIRST + timedelta(days=ago)) for ago in accumulate(gaps, initial=0)]


@pytest.mark.parametrize(
    ("gaps", "kind", "usual"),
    [
        pytest.param([7] * 20, "weekly", 7, id="every week"),
        pytest.param([7, 14, 7, 21, 7, 7, 7, 28, 7, 7], "weekly", 7, id="weeks left out"),
        pytest.param([7] * 9 + [3], "weekly", 7, id="nine gaps in ten are weeks"),
        pytest.param([7] * 8 + [3], "daily", 7, id="fewer than nine in ten"),
        pytest.param([31, 29, 30, 30], "monthly", 30, id="every month"),
        pytest.param([31, 29, 32, 30], "daily", 30.5, id="one gap of four is longer than a month"),
        pytest.param([1] * 40 + [3] * 20, "daily", 1, id="nearly every day"),
        pytest.param([1, 3] * 10, "daily", 2, id="median of an even number"),
    ],
)
def test_gaps_show_the_rhythm(policy: Policy, gaps: list[int], kind: str, usual: float) -> None:
    found = rhythm_of(after(gaps), policy)
    assert (found.kind, found.usual_gap_days, found.is_shown) == (kind, usual, True)
    assert found.last_date == FIRST + timedelta(days=sum(gaps))


def test_gaps_are_those_of_an_account_and_not_of_the_source(policy: Policy) -> None:
    found = rhythm_of(
        after([7] * 10, "a") + [(name, day + timedelta(days=3)) for name, day in after([7] * 9, "b")], policy
    )
    assert (found.kind, found.usual_gap_days) == ("weekly", 7)


def test_without_gaps_it_is_taken_to_be_daily(policy: Policy) -> None:
    found = rhythm_of(after([]), policy)
    assert (found.kind, found.usual_gap_days, found.is_shown) == ("daily", 1, False)


SPACED = st.tuples(ACCOUNTS, st.sampled_from([1, 7, 14, 30]), days(FIRST, LAST), st.integers(1, 30)).map(
    lambda one: [(one[0], one[2] + timedelta(days=one[1] * number)) for number in range(one[3])]
)
RANDOM = st.lists(st.tuples(ACCOUNTS, days(FIRST, LAST)), max_size=30)


@settings(max_examples=30)
@given(st.lists(SPACED | RANDOM, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_months_does_not_matter(policy: Policy, parts: list[list[Used]], rng: object) -> None:
    used = [one for part in parts for one in part]
    shuffled, months = list(used), list(HALF_YEAR)
    for listed in (shuffled, months):
        rng.shuffle(listed)  # type: ignore[attr-defined]
    facts = facts_of(shuffled, months)
    reversed_facts = {
        month: UsageFacts(one.frame.sort("account_id", descending=True), one.features) for month, one in facts.items()
    }
    expected = rhythm_of(used, policy)
    assert source_rhythm(facts, JUNE, policy.rhythm) == expected
    assert source_rhythm(reversed_facts, JUNE, policy.rhythm) == expected
