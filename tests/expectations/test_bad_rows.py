"""Rows that are held back are reported whole, numbered, and never lost from the count."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from expectations.bad_rows import AS_READ, as_judged, as_published, quarantined_rows, refuse_lost_rows
from transforms.contracts import PUBLISHED
from transforms.errors import RetierError
from transforms.month import Month

OCTOBER = Month.parse("2026-10")
ERRORS = pl.List(pl.Struct({"rule": pl.String, "column": pl.String, "got": pl.String}))
REFUSED = {"account_id": pl.String(), "events": pl.Int64(), **AS_READ, "errors": ERRORS}


def refused(*rows):
    return pl.LazyFrame(rows, schema=REFUSED, orient="row")


def error(rule, got):
    return {"rule": rule, "column": rule.partition(".")[0], "got": got}


BAD = ("A", None, "usage.csv", 7, '{"events":"x"}', [error("events.readable", "x"), error("events.required", "x")])


def test_a_frame_to_be_judged_holds_all_that_was_read():
    usable = pl.LazyFrame({"account_id": ["B"], "events": [1]})
    out_of_range = ("A", -1, "usage.csv", 8, "{}", [error("events.range", "-1")])
    judged = as_judged(usable, refused(BAD, out_of_range), ["account_id", "events"]).collect()
    assert judged.rows() == [
        ("B", 1, None, None),
        ("A", None, "events", "events.readable,events.required"),
        ("A", -1, None, "events.range"),
    ]


def test_held_rows_stand_in_the_order_of_their_places_with_their_rules():
    for_their_key = pl.DataFrame([("usage.csv", 3, '{"events":"1"}')], schema=AS_READ, orient="row")
    assert quarantined_rows(refused(BAD), for_their_key, "usage").collect().rows() == [
        ("usage", "usage.csv", 3, '{"events":"1"}', "key.unique"),
        ("usage", "usage.csv", 7, '{"events":"x"}', "events.readable,events.required"),
    ]


def test_rows_are_numbered_within_the_run():
    nothing = pl.DataFrame(schema=AS_READ)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    sources = [quarantined_rows(refused(BAD, BAD), nothing, name) for name in ("usage", "tickets")]
    published = as_published(sources, "run", OCTOBER, pl.lit(at)).collect()
    assert dict(published.schema) == PUBLISHED["quarantine"].schema
    assert published["row"].to_list() == [1, 2, 3, 4]
    assert published["source"].to_list() == ["usage", "usage", "tickets", "tickets"]
    assert set(published["month"]) == {OCTOBER.first_day}


def test_nothing_held_back_is_an_empty_table():
    assert as_published([], "run", OCTOBER, pl.lit(None)).collect().height == 0


def test_a_lost_row_is_refused():
    refuse_lost_rows("usage", 10, 7, 3)
    with pytest.raises(RetierError, match="10 rows were read from usage, but 7 were accepted and 2 quarantined"):
        refuse_lost_rows("usage", 10, 7, 2)
