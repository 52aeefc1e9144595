"""How far back the report looks."""

from __future__ import annotations

import pytest

from flows.report.reading.history import SHOWN_MONTHS, read_lifts, read_portfolio
from sql.ddl import create_all
from sql.dialects import load
from sql.engine import make_engine, transaction
from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.month import Month

NEWEST = Month.parse("2026-10")
PUBLISHED_MONTHS = Month.range(NEWEST - SHOWN_MONTHS - 1, NEWEST + 1)
"""Two more than are shown before the month of the report, and one after it."""

SHOWN = [month.first_day for month in PUBLISHED_MONTHS[2:-1]]


@pytest.fixture
def connection(tmp_path):
    months = [{"month": month.first_day} for month in PUBLISHED_MONTHS]
    with transaction(make_engine(f"duckdb:///{tmp_path}/retier.duckdb")) as connection:
        create_all(connection)
        for name, values in (
            ("runs", {"status": "published"}),
            ("account_tiers", {"account_id": "a", "tier": "mid_touch", "arr": 100.0}),
            ("account_scores", {"account_id": "a", "arr": 100.0}),
            ("tier_changes", {"account_id": "a", "kind": "lift_started"}),
        ):
            load(connection, name, rows(PUBLISHED[name], months, **values))
        yield connection


def test_charts_show_the_newest_three_years_up_to_the_month(connection):
    assert len(SHOWN) == SHOWN_MONTHS
    assert read_portfolio(connection, NEWEST)["month"].to_list() == SHOWN
    assert read_lifts(connection, NEWEST)["month"].to_list() == SHOWN
