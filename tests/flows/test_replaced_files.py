"""A file that is replaced during a run stops it in one sentence, and nothing is published."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from flows.backfill.backfill import backfill
from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from flows.stages import Stage, Stages
from flows.transactions import read_in_transaction
from flows.writing import writing
from sql.state import last_run_by_month
from tests.flows.options import options_of
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, write_project
from transforms.errors import RetierError

SENTENCE = r"^usage: data/usage\.parquet changed while it was read: run this again when it is complete$"

Replace = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose usage is a Parquet file that is read in place."""
    write_project(tmp_path, healthy_tables())
    settings = tmp_path / "retier.yaml"
    settings.write_text(settings.read_text().replace("usage.csv", "usage.parquet"))
    usage = pl.read_csv(tmp_path / "data" / "usage.csv", try_parse_dates=True).sort("date")
    usage.write_parquet(tmp_path / "data" / "usage.parquet", row_group_size=20)
    return tmp_path


def begin_to_write(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def double_rows(path: Path) -> None:
    pl.concat([pl.read_parquet(path)] * 2).sort("date").write_parquet(path)


def replaced_after(stage: Stage, replace: Replace, path: Path) -> type[Stages]:
    """Stages after one of which a file is replaced."""

    class Replacing(Stages):
        def do(self, done, work):
            result = super().do(done, work)
            if done is stage:
                replace(path)
            return result

    return Replacing


def published(folder: Path) -> list[object]:
    found = read_in_transaction(load_project(folder, {}), last_run_by_month)
    return [] if found is None else found["month"].to_list()


@pytest.mark.parametrize("replace", [begin_to_write, double_rows, os.unlink])
@pytest.mark.parametrize("stage", [Stage.sources, Stage.judged_sources])
def test_a_month_is_not_made_from_two_versions_of_a_file(folder, stage, replace):
    stages = replaced_after(stage, replace, folder / "data" / "usage.parquet")

    with pytest.raises(RetierError, match=SENTENCE):
        run_month(load_project(folder, {}), options_of(JANUARY), Silent(), stages_of=stages)
    assert published(folder) == []


def test_months_before_it_was_replaced_stay_published(folder):
    path = folder / "data" / "usage.parquet"
    project, options = load_project(folder, {}), options_of(JANUARY, MARCH, reason="because")

    with writing(project, "test", wait_seconds=0) as writer, pytest.raises(RetierError, match=SENTENCE):
        backfill(project, options, Silent(), writer, on_month=lambda _: begin_to_write(path))
    assert published(folder) == [JANUARY.first_day]
    assert FEBRUARY.first_day not in published(folder)
