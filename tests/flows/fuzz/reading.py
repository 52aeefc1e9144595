"""The laws of reading: every row of a mutated file is accepted or held back, once, and can be found where it stands."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import polars as pl

from flows.checks.quarantine import quarantine_of
from flows.inputs.opened import Opened, open_project
from flows.settings import Project
from sql.sources.source import Source
from tests.flows.fuzz.cases import Case
from tests.flows.fuzz.counting import Rows, month_of, rows_of
from transforms.contracts import SOURCES
from transforms.month import Month

Place = tuple[str, int]
"""A file and the number of a row in it."""

_FLOAT32 = 1e-6
"""How near a number is to what is written where a Parquet file holds it in 32 bits."""

_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")


@dataclass(frozen=True)
class Reading:
    """What came of reading a source for a month.

    Attributes:
        accepted: The accepted rows with where they stand.
        held: The rows held back, as :func:`expectations.bad_rows.quarantined_rows` returns them.
        read: How many rows were counted.
    """

    accepted: pl.DataFrame
    held: pl.DataFrame
    read: int


def read_source(project: Project, source: str, month: Month, *, is_first: bool) -> Reading:
    """Read one source of a project as a run of a month does."""
    opened = _narrowed(open_project(project, [month]), source)
    found = quarantine_of(opened, project, month, is_first=is_first)[source]
    one = opened.sources[source]
    months = one.months_up_to(month) if is_first else [month]
    accepted = pl.concat([_located(one, each) for each in months])
    assert accepted.height == sum(one.rows(each).collect().height for each in months)
    return Reading(accepted, found.rows.collect(), found.counts.rows_read)


def assert_nothing_is_lost(reading: Reading, case: Case, month: Month, *, is_first: bool) -> None:
    """Hold that the files' rows are those that were read, as other means read them."""
    files = {f"data/{case.source}/{name}": rows_of(name, content, case.source) for name, content in case.files.items()}
    unreadable = [name for name, rows in files.items() if rows is None]
    if unreadable and all(".jsonl" in name for name in unreadable):
        # DuckDB forgives slips in JSON that Python does not: a comma before a brace, null for an object.
        return
    assert not unreadable, f"{unreadable} was read, though it cannot be"
    known = {name: rows for name, rows in files.items() if rows is not None}
    accepted = list(reading.accepted.select("origin", "position").iter_rows())
    held = list(reading.held.select("origin", "position_in_origin").iter_rows())
    assert len({*accepted, *held}) == len(accepted) + len(held) == reading.read, "a row counts twice or not at all"
    sure, possible = _expected(known, case.source, month, is_first=is_first)
    missing, strange = sure - {*accepted, *held}, {*accepted, *held} - possible
    assert not missing, f"rows were lost: {sorted(missing)[:3]}"
    assert not strange, f"rows of nowhere: {sorted(strange)[:3]}"
    _assert_keys_stand_once(reading.accepted, case.source)
    assert_held_as_written(reading.held, known, case.source)
    _assert_accepted_as_written(reading.accepted, known, case.source)


def _narrowed(opened: Opened, source: str) -> Opened:
    return replace(opened, sources={source: opened.sources[source]})


def _located(source: Source, month: Month) -> pl.DataFrame:
    place = ["origin", "position"]
    held = source.held(month).lazy()
    located = source.located(month)
    return (located.join(held, on=place, how="anti") if held.collect().height else located).collect()


def _expected(files: Mapping[str, Rows], source: str, month: Month, *, is_first: bool) -> tuple[set[Place], set[Place]]:
    """Say which rows must be read for a month, and which may be."""
    every = {(name, number): row for name, rows in files.items() for number, row in enumerate(rows, start=1)}
    if SOURCES[source].event_time is None:
        return set(every), set(every)
    months = {place: month_of(row, source) for place, row in every.items()}
    is_wanted = {place: _is_wanted(one, month, is_first=is_first) for place, one in months.items()}
    wanted_files = {name for (name, _), wanted in is_wanted.items() if wanted}
    unclear_files = {name for (name, _), one in months.items() if one is None}
    undated_files = set(files) - {name for (name, _), one in months.items() if one}
    sure, possible = set(), set()
    for place, one in months.items():
        name = place[0]
        if is_wanted[place] or (one == "" and name in wanted_files):
            sure.add(place)
        elif one is None or (one == "" and (name in undated_files or name in unclear_files)):
            possible.add(place)
            sure |= {place} if one == "" and name not in unclear_files else set()
    return sure, sure | possible


def _is_wanted(month: str | None, wanted: Month, *, is_first: bool) -> bool:
    return bool(month) and (month == str(wanted) or (is_first and str(month) < str(wanted)))


def _assert_keys_stand_once(accepted: pl.DataFrame, source: str) -> None:
    """Hold that no two accepted rows of a month have one key; a later knowledge of it is another row."""
    table = SOURCES[source]
    month = [] if table.event_time is None else [pl.col(table.event_time).dt.strftime("%Y-%m").alias("_month")]
    keys = accepted.select(*table.key, "known_at", *month)
    assert keys.is_unique().all(), f"accepted twice: {keys.filter(keys.is_duplicated()).head(1).to_dicts()}"


def assert_held_as_written(held: pl.DataFrame, files: Mapping[str, Rows | None], source: str) -> None:
    """Hold that quarantined rows say what stands where they say they stand, all of it, and why they are held back."""
    assert held.select("origin", "position_in_origin").is_unique().all()
    for row in held.iter_rows(named=True):
        assert row["source"] == source
        assert row["broken_rules"], row
        written = (files[row["origin"]] or [])[row["position_in_origin"] - 1]
        as_read = json.loads(row["row_as_read"])
        wrong = {key: (got, written.get(key)) for key, got in as_read.items() if not is_same(got, written.get(key))}
        assert not wrong, f"{row['origin']} row {row['position_in_origin']} was read otherwise: {str(wrong)[:500]}"
        there = {key for key, cell in written.items() if cell is not None and key in SOURCES[source].columns}
        assert there <= set(as_read), f"{there} is not all in {row['row_as_read'][:300]}"


def is_same(got: str | None, written: str | None) -> bool:
    """Return whether two cells say the same: one reader may write nested JSON otherwise than another."""
    if got == written or (not got and not written):
        return True
    try:
        return bool(_texts(json.loads(str(got), parse_constant=str)) == _texts(json.loads(str(written))))
    except (ValueError, RecursionError):
        return False


def _texts(value: Any) -> Any:
    """Make texts of all numbers in a nested value, since one reader keeps them as they are written and one does not."""
    if isinstance(value, Mapping):
        return {key: _texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return value if isinstance(value, bool | None) else str(value)


def _assert_accepted_as_written(accepted: pl.DataFrame, files: Mapping[str, Rows], source: str) -> None:
    """Hold that no value was made out of nothing, and that texts and plain numbers are what stands there."""
    for row in accepted.iter_rows(named=True):
        written = files[row["origin"]][row["position"] - 1]
        for field in SOURCES[source].fields:
            got, cell = row[field.name], written.get(field.name)
            where = f"{row['origin']} row {row['position']}: {field.name} is {got!r}, where {str(cell)[:80]!r} stands"
            if got is None:
                assert not (cell or "").strip() or not cell, where
            else:
                assert cell is not None, where
                assert _is_meant(got, cell), where


def _is_meant(got: Any, cell: str) -> bool:
    if isinstance(got, str):
        # Of a floating-point column whole numbers are ids that met a null.
        return got in {cell, cell.strip(), cell.removesuffix(".0")} or is_same(got, cell)
    if isinstance(got, bool):
        return cell.strip().lower() in {"true", "t", "yes", "y", "1", "false", "f", "no", "n", "0", "1.0", "0.0"}
    if isinstance(got, int | float):
        return bool(_NUMBER.fullmatch(cell)) and math.isclose(float(cell), got, rel_tol=_FLOAT32)
    if isinstance(got, datetime | date):
        return f"{got.year:04}"[:2] in cell or cell.strip().isdigit()
    return False
