from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import (
    ACCOUNTS,
    assert_order_does_not_matter,
    assert_same,
    days,
    everything,
    lists_of,
)
from transforms.contracts import SOURCES
from transforms.facts.additive import added_up
from transforms.facts.tickets import GRAIN, ticket_facts

TICKETS = SOURCES["tickets"]
EVERYTHING = everything(TICKETS)
JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)


def moment(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 23, 59, 59, tzinfo=UTC)


def counted(given_rows: list[dict[str, Any]], configured: frozenset[str] = EVERYTHING) -> list[dict[str, Any]]:
    frame = rows(TICKETS, given_rows, account_id="a", opened_at=moment(6, 10), priority="normal")
    return ticket_facts(frame.lazy(), configured).sort(GRAIN).collect().to_dicts()


def test_one_row_per_month_of_opening_and_of_closing():
    result = counted(
        [
            {"closed_at": moment(6, 30)},
            {"closed_at": moment(6, 12)},
            {"closed_at": moment(7, 1)},
            {"opened_at": moment(7, 1), "closed_at": moment(7, 1)},
            {},
        ]
    )
    assert [(row["opened_month"], row["closed_month"], row["tickets"]) for row in result] == [
        (JUNE, None, 1),
        (JUNE, JUNE, 2),
        (JUNE, JULY, 1),
        (JULY, JULY, 1),
    ]


def test_what_is_counted():
    (row,) = counted(
        [
            {"priority": "urgent", "handle_minutes": 90, "csat": 4, "closed_at": moment(6, 11)},
            {"priority": "low", "csat": 1.5, "closed_at": moment(6, 20), "opened_at": moment(6, 9)},
            {"priority": "low", "is_escalated": True, "closed_at": moment(6, 21), "opened_at": moment(6, 8)},
        ]
    )
    assert row == {
        "account_id": "a",
        "opened_month": JUNE,
        "closed_month": JUNE,
        "tickets": 3,
        "escalated": 1,
        "tickets_urgent": 1,
        "tickets_high": 0,
        "tickets_normal": 0,
        "tickets_low": 2,
        "unrecorded_urgent": 0,
        "unrecorded_high": 0,
        "unrecorded_normal": 0,
        "unrecorded_low": 2,
        "handle_hours": 1.5,
        "csat_sum": 5.5,
        "csat_count": 2,
        "last_csat_date": date(2025, 6, 20),
        "last_escalated_date": date(2025, 6, 8),
        "last_opened_date": date(2025, 6, 10),
    }


def test_while_a_ticket_is_open_neither_its_time_nor_its_rating_is_known():
    (row,) = counted([{"handle_minutes": 60, "csat": 5}])
    assert (row["handle_hours"], row["unrecorded_normal"]) == (0.0, 1)
    assert (row["csat_sum"], row["csat_count"], row["last_csat_date"]) == (0.0, 0, None)


def test_without_times_of_closing_a_ticket_is_closed_when_it_is_opened():
    (row,) = counted([{"handle_minutes": 60, "csat": 5}], EVERYTHING - {"tickets.closed_at"})
    assert (row["closed_month"], row["handle_hours"], row["unrecorded_normal"]) == (JUNE, 1.0, 0)
    assert (row["csat_sum"], row["csat_count"], row["last_csat_date"]) == (5.0, 1, date(2025, 6, 10))


@pytest.mark.parametrize("is_escalated", [None, False])
def test_not_escalated(is_escalated):
    (row,) = counted([{"is_escalated": is_escalated}])
    assert (row["escalated"], row["last_escalated_date"]) == (0, None)


TICKET_ROWS = lists_of(
    {
        "account_id": ACCOUNTS,
        "opened_at": days(date(2025, 5, 25), date(2025, 7, 5)).map(lambda day: moment(day.month, day.day)),
        "closed_at": st.none() | days(date(2025, 6, 25), date(2025, 7, 5)).map(lambda day: moment(day.month, day.day)),
        "priority": st.sampled_from(["urgent", "high", "normal", "low"]),
        "csat": st.none() | st.floats(1, 5),
        "is_escalated": st.sampled_from([None, False, True]),
        "handle_minutes": st.none() | st.floats(0, 1000),
    }
)


@given(TICKET_ROWS, st.integers(0, 99))
@settings(deadline=None)
def test_order_does_not_matter(given_rows, seed):
    assert_order_does_not_matter(lambda frame: ticket_facts(frame, EVERYTHING), rows(TICKETS, given_rows), seed)


@given(TICKET_ROWS)
@settings(deadline=None)
def test_batches_add_up(given_rows):
    frame = rows(TICKETS, given_rows)
    batches = [ticket_facts(part.lazy(), EVERYTHING) for part in (frame[::2], frame[1::2])]
    assert_same(added_up(pl.concat(batches), GRAIN), ticket_facts(frame.lazy(), EVERYTHING))


@given(TICKET_ROWS)
@settings(deadline=None)
def test_no_ticket_is_lost(given_rows):
    result = ticket_facts(rows(TICKETS, given_rows).lazy(), EVERYTHING).collect()
    assert result["tickets"].sum() == len(given_rows)
    by_priority = result.select(pl.sum_horizontal(pl.col("^tickets_.*$").sum())).item() if given_rows else 0
    assert by_priority == len(given_rows)
