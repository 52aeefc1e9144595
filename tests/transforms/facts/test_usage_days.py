from datetime import date

import polars as pl

from transforms.facts.usage_days import SCHEMA, usage_days

DAY = date(2025, 6, 3)


def counted(*rows):
    frame = pl.LazyFrame(rows, schema={"date": pl.Date, "feature": pl.String, "events": pl.Int64}, orient="row")
    return usage_days(frame).collect()


def test_rows_and_events_by_day_and_feature():
    found = counted((DAY, "b", 2), (DAY, "a", 1), (DAY, "b", 3))
    assert dict(found.schema) == SCHEMA
    assert found.rows() == [(DAY, "a", 1, 1.0), (DAY, "b", 2, 5.0)]


def test_rows_without_events_are_no_use():
    assert counted((DAY, "a", 0), (DAY, "a", 0)).rows() == [(DAY, "a", 0, 0.0)]


def test_no_number_of_events_overflows():
    assert counted((DAY, "a", 2**62), (DAY, "a", 2**62))["events"].item() == 2.0**63
