"""Parquet files of other types than the contract's become the contract's, without a loss."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

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
    assert [source.rows(month).collect()["opened_at"].to_list() for month in source.months()] == [
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
    rows = events("usage", path="usage.parquet").rows(JANUARY).collect()
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
    assert events("usage", path="usage.parquet").rows(JANUARY).collect()["account_id"].to_list() == expected


def test_a_day_is_midnight_in_the_source_s_zone(events, project):
    ticket = {"account_id": "A", "ticket_id": "1", "priority": "low", "opened_at": [date(2026, 2, 1)]}
    pl.DataFrame(ticket).write_parquet(project / "tickets.parquet")
    source = events("tickets", path="tickets.parquet", timezone="Europe/Berlin")
    assert source.rows(JANUARY).collect()["opened_at"].to_list() == [datetime(2026, 1, 31, 23, tzinfo=UTC)]


def test_amounts_in_cents_and_days_as_numbers(rows, events, project):
    invoice = {"invoice_id": 1, "account_id": 2, "issued_date": 20260131, "amount": 1999, "status": ["offen"]}
    pl.DataFrame(invoice).write_parquet(project / "invoices.parquet")
    source = events(
        "invoices",
        path="invoices.parquet",
        cast={"amount": {"multiply": 0.01}, "issued_date": {"format": "%Y%m%d"}},
        values={"status": {"offen": "open"}},
    )
    assert source.rows(JANUARY).select("issued_date", "amount", "status").collect().rows() == [
        (date(2026, 1, 31), 19.99, "open")
    ]
