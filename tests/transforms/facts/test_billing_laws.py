from __future__ import annotations

from collections.abc import Callable
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.facts import naive_service
from tests.transforms.facts.contracts_of import ANY_SUBSCRIPTIONS, JUNE, distinct_keys, facts_of, subscriptions
from tests.transforms.laws import assert_order_does_not_matter, assert_same
from transforms.facts.billing import billing_facts
from transforms.policy import Policy

CONTRACTS = ANY_SUBSCRIPTIONS.map(distinct_keys)


def june(policy: Policy) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    return lambda frame: billing_facts(frame, None, "USD", JUNE, policy)


@given(given_rows=CONTRACTS, seed=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_order_does_not_matter(policy, given_rows, seed):
    assert_order_does_not_matter(june(policy), subscriptions(given_rows), seed)


@given(given_rows=CONTRACTS)
@settings(deadline=None, max_examples=40)
def test_what_starts_later_changes_nothing(policy, given_rows):
    frame = subscriptions(given_rows)
    begun = frame.filter(pl.col("start_date") <= JUNE.last_day)
    assert_same(june(policy)(frame.lazy()), june(policy)(begun.lazy()))


@given(given_rows=CONTRACTS)
@settings(deadline=None, max_examples=40)
def test_equal_rows_are_one(policy, given_rows):
    frame = subscriptions(given_rows)
    assert_same(june(policy)(pl.concat([frame, frame]).lazy()), june(policy)(frame.lazy()))


@given(given_rows=CONTRACTS)
@settings(deadline=None, max_examples=150)
def test_the_same_as_by_the_letter(policy, given_rows):
    facts = facts_of(given_rows, policy)
    paid = [row for row in given_rows if not row["is_trial"]]
    grace_days = policy.metrics.renewal_grace_days
    columns = ("arr", "arr_1_month_ago", "arr_2_months_ago")
    for account, (ago, column) in product("ab", enumerate(columns)):
        standing, is_in_grace = naive_service.in_service(paid, account, (JUNE - ago).last_day, grace_days)
        got = facts.get(account, dict.fromkeys(columns, 0.0) | {"is_in_grace": is_in_grace})
        assert got[column] == pytest.approx(naive_service.arr(standing), abs=1e-6)
        if ago == 0 and got["arr"] > 0:
            assert got["is_in_grace"] == is_in_grace
            assert got["products"] == sorted({row["product"] for row in standing})
            known = [row["seats"] for row in standing if row["seats"] is not None]
            assert got["seats"] == (sum(known) if known else None)


@given(given_rows=CONTRACTS)
@settings(deadline=None, max_examples=40)
def test_a_month_later_this_month_is_the_month_before(policy, given_rows):
    begun = [row for row in given_rows if row["start_date"] <= JUNE.last_day]
    now, later = facts_of(begun, policy, JUNE), facts_of(begun, policy, JUNE + 1)
    for account, row in later.items():
        assert row["arr_1_month_ago"] == now[account]["arr"]
