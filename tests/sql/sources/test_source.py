"""What rows a month sees of a source, and which it does not: one class for events and tables."""

from __future__ import annotations

import pytest

from transforms.month import Month

JANUARY, FEBRUARY = Month.parse("2026-01"), Month.parse("2026-02")

USAGE = """\
account_id,date,feature,events
A,2026-01-31,f,1
B,2026-01-31,f,2
B,2026-01-31,f,3
C,2026-01-31,f,none
A,2026-02-01,f,4
"""
ACCOUNTS = """\
account_id,name,created_date
A,Acme,2025-01-01
B,Bolt,yesterday
C,Core,2025-01-01
C,Core,2025-01-01
"""


@pytest.fixture
def usage(project, events):
    (project / "usage.csv").write_text(USAGE)
    return events("usage", path="usage.csv")


@pytest.fixture
def accounts(project, table):
    (project / "accounts.csv").write_text(ACCOUNTS)
    return table("accounts", path="accounts.csv")


def ids(frame):
    return sorted(frame.lazy().collect()["account_id"])


def test_every_row_of_events_is_accepted_held_or_refused_in_its_own_month(usage):
    assert ids(usage.rows(JANUARY)) == ["A"]
    assert ids(usage.held(JANUARY)) == ["B", "B"]
    assert ids(usage.refused(JANUARY)) == ["C"]
    assert ids(usage.usable(JANUARY)) == ["A", "B", "B"]
    assert usage.rows_read(JANUARY) == 4
    assert ids(usage.rows(FEBRUARY)) == ["A"]
    assert (usage.held(FEBRUARY).height, usage.rows_read(FEBRUARY)) == (0, 1)
    assert usage.months_up_to(FEBRUARY) == [JANUARY, FEBRUARY]


@pytest.mark.parametrize("month", [None, JANUARY, FEBRUARY], ids=str)
def test_a_table_has_the_same_rows_in_every_month(month, accounts):
    months = [] if month is None else [month]
    assert ids(accounts.rows(month)) == ["A", "C"]
    assert ids(accounts.held(month)) == ["C"]
    assert ids(accounts.refused(*months)) == ["B"]
    assert accounts.rows_read(*months) == 4
    assert accounts.months_up_to(FEBRUARY) == [FEBRUARY]
    assert accounts.months() == {}


def test_rows_in_memory_are_those_that_were_read(usage):
    for month in (JANUARY, FEBRUARY):
        usage.hold_in_memory(month, usage.usable(month).collect())
        assert "SCAN" not in usage.usable(month).explain().replace("DF [", "")
    assert ids(usage.rows(JANUARY)) == ["A"]
    assert "Parquet SCAN" in usage.usable(JANUARY).explain()
    assert [usage.is_held_in_memory(month) for month in (JANUARY, FEBRUARY)] == [False, True]


def test_a_table_in_memory_is_there_for_every_month(accounts):
    accounts.hold_in_memory(JANUARY, accounts.usable(JANUARY).collect())
    assert accounts.is_held_in_memory(FEBRUARY)
    assert ids(accounts.rows(FEBRUARY)) == ["A", "C"]


@pytest.mark.parametrize(("limit", "are_few"), [(4, True), (3, False)])
def test_rows_are_few_up_to_a_limit(limit, are_few, usage, monkeypatch):
    monkeypatch.setattr("sql.sources.source._FEW_ROWS", limit)
    assert usage.has_few_rows(JANUARY) is are_few
