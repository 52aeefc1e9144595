"""What 0.1.0 staged is found, and rows that are as they were are called what they were called then."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from sql import first_recipe
from sql.sources import contracts
from sql.sources.contracts import columns_of_0_1_0, contract_text, decisive_text
from sql.sources.spec import SourceSpec
from sql.sources.units import RECORD
from transforms.contracts import SOURCES
from transforms.contracts.model import Field
from transforms.month import Month

JANUARY, FEBRUARY = Month.parse("2026-01"), Month.parse("2026-02")
HEADER = "account_id,date,feature,events\n"
USAGE = SOURCES["usage"]


def with_events(**changes):
    """The contract of usage with another description of its events."""
    return with_column("events", **changes)


def with_column(name, /, **changes):
    """The contract of usage with another description of a column."""
    fields = [
        Field(field.column.but(**changes), field.is_required) if field.name == name else field for field in USAGE.fields
    ]
    return replace(USAGE, fields=tuple(fields))


@pytest.mark.parametrize("source", SOURCES)
def test_contracts_are_called_what_they_were_called_in_0_1_0(source):
    table = SOURCES[source]

    assert contract_text(table) == contracts._of_0_1_0()[source]["text"]
    assert columns_of_0_1_0(table) == list(table.columns)


def test_prose_does_not_decide_how_rows_are_staged():
    assert contract_text(with_events(meaning="Said in other words.")) == contract_text(USAGE)


@pytest.mark.parametrize(
    "changes", [{"minimum": 3}, {"maximum": 9}, {"allowed": ("1",)}, {"pattern": "x"}, {"name": "happenings"}]
)
def test_a_rule_decides_how_rows_are_staged(changes):
    other = with_events(**changes)

    assert contract_text(other) == decisive_text(other) != decisive_text(USAGE)


def test_whether_a_day_stands_for_its_month_decides_how_rows_are_staged():
    by_month = with_column("date", unit="first day of the month")

    assert contract_text(by_month) != contract_text(USAGE)
    assert contract_text(with_events(unit="clicks")) == contract_text(USAGE)


def test_an_option_that_came_later_counts_where_it_is_used():
    class Later(SourceSpec):
        sheet: str = ""

    written = {"path": "a.csv", "rename": {"plan": "p"}}
    assert Later(**written).definition() == SourceSpec(**written).definition()
    assert Later(**written, sheet="two").definition() != SourceSpec(**written).definition()


@pytest.fixture
def usage_file(project):
    path = project / "usage.csv"
    path.write_text(HEADER + "A,2026-01-31,f,1\nB,2026-02-01,f,2\n")
    return path


@pytest.fixture
def staged_by_0_1_0(usage_file, events, place):
    """What 0.1.0 called the rows that it staged, by month; its record says so and nothing of digests."""
    events("usage", path="usage.csv").months()
    (record,) = place.staging.rglob(RECORD)
    written = json.loads(record.read_text())
    for part in written["parts"]:
        del part["digest"]
        (file,) = part["files"]
        part["content"] = first_recipe.file_digest(record.parent / file[0], USAGE.columns)
    record.write_text(json.dumps(written))
    return events("usage", path="usage.csv").months()


def touch(path):
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))


def test_rows_that_are_staged_again_keep_their_name(staged_by_0_1_0, usage_file, events):
    usage_file.write_text(HEADER + "A,2026-01-31,f,1\nB,2026-02-01,f,7\n")
    touch(usage_file)
    found = events("usage", path="usage.csv").months()

    assert found[JANUARY] == staged_by_0_1_0[JANUARY]
    assert found[FEBRUARY] != staged_by_0_1_0[FEBRUARY]


def test_their_name_outlives_the_hash_of_polars(staged_by_0_1_0, usage_file, events, monkeypatch):
    touch(usage_file)
    events("usage", path="usage.csv").months()
    monkeypatch.setattr(first_recipe, "is_reproduced", lambda: False)
    touch(usage_file)

    assert events("usage", path="usage.csv").months() == staged_by_0_1_0


def test_where_polars_hashes_otherwise_rows_get_a_new_name(staged_by_0_1_0, usage_file, events, monkeypatch):
    monkeypatch.setattr(first_recipe, "is_reproduced", lambda: False)
    touch(usage_file)

    assert not set(events("usage", path="usage.csv").months().values()) & set(staged_by_0_1_0.values())
