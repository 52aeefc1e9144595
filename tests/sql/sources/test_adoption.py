"""What 0.1.0 staged is found, and rows that are as they were are called what they were called then."""

from __future__ import annotations

import errno
import gzip
import json
import os
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from sql import first_recipe
from sql.sources import contracts
from sql.sources.contracts import columns_of_0_1_0, contract_text, decisive_text, former_texts
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from sql.sources.units import RECORD
from transforms.contracts import SOURCES
from transforms.contracts.columns.kinds import text
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


def later(name="foo", came_with=2, *, contract=USAGE, is_required=False):
    """A contract with a column that 0.1.0 did not have."""
    added = Field(text(name, "Came later.").but(came_with=came_with), is_required)
    return replace(contract, fields=(*contract.fields, added))


@pytest.mark.parametrize("source", contracts._of_0_1_0())
def test_contracts_are_called_what_they_were_called_in_0_1_0(source):
    """But for columns that came later, which say so by ``came_with``."""
    table = SOURCES[source]
    texts = [contract_text(table), *(text for text, _ in former_texts(table))]

    assert texts[-1] == contracts._of_0_1_0()[source]["text"]
    assert columns_of_0_1_0(table) == contracts._of_0_1_0()[source]["columns"]


def test_a_contract_was_called_otherwise_before_each_of_its_later_columns():
    once = later("foo")
    twice = later("bar", came_with=3, contract=once)

    assert list(former_texts(USAGE)) == []
    assert list(former_texts(twice)) == [
        (contract_text(once), ["bar"]),
        (contract_text(USAGE), ["foo", "bar"]),
    ]


def test_without_a_required_column_a_contract_never_was():
    assert list(former_texts(later(is_required=True))) == []


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


ROWS = [("A", date(2026, 1, 31), "f", 1), ("B", date(2026, 2, 1), "f", 2), ("C", date(2026, 2, 1), "f", -3)]
"""The last one breaks a rule."""


def write_csv(project, frame):
    frame.write_csv(project / "usage.csv")


def write_packed_csv(project, frame):
    (project / "usage.csv.gz").write_bytes(gzip.compress(frame.write_csv().encode()))


def write_clean_parquet(project, frame):
    frame.filter(pl.col("events") > 0).write_parquet(project / "usage.parquet", row_group_size=1)


def write_parquet_with_errors(project, frame):
    frame.write_parquet(project / "usage.parquet")


def write_json_lines(project, frame):
    frame.write_ndjson(project / "usage.jsonl")


EVERY_FORMAT = [
    pytest.param(write_csv, id="csv"),
    pytest.param(write_packed_csv, id="csv-packed"),
    pytest.param(write_clean_parquet, id="parquet-read-in-place"),
    pytest.param(write_parquet_with_errors, id="parquet-staged"),
]


def usage_rows(**columns):
    frame = pl.DataFrame(ROWS, schema=["account_id", "date", "feature", "events"], orient="row")
    return frame.with_columns(**columns)


def open_by(contract, place):
    return Source(contract, SourceSpec(path="usage.*"), place)


def files_on_disk(place):
    """Every staged file by its number on the disk, so that one that was written anew is another."""
    return {path.stat().st_ino for path in place.staging.rglob("*.parquet")}


def everything(source):
    """The usable and refused rows of a source, without what identifies its file."""
    usable = pl.concat([source.usable(month) for month in (JANUARY, FEBRUARY)]).collect()
    located = pl.concat([source.located(month) for month in (JANUARY, FEBRUARY)]).collect()
    refused = source.refused(JANUARY, FEBRUARY).select(source.table.columns).collect()
    return usable, located.select(source.table.columns), refused


@pytest.mark.parametrize("write", EVERY_FORMAT)
def test_a_column_that_a_file_lacks_stages_nothing_anew(write, project, place):
    write(project, usage_rows())
    before = open_by(USAGE, place)
    content, staged = before.months(), files_on_disk(place)

    after = open_by(later(), place)

    assert after.months() == content
    assert files_on_disk(place) == staged
    assert after.configured == before.configured
    for now, then in zip(everything(after), everything(before), strict=True):
        assert now.equals(then.with_columns(foo=pl.lit(None, pl.String)))


@pytest.mark.parametrize("write", EVERY_FORMAT)
def test_what_was_adopted_is_found_by_the_next_run(write, project, place):
    write(project, usage_rows())
    content = open_by(USAGE, place).months()
    open_by(later(), place).months()
    records = {path: path.stat().st_mtime_ns for path in place.staging.rglob(RECORD)}

    assert open_by(later(), place).months() == content
    assert {path: path.stat().st_mtime_ns for path in place.staging.rglob(RECORD)} == records


@pytest.mark.parametrize("write", [*EVERY_FORMAT, pytest.param(write_json_lines, id="json-lines")])
def test_a_column_that_a_file_has_is_read(write, project, place):
    write(project, usage_rows(foo=pl.lit("bar")))
    content = open_by(USAGE, place).months()

    after = open_by(later(), place)

    assert not set(after.months().values()) & set(content.values())
    assert after.usable(JANUARY).collect()["foo"].to_list() == ["bar"]
    assert "usage.foo" in after.configured


def test_files_with_and_without_the_column_are_one_source(project, place):
    usage_rows().write_csv(project / "usage.1.csv")
    usage_rows(foo=pl.lit("bar")).write_csv(project / "usage.2.csv")
    open_by(USAGE, place).months()

    assert open_by(later(), place).usable(JANUARY).collect()["foo"].to_list() == [None, "bar"]


def test_json_lines_are_staged_anew_under_their_former_name(project, place):
    write_json_lines(project, usage_rows())
    content = open_by(USAGE, place).months()

    assert open_by(later(), place).months() == content


def test_files_are_copied_where_there_are_no_links(project, place, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    write_csv(project, usage_rows())
    content = open_by(USAGE, place).months()
    monkeypatch.setattr(os, "link", refuse)

    after = open_by(later(), place)
    assert after.months() == content
    assert after.usable(JANUARY).collect()["account_id"].to_list() == ["A"]
