"""What stands in a warehouse: read whole, month by month, and held against what must hold at every moment."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection

from flows.settings import Project, load_project
from flows.transactions import read_in_transaction
from sql.dialects import catalogue, quoted, read
from sql.fingerprint import MONTH_TABLES
from transforms.contracts import PUBLISHED
from transforms.month import Month

Tables = dict[str, pl.DataFrame]
Contents = dict[str, list[tuple[Any, ...]]]

_OF_MONTHS = (*MONTH_TABLES, "restatements", "quarantine", "notifications")
_OF_ATTEMPTS = ("run_id", "superseded_at", "quarantined_at")
"""Columns that differ between two runs that did the same."""

_WITHOUT_MONTH = ("policies", "policy_components")


def read_tables(folder: Path, warehouse: str | None) -> Tables:
    """Read every published table, all of one moment; empty ones where nothing has run yet."""
    found = read_in_transaction(project_of(folder, warehouse), _read_all)
    return {name: table.empty() for name, table in PUBLISHED.items()} if found is None else found


@cache
def project_of(folder: Path, warehouse: str | None) -> Project:
    """Load a project once."""
    return load_project(folder, {} if warehouse is None else {"RETIER_WAREHOUSE": warehouse})


def _read_all(connection: Connection) -> Tables:
    there = set(catalogue(connection).filter(pl.col("kind") == "table")["table_name"])
    assert there == set(PUBLISHED), "tables that nobody knows, or not all of them"
    return {name: read(connection, f"select * from {quoted(connection, name)}") for name in PUBLISHED}


def contents_of(tables: Tables, month: Month) -> Contents:
    """Return what is published of a month, rows in a fixed order, without what names the run."""
    return {name: _bare(tables[name].filter(pl.col("month") == month.first_day)) for name in _OF_MONTHS}


def all_contents(tables: Tables) -> Contents:
    """Return what is published of all months and of policies, without what names runs."""
    return {name: _bare(tables[name]) for name in (*_OF_MONTHS, *_WITHOUT_MONTH)}


def different(one: Contents, other: Contents) -> list[str]:
    """Name the tables that are not the same."""
    return [name for name in one if one[name] != other[name]]


def _bare(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return sorted(frame.drop(_OF_ATTEMPTS, strict=False).rows(), key=repr)


def assert_records_agree(tables: Tables) -> None:
    """The record of runs and what they left name each other: no rows of unknown runs, no run without its rows."""
    runs = tables["runs"]
    assert runs["run_id"].is_unique().all(), "a run is recorded twice"
    assert tables["notifications"]["notification_id"].is_unique().all(), "a notification is there twice"
    known = set(runs["run_id"])
    for name in ("check_results", "quarantine", "restatements"):
        assert set(tables[name]["run_id"]) <= known, f"{name} has rows of runs that are not recorded"
    assert set(tables["check_results"]["run_id"]) == known, "a run is recorded without its checks"
    published = runs.filter(pl.col("status") == "published").sort("month", "revision")
    for (first_day,), of_month in published.group_by("month"):
        revisions = of_month["revision"].to_list()
        assert revisions == list(range(1, len(revisions) + 1)), f"{first_day} has the revisions {revisions}"
        tiers = tables["account_tiers"].filter(pl.col("month") == first_day).select("run_id", "revision").unique()
        expected = (of_month["run_id"][-1], revisions[-1])
        assert tiers.rows() == [expected], f"{first_day} has rows of {tiers.rows()}, not of {expected}"
    months = set(tables["account_tiers"]["month"])
    assert months == set(published["month"]), f"{months} have tiers, {set(published['month'])} were published"
