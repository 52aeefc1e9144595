"""Parquet files of other types than the contract's become the contract's, without a loss."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.sql.sources.conftest import refused_rows
from transforms.contracts import SOURCES
from transforms.month import Month

JANUARY = Month.parse("2026-01")


def usage(**columns):
    days = pl.DataFrame({"date": [date(2026, 1, 1), date(2026, 1, 31)], "account_id": "A", "feature": "f", "events": 1})
    return days.with_columns(**columns)


@pytest.mark.parametrize(
    ("dtype", "timezone"),
    [
        pytest.param(pl.Datetime("us", "UTC"), "UTC", id="exact"),
        pytest.param(pl.Datetime("ms", "UTC"), "UTC", id="milliseconds"),
        pytest.param(pl.Datetime("ns", "Europe/Berlin"), "UTC", id="nanoseconds in a zone"),
        pytest.param(pl.Datetime("ns"), "UTC", id="naive"),
        pytest.param(pl.Datetime("us"), "America/New_York", id="naive in a zone"),
    ],
)
def test_times_of_every_unit_and_zone(dtype, timezone, events, project):
    instants = [datetime(2026, 1, 31, 23, 59, tzinfo=UTC), datetime(2026, 2, 1, 0, 0, tzinfo=UTC)]
    opened = pl.Series("opened_at", instants)
    if dtype.time_zone is None:
        opened = opened.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    tickets = pl.DataFrame({"account_id": "A", "ticket_id": ["1", "2"], "priority": "low"})
    tickets.with_columns(opened.cast(dtype)).write_parquet(project / "tickets.parquet")
    source = events("tickets", path="tickets.parquet", timezone=timezone)
    assert [source.usable(month).collect()["opened_at"].to_list() for month in source.months()] == [
        instants[:1],
        instants[1:],
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(pl.Series([1, 2], dtype=pl.Int16), [1, 2], id="small"),
        pytest.param(pl.Series([1, 2], dtype=pl.UInt64), [1, 2], id="unsigned"),
        pytest.param(pl.Series([1.0, 2.0]), [1, 2], id="floating point"),
        pytest.param(pl.Series([Decimal("1.00"), Decimal(2)]), [1, 2], id="decimal"),
        pytest.param(pl.Series(["1", " 2 "]), [1, 2], id="text"),
    ],
)
def test_whole_numbers_of_every_type(values, expected, events, project):
    usage(events=values).write_parquet(project / "usage.parquet")
    rows = events("usage", path="usage.parquet").usable(JANUARY).collect()
    assert rows["events"].to_list() == expected
    assert rows.schema == SOURCES["usage"].schema


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        pytest.param(pl.Series([1, 20]), ["1", "20"], id="whole numbers"),
        pytest.param(pl.Series([1.0, 20.0]), ["1", "20"], id="whole numbers that met a null once"),
        pytest.param(pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"], id="categories"),
    ],
)
def test_ids_of_every_type(ids, expected, events, project):
    usage(account_id=ids).write_parquet(project / "usage.parquet")
    assert events("usage", path="usage.parquet").usable(JANUARY).collect()["account_id"].to_list() == expected


def test_a_day_is_midnight_in_the_source_s_zone(events, project):
    ticket = {"account_id": "A", "ticket_id": "1", "priority": "low", "opened_at": [date(2026, 2, 1)]}
    pl.DataFrame(ticket).write_parquet(project / "tickets.parquet")
    source = events("tickets", path="tickets.parquet", timezone="Europe/Berlin")
    assert source.usable(JANUARY).collect()["opened_at"].to_list() == [datetime(2026, 1, 31, 23, tzinfo=UTC)]


def test_amounts_in_cents_and_days_as_numbers(rows, events, project):
    invoice = {"invoice_id": 1, "account_id": 2, "issued_date": 20260131, "amount": 1999, "status": ["offen"]}
    pl.DataFrame(invoice).write_parquet(project / "invoices.parquet")
    source = events(
        "invoices",
        path="invoices.parquet",
        cast={"amount": {"multiply": 0.01}, "issued_date": {"format": "%Y%m%d"}},
        values={"status": {"offen": "open"}},
    )
    assert source.usable(JANUARY).select("issued_date", "amount", "status").collect().rows() == [
        (date(2026, 1, 31), 19.99, "open")
    ]


@pytest.mark.parametrize(
    ("dtype", "number"),
    [
        pytest.param(pl.Date(), 2**31 - 1, id="last day"),
        pytest.param(pl.Date(), -(2**31), id="first day"),
        pytest.param(pl.Date(), -719_163, id="day before the year 1"),
        pytest.param(pl.Datetime("us"), 2**63 - 1, id="last microsecond"),
        pytest.param(pl.Datetime("ms", "UTC"), 2**63 - 1, id="last millisecond"),
        pytest.param(pl.Datetime("ms", "Europe/Berlin"), -(2**63), id="first millisecond"),
    ],
)
@pytest.mark.parametrize("spec", [{}, {"null_values": ["-"]}, {"timezone": "America/New_York"}], ids=str)
@pytest.mark.parametrize("column", ["date", "events"])
def test_days_that_no_calendar_holds_are_kept_as_numbers(column, spec, dtype, number, events, project):
    numbers = pl.Series([number, number], dtype=pl.Int32 if dtype == pl.Date else pl.Int64)
    usage(**{column: numbers.cast(dtype)}).write_parquet(project / "usage.parquet")
    refused = refused_rows(events("usage", path="usage.parquet", **spec))
    told = f"{number} {'days' if dtype == pl.Date else dtype.time_unit} since 1970"
    assert [json.loads(row)[column] for row in refused["row_as_read"]] == [told] * 2
    assert refused["errors"][0][0] == {"rule": f"{column}.readable", "column": column, "got": told}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (pl.lit([1]), "(List(Int64))"),
        (pl.struct(a=pl.lit(b"\xff")), "(Struct({'a': Binary}))"),
        (pl.lit(b"\xff"), "\ufffd"),
        (pl.lit(timedelta(days=1)), "86400000000"),
        (pl.lit(time(1, 2)), "01:02:00"),
        (pl.lit(2**63 - 1).cast(pl.Datetime("us")), f"{2**63 - 1} us since 1970"),
    ],
    ids=["list", "struct", "bytes", "duration", "time", "last microsecond"],
)
def test_columns_that_are_not_used_are_shown_whatever_they_hold(value, text, events, project):
    usage(events=pl.lit("x")).with_columns(value.alias("odd")).write_parquet(project / "usage.parquet")
    refused = refused_rows(events("usage", path="usage.parquet"))
    assert [json.loads(row)["odd"] for row in refused["row_as_read"]] == [text] * 2
