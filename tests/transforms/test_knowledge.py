from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import ACCOUNTS, assert_order_does_not_matter, assert_same, days, everything, lists_of
from transforms.contracts import SOURCES
from transforms.knowledge import as_known, as_of
from transforms.month import Month

JUNE = Month.parse("2025-06")
CUT_OFF = datetime(2025, 7, 5, 12, tzinfo=UTC)
BEFORE, AFTER = CUT_OFF - timedelta(days=1), CUT_OFF + timedelta(microseconds=1)
SUBSCRIPTIONS, ACCOUNT_TABLE, TICKETS = SOURCES["subscriptions"], SOURCES["accounts"], SOURCES["tickets"]


def known_mrr(versions: list[dict], known_until: datetime | None = CUT_OFF) -> list[float]:
    frame = rows(SUBSCRIPTIONS, versions)
    known = as_known(frame.lazy(), SUBSCRIPTIONS, known_until, everything(SUBSCRIPTIONS))
    assert known.collect_schema() == SUBSCRIPTIONS.schema
    return known.collect()["mrr"].sort().to_list()


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([{"mrr": 1, "known_at": BEFORE}, {"mrr": 2, "known_at": CUT_OFF}], [2], id="latest_wins"),
        pytest.param([{"mrr": 1, "known_at": BEFORE}, {"mrr": 2, "known_at": AFTER}], [1], id="cut_off_is_inclusive"),
        pytest.param([{"mrr": 1, "known_at": AFTER}], [], id="not_known_yet"),
        pytest.param([{"mrr": 1}, {"mrr": 2, "known_at": BEFORE}], [2], id="undated_is_earliest"),
        pytest.param([{"mrr": 1}], [1], id="undated_is_known"),
        pytest.param([{"mrr": 1}, {"mrr": 2, "is_deleted": True, "known_at": BEFORE}], [], id="tombstone"),
        pytest.param(
            [{"mrr": 1, "is_deleted": True, "known_at": BEFORE}, {"mrr": 2, "known_at": CUT_OFF}],
            [2],
            id="comes_back_after_a_tombstone",
        ),
        pytest.param(
            [{"mrr": 1, "known_at": BEFORE}, {"mrr": 2, "is_deleted": True, "known_at": AFTER}],
            [1],
            id="tombstone_not_known_yet",
        ),
        pytest.param(
            [{"mrr": 2, "known_at": BEFORE}, {"mrr": 1, "is_deleted": True, "known_at": BEFORE}],
            [],
            id="tombstone_of_the_same_instant",
        ),
        pytest.param([{"mrr": 1, "known_at": BEFORE}] * 2, [1], id="equal_rows_are_one"),
        pytest.param(
            [{"mrr": 1, "known_at": BEFORE}, {"mrr": 2, "known_at": CUT_OFF, "start_date": date(2025, 2, 1)}],
            [1, 2],
            id="another_key",
        ),
    ],
)
def test_known_rows(versions, expected):
    assert known_mrr(versions) == expected


def test_without_a_cut_off_the_latest_counts():
    assert known_mrr([{"mrr": 1, "known_at": BEFORE}, {"mrr": 2, "known_at": AFTER}], known_until=None) == [2]


def test_a_null_in_the_key_is_a_value_like_any_other():
    frame = rows(ACCOUNT_TABLE, [{"name": "old", "known_at": BEFORE}, {"name": "new", "known_at": CUT_OFF}])
    known = as_known(frame.lazy(), ACCOUNT_TABLE, CUT_OFF, everything(ACCOUNT_TABLE)).collect()
    assert known["name"].to_list() == ["new"]


def test_sources_without_versions_are_left_alone():
    frame = rows(SUBSCRIPTIONS, [{"mrr": 1}, {"mrr": 1}])
    known = as_known(frame.lazy(), SUBSCRIPTIONS, CUT_OFF, {"subscriptions", "usage.known_at"})
    assert_same(known, frame.lazy())


@pytest.mark.parametrize(
    ("source", "last", "first_after"),
    [
        pytest.param("usage", date(2025, 6, 30), date(2025, 7, 1), id="day"),
        pytest.param(
            "tickets",
            datetime(2025, 6, 30, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2025, 7, 1, tzinfo=UTC),
            id="instant",
        ),
    ],
)
def test_events_end_with_the_month(source, last, first_after):
    table = SOURCES[source]
    assert table.event_time is not None
    frame = rows(table, [{table.event_time: last}, {table.event_time: first_after}])
    assert as_of(frame.lazy(), table, JUNE).collect()[table.event_time].to_list() == [last]


@pytest.mark.parametrize(
    ("closed_at", "expected"),
    [
        pytest.param(datetime(2025, 6, 30, 23, 59, tzinfo=UTC), (4.0, 30.0), id="closed_in_the_month"),
        pytest.param(datetime(2025, 7, 1, tzinfo=UTC), (None, None), id="closed_later"),
    ],
)
def test_what_depends_on_a_later_date_is_not_known(closed_at, expected):
    frame = rows(TICKETS, [{"closed_at": closed_at, "csat": 4, "handle_minutes": 30}])
    row = as_of(frame.lazy(), TICKETS, JUNE).collect().to_dicts()[0]
    assert (row["csat"], row["handle_minutes"]) == expected
    assert (row["closed_at"] is None) == (expected[0] is None)


@pytest.mark.parametrize(
    ("status", "paid_date", "expected"),
    [
        pytest.param("paid", date(2025, 6, 30), "paid", id="paid_in_the_month"),
        pytest.param("paid", date(2025, 7, 1), "open", id="paid_later"),
        pytest.param("paid", None, "paid", id="paid_on_an_unknown_day"),
        pytest.param("void", date(2025, 7, 1), "void", id="void_whenever"),
        pytest.param("failed", None, "failed", id="failed"),
    ],
)
def test_an_invoice_that_is_paid_later_is_open(status, paid_date, expected):
    table = SOURCES["invoices"]
    frame = rows(table, [{"status": status, "paid_date": paid_date}])
    read = as_of(frame.lazy(), table, JUNE)
    assert read.collect_schema() == table.schema
    assert read.collect()["status"].to_list() == [expected]


def test_a_contractual_end_is_known_beforehand():
    frame = rows(SUBSCRIPTIONS, [{"end_date": date(2026, 1, 1), "renewal_date": date(2026, 1, 2)}])
    assert_same(as_of(frame.lazy(), SUBSCRIPTIONS, JUNE), frame.lazy())


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([{"name": "only"}], ["only"], id="without_validity"),
        pytest.param([{"name": "x", "valid_from": date(2025, 7, 1)}], [], id="not_valid_yet"),
        pytest.param([{"name": "x", "valid_from": date(2025, 6, 30)}], ["x"], id="valid_from_the_last_day"),
        pytest.param([{"name": "x", "valid_to": date(2025, 6, 30)}], ["x"], id="valid_to_the_last_day"),
        pytest.param([{"name": "x", "valid_to": date(2025, 6, 29)}], [], id="not_valid_any_more"),
        pytest.param([{"name": "old"}, {"name": "newer", "valid_from": date(2025, 5, 1)}], ["newer"], id="overlapping"),
        pytest.param(
            [{"name": "old", "valid_from": date(2025, 1, 1)}, {"name": "next", "valid_from": date(2025, 7, 1)}],
            ["old"],
            id="successor_not_valid_yet",
        ),
    ],
)
def test_the_account_as_it_was_on_the_last_day(versions, expected):
    frame = rows(ACCOUNT_TABLE, versions)
    assert as_of(frame.lazy(), ACCOUNT_TABLE, JUNE).collect()["name"].to_list() == expected


def test_a_score_given_later_is_not_known():
    frame = rows(
        ACCOUNT_TABLE,
        [
            {"account_id": "a", "nps": 9, "nps_date": date(2025, 7, 2)},
            {"account_id": "b", "nps": 9, "nps_date": date(2025, 6, 2)},
            {"account_id": "c", "nps": 9},
        ],
    )
    read = as_of(frame.lazy(), ACCOUNT_TABLE, JUNE).collect().sort("account_id")
    assert read["nps"].to_list() == [None, 9, 9]


VERSIONS = lists_of(
    {
        "account_id": ACCOUNTS,
        "name": st.sampled_from(["x", "y"]),
        "valid_from": st.none() | days(date(2025, 6, 28), date(2025, 7, 2)),
        "valid_to": st.none() | days(date(2025, 6, 28), date(2025, 7, 2)),
        "nps_date": st.none() | days(date(2025, 6, 29), date(2025, 7, 2)),
        "nps": st.sampled_from([None, 1.0, 2.0]),
        "known_at": st.sampled_from([None, BEFORE, CUT_OFF, AFTER]),
        "is_deleted": st.sampled_from([None, False, True]),
    }
)


def read_accounts(frame: pl.LazyFrame) -> pl.LazyFrame:
    known = as_known(frame, ACCOUNT_TABLE, CUT_OFF, everything(ACCOUNT_TABLE))
    return as_of(known, ACCOUNT_TABLE, JUNE)


@given(VERSIONS, st.integers(0, 99))
def test_order_does_not_matter_even_among_rows_of_one_instant(versions, seed):
    assert_order_does_not_matter(read_accounts, rows(ACCOUNT_TABLE, versions), seed)


@given(VERSIONS)
def test_one_row_per_account_and_none_from_the_future(versions):
    frame = rows(ACCOUNT_TABLE, versions)
    read = read_accounts(frame.lazy()).collect()
    assert read["account_id"].is_unique().all()
    assert not (read["known_at"] > CUT_OFF).any()
    heard = frame.filter(pl.col("known_at").is_null() | (pl.col("known_at") <= CUT_OFF))
    assert_same(read_accounts(heard.lazy()), read.lazy())


EVENTS = lists_of(
    {
        "ticket_id": st.sampled_from(["1", "2", "3", "4"]),
        "opened_at": days(date(2025, 6, 28), date(2025, 7, 3)),
        "closed_at": st.none() | days(date(2025, 6, 28), date(2025, 7, 3)),
        "csat": st.sampled_from([None, 1.0, 5.0]),
    }
)


def at_midnight(events: list[dict]) -> list[dict]:
    return [
        {
            name: datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else value
            for name, value in event.items()
        }
        for event in events
    ]


@given(EVENTS)
def test_what_happens_later_changes_nothing(events):
    frame = rows(TICKETS, at_midnight(events))
    end = JUNE.end_time
    closed_later = (pl.col("closed_at") >= end).fill_null(value=False)
    not_yet = frame.filter(pl.col("opened_at") < end).with_columns(
        pl.when(~closed_later).then(pl.col(name)).alias(name) for name in ("closed_at", "csat", "handle_minutes")
    )
    assert_same(as_of(frame.lazy(), TICKETS, JUNE), not_yet.lazy())
