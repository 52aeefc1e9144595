"""Opened sources: few rows are read into memory once, many are left where they are."""

from __future__ import annotations

import pytest

from flows.inputs.opened import open_project
from flows.settings import load_project
from tests.flows.projects import FEBRUARY, JANUARY, healthy_tables, write_project

ACCOUNTS = 10


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return load_project(write_project(tmp_path_factory.mktemp("opened"), healthy_tables(ACCOUNTS)), {})


@pytest.fixture
def opened(project):
    return open_project(project, [JANUARY, FEBRUARY])


def test_the_rows_of_a_month_are_held_until_the_next_and_tables_for_good(opened):
    rows = {name: source.usable(FEBRUARY).collect().height for name, source in opened.sources.items()}
    for month in (JANUARY, FEBRUARY):
        opened.hold_few_rows(month)
        assert all(source.is_held_in_memory(month) for source in opened.sources.values())
    assert {name for name, one in opened.sources.items() if one.is_held_in_memory(JANUARY)} == set(opened.tables)
    assert {name: source.usable(FEBRUARY).collect().height for name, source in opened.sources.items()} == rows


def test_many_rows_stay_where_they_are(opened, monkeypatch):
    monkeypatch.setattr("sql.sources.source._FEW_ROWS", ACCOUNTS)
    opened.hold_few_rows(JANUARY)
    held = {name for name, source in opened.sources.items() if source.is_held_in_memory(JANUARY)}
    assert "accounts" in held
    assert "usage" not in held
