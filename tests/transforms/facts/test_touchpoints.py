from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import ACCOUNTS, assert_order_does_not_matter, assert_same, days, lists_of
from transforms.contracts import SOURCES
from transforms.facts.additive import added_up
from transforms.facts.touchpoints import GRAIN, touchpoint_facts

TOUCHPOINTS = SOURCES["touchpoints"]


def test_one_row_per_account_month_and_kind():
    frame = rows(
        TOUCHPOINTS,
        [
            {"date": date(2025, 6, 1), "minutes": 20, "is_customer_initiated": True},
            {"date": date(2025, 6, 30), "minutes": 10.5},
            {"date": date(2025, 6, 3), "is_customer_initiated": True},
            {"date": date(2025, 6, 2)},
            {"date": date(2025, 6, 4), "minutes": 5, "kind": "training"},
            {"date": date(2025, 7, 1), "minutes": 5},
        ],
        account_id="a",
        kind="call",
    )
    june, training, july = touchpoint_facts(frame.lazy()).sort(GRAIN).collect().to_dicts()
    assert june == {
        "account_id": "a",
        "month": date(2025, 6, 1),
        "kind": "call",
        "touchpoints": 4,
        "recorded_minutes": 30.5,
        "unrecorded": 2,
        "customer_recorded_minutes": 20.0,
        "customer_unrecorded": 1,
        "last_touchpoint_date": date(2025, 6, 30),
    }
    assert (training["kind"], training["touchpoints"]) == ("training", 1)
    assert (july["month"], july["touchpoints"]) == (date(2025, 7, 1), 1)


@pytest.mark.parametrize("is_customer_initiated", [None, False])
def test_what_we_chose_to_give_is_not_the_customers(is_customer_initiated):
    given_rows = [{"minutes": 5, "is_customer_initiated": is_customer_initiated}, {}]
    (row,) = touchpoint_facts(rows(TOUCHPOINTS, given_rows).lazy()).collect().to_dicts()
    assert (row["customer_recorded_minutes"], row["customer_unrecorded"]) == (0.0, 0)


CONTACTS = lists_of(
    {
        "account_id": ACCOUNTS,
        "kind": st.sampled_from(["call", "email"]),
        "date": days(date(2025, 5, 25), date(2025, 7, 5)),
        "minutes": st.none() | st.floats(0, 1000),
        "is_customer_initiated": st.sampled_from([None, False, True]),
    }
)


@given(CONTACTS, st.integers(0, 99))
@settings(deadline=None)
def test_order_does_not_matter(given_rows, seed):
    assert_order_does_not_matter(touchpoint_facts, rows(TOUCHPOINTS, given_rows), seed)


@given(CONTACTS)
@settings(deadline=None)
def test_batches_add_up(given_rows):
    frame = rows(TOUCHPOINTS, given_rows)
    batches = [touchpoint_facts(part.lazy()) for part in (frame[::2], frame[1::2])]
    assert_same(added_up(pl.concat(batches), GRAIN), touchpoint_facts(frame.lazy()))
