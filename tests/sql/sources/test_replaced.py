"""A file that is read in place and replaced meanwhile is an error in one sentence, whatever Polars makes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sql.sources.replaced import refuse_replaced, translate_replaced
from tests.sql.sources.test_parquet import DAYS, FEBRUARY, JANUARY, is_staged, usage
from transforms.errors import BusyError, DataQualityError, RetierError, WrongUseError

SENTENCE = r"^usage: usage\.parquet changed while it was read: run this again when it is complete$"


@pytest.fixture
def opened(events, project):
    """A source whose file is read in place, as it is before its rows are read."""
    usage(DAYS[:2]).write_parquet(project / "usage.parquet")
    source = events("usage", path="usage.parquet")
    assert list(source.months()) == [JANUARY]
    assert not is_staged(project)
    return source


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def write_other_columns(path: Path) -> None:
    usage(DAYS[:2]).rename({"events": "clicks"}).write_parquet(path)


def write_other_types(path: Path) -> None:
    usage(DAYS[:2], events=pl.lit("many")).write_parquet(path)


UNREADABLE = [
    pytest.param(cut, id="not-complete-yet"),
    pytest.param(write_other_columns, id="other-columns"),
    pytest.param(Path.unlink, id="removed"),
]


@pytest.mark.parametrize("replace", UNREADABLE)
def test_rows_that_can_no_longer_be_read_are_an_error_of_the_file(opened, project, replace):
    rows = opened.usable(JANUARY)
    replace(project / "usage.parquet")

    with pytest.raises(RetierError, match=SENTENCE), translate_replaced(lambda: [opened]):
        rows.collect(engine="streaming")


@pytest.mark.parametrize("replace", [*UNREADABLE, pytest.param(write_other_types, id="other-types")])
def test_a_file_that_was_replaced_before_its_rows_are_asked_for(opened, project, replace):
    replace(project / "usage.parquet")

    with pytest.raises(RetierError, match=SENTENCE), translate_replaced(lambda: [opened]):
        opened.usable(JANUARY).collect(engine="streaming")


def test_the_file_is_compared_with_what_it_was_when_a_former_run_looked_at_it(opened, events, project):
    again = events("usage", path="usage.parquet")
    again.months()
    cut(project / "usage.parquet")

    with pytest.raises(RetierError, match=SENTENCE), translate_replaced(lambda: [again]):
        again.usable(JANUARY).collect()


@pytest.mark.parametrize("error", [DataQualityError("stopped"), BusyError("busy"), WrongUseError("wrong")])
def test_errors_that_no_file_can_cause_stay_as_they_are(opened, project, error):
    cut(project / "usage.parquet")

    with pytest.raises(type(error), match=f"^{error}$"), translate_replaced(lambda: [opened]):
        raise error


def test_other_errors_stay_as_they_are(opened):
    with pytest.raises(pl.exceptions.ColumnNotFoundError), translate_replaced(lambda: [opened]):
        opened.usable(JANUARY).select("no_such_column").collect()


def write_other_rows(path: Path) -> None:
    usage([date(2026, 1, 5)] * 2).write_parquet(path)


@pytest.mark.parametrize("replace", [write_other_rows, write_other_types])
def test_rows_of_another_file_that_can_be_read_are_refused(opened, project, replace):
    refuse_replaced([opened], JANUARY)
    replace(project / "usage.parquet")

    with pytest.raises(RetierError, match=SENTENCE):
        refuse_replaced([opened], JANUARY)


@pytest.mark.parametrize(("month", "is_refused"), [(JANUARY, False), (FEBRUARY, True)])
def test_a_file_of_later_months_may_grow(events, project, month, is_refused):
    usage(DAYS[:1]).write_parquet(project / "1.parquet")
    usage(DAYS[2:3]).write_parquet(project / "2.parquet")
    source = events("usage", path="*.parquet")
    source.months()
    usage(DAYS[2:4]).write_parquet(project / "2.parquet")

    assert source.changed_files(month) == ["2.parquet"] * is_refused
    assert source.changed_files() == ["2.parquet"]


def test_a_table_that_is_read_in_place_counts_in_every_month(table, project):
    accounts = pl.DataFrame({"account_id": ["A"], "name": ["x"], "created_date": [DAYS[0]]})
    accounts.write_parquet(project / "accounts.parquet")
    source = table("accounts", path="accounts.parquet")
    assert source.rows_read() == 1
    accounts.with_columns(name=pl.lit("another")).write_parquet(project / "accounts.parquet")

    assert source.changed_files(JANUARY) == ["accounts.parquet"]


def test_what_is_staged_stays_as_it_was_read(events, project):
    usage(DAYS[:2]).write_csv(project / "usage.csv")
    source = events("usage", path="usage.csv")
    source.months()
    (project / "usage.csv").unlink()

    assert source.changed_files() == []
    assert source.usable(JANUARY).collect().height == 2
