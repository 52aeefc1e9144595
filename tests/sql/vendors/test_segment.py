"""The kit for Segment: each rule on both engines, with rows worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from transforms.month import Month

JUNE = Month.parse("2020-06")


def track(own_id: str = "e1", **columns: Any) -> dict[str, Any]:
    """Somebody of group A opened a report on 3 June 2020, which was received a minute later."""
    return {
        "id": own_id,
        "event": "report_opened",
        "user_id": "u1",
        "anonymous_id": "x1",
        "context_group_id": "A",
        "timestamp": "2020-06-03 10:00:00",
        "received_at": "2020-06-03 10:01:00",
        **columns,
    }


def mapped(vendor_id: str, account_id: str) -> dict[str, str]:
    return {"system": "segment_group", "vendor_id": vendor_id, "account_id": account_id}


@pytest.fixture
def usage(make):
    """Land events and other tables, and return the usage of June that the kit makes."""

    def made(*tracks, options=None, month=JUNE, **tables):
        return make("segment", "usage", {"tracks": tracks, **tables}, month=month, **(options or {}))

    return made


@pytest.fixture
def reasons(count):
    """The same for what is left out."""

    def counted(*tracks, options=None, **tables):
        return count("segment", "usage", {"tracks": tracks, **tables}, month=JUNE, **(options or {}))

    return counted


def test_events_are_counted_per_account_day_event_and_user(usage):
    rows = usage(
        track(),
        track("e2", timestamp="2020-06-03 11:00:00", received_at="2020-06-03 11:00:05"),
        track("e3", user_id="u2"),
        track("e4", event="export"),
        track("e5", timestamp="2020-06-04 00:00:00", received_at="2020-06-04 00:00:01"),
        track("e6", context_group_id="B"),
    )

    assert [(row["account_id"], row["date"].day, row["feature"], row["user_id"], row["events"]) for row in rows] == [
        ("A", 3, "export", "u1", 1),
        ("A", 3, "report_opened", "u1", 2),
        ("A", 3, "report_opened", "u2", 1),
        ("A", 4, "report_opened", "u1", 1),
        ("B", 3, "report_opened", "u1", 1),
    ]


def test_a_row_has_the_columns_of_the_contract(usage):
    assert usage(track()) == [
        {
            "account_id": "A",
            "date": date(2020, 6, 3),
            "feature": "report_opened",
            "events": 1,
            "user_id": "u1",
            "known_at": datetime(2020, 6, 3, 10, 1, tzinfo=UTC),
        }
    ]


def test_a_month_has_its_own_events_only(usage):
    rows = [
        track("e1", timestamp="2020-05-31 23:59:59"),
        track("e2", timestamp="2020-06-01 00:00:00"),
        track("e3", timestamp="2020-06-30 23:59:59"),
        track("e4", timestamp="2020-07-01 00:00:00"),
    ]

    assert [str(row["date"]) for row in usage(*rows)] == ["2020-06-01", "2020-06-30"]
    assert [str(row["date"]) for row in usage(*rows, month=Month.parse("2020-05"))] == ["2020-05-31"]


def test_an_event_counts_when_it_happened_else_when_it_was_received(usage):
    rows = usage(
        track(timestamp="2020-06-02T23:30:00-02:00"),
        track("e2", timestamp=None, received_at="2020-06-05 10:00:00"),
    )

    assert [row["date"].day for row in rows] == [3, 5]


def test_events_that_came_in_later_make_a_later_row_that_counts_them_all(usage):
    rows = usage(
        track("e1"),
        track("e2", received_at="2020-06-03 23:00:00"),
        track("e3", received_at="2020-06-20 09:00:00"),
        track("e4", received_at="2020-06-20 08:00:00"),
        track("e5", received_at="2020-07-02 08:00:00"),
    )

    assert sorted((f"{row['known_at']:%m-%d %H}", row["events"]) for row in rows) == [
        ("06-03 23", 2),
        ("06-20 09", 4),
        ("07-02 08", 5),
    ]


def test_it_is_known_when_it_was_loaded_into_the_warehouse(usage):
    rows = usage(track(loaded_at="2020-06-03 12:00:00"))

    assert [f"{row['known_at']:%H}" for row in rows] == ["12"]


def test_an_event_that_was_delivered_twice_counts_once(usage, reasons):
    rows = [track(), track(received_at="2020-06-04 10:00:00"), track(id=None), track(id=None)]

    assert [row["events"] for row in usage(*rows)] == [3]
    assert reasons(*rows) == {"repeated": 1}


def test_the_account_is_the_group_or_whose_the_map_says_it_is(usage):
    rows = usage(track(), track("e2", context_group_id="B"), account_map=[mapped("B", "7")])

    assert [row["account_id"] for row in rows] == ["7", "A"]


def test_an_event_that_names_no_group_is_of_the_group_of_its_user_at_the_time(usage):
    calls = [
        {"user_id": "u1", "group_id": "B", "timestamp": "2020-06-03 12:00:00"},
        {"user_id": "u1", "group_id": "C", "timestamp": "2020-06-10 12:00:00"},
        {"user_id": "u2", "group_id": "D", "timestamp": "2020-06-01 12:00:00"},
    ]
    rows = usage(
        track("e1", context_group_id=None, timestamp="2020-06-03 10:00:00"),
        track("e2", context_group_id=None, timestamp="2020-06-10 11:59:59"),
        track("e3", context_group_id=None, timestamp="2020-06-10 12:00:00"),
        track("e4", context_group_id="A", timestamp="2020-06-11 12:00:00"),
        groups=calls,
    )

    assert [(row["account_id"], row["date"].day) for row in rows] == [("A", 11), ("B", 3), ("B", 10), ("C", 10)]


def test_events_of_nobody_are_left_out_and_counted(usage, reasons):
    rows = [
        track(),
        track("e2", context_group_id=None),
        track("e3", context_group_id=None, user_id=None),
        track("e4", user_id=None),
    ]

    assert [(row.get("user_id"), row["events"]) for row in usage(*rows)] == [(None, 1), ("u1", 1)]
    assert reasons(*rows) == {"without_account": 1, "anonymous": 1}


def test_the_companys_own_people_and_groups_are_no_customers(usage, reasons):
    rows = [track(), track("e2", user_id="u2"), track("e3", user_id="u3", context_group_id="demo")]
    users = [{"id": "u1", "email": "a@acme.com"}, {"id": "u2", "email": "b@Us.com"}]
    options = {"internal_domains": ["us.com"], "internal_groups": ["demo"]}

    assert [row["user_id"] for row in usage(*rows, users=users, options=options)] == ["u1"]
    assert reasons(*rows, users=users, options=options) == {"internal": 2}


def test_events_may_be_ignored(usage, reasons):
    rows = [track(), track("e2", event="page_loaded")]
    options = {"ignored_events": ["page_loaded"]}

    assert [row["feature"] for row in usage(*rows, options=options)] == ["report_opened"]
    assert reasons(*rows, options=options) == {"ignored": 1}


def test_users_are_not_mapped_where_they_are_not_landed(landing):
    landing.land("segment", {"tracks": [{name: track()[name] for name in ("event", "context_group_id", "timestamp")}]})
    source = landing.source("usage", "segment")
    source.months((JUNE,))

    assert source.columns == ["account_id", "date", "feature", "events"]
