"""`retier backfill`."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.request.cutoff import known_until
from tests.flows.projects import healthy_tables, run_months, write_csv, write_project
from transforms.errors import WrongUseError
from transforms.month import Month

MONTHS = ("--from", "2025-01", "--to", "2025-02")
BECAUSE = ("--reason", "an override that was entered late")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose January and February are published, and whose February has another override since."""
    folder = write_project(tmp_path_factory.mktemp("published"), healthy_tables())
    run_months(folder, [Month.parse("2025-01"), Month.parse("2025-02")])
    rows = healthy_tables()["overrides"]
    late = rows[0] | {"account_id": "a002", "tier": "high_touch", "start_date": "2025-02-01", "end_date": "2025-02-28"}
    write_csv(folder / "data" / "overrides.csv", [*rows, late])
    return folder


@pytest.fixture
def project(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published, tmp_path / "project")


def test_the_plan_says_which_months_and_why_and_what_is_read(run, published):
    told = run("backfill", "--project", published, *MONTHS, "--dry-run")

    assert told.exit_code == 0, told.output
    assert "2025-01   up to date" in told.stdout
    assert "2025-02   compute      input changed: overrides" in told.stdout
    assert "1 month of 2 to compute" in told.stdout
    assert "To read: no events" in told.stdout


def test_the_plan_as_json(run, published):
    told = json.loads(run("backfill", "--project", published, *MONTHS, "--dry-run", "--json").stdout)

    assert told == {
        "months": [
            {"month": "2025-01", "reasons": [], "follows": None},
            {"month": "2025-02", "reasons": ["input changed: overrides"], "follows": None},
        ],
        "cascade": [],
        "stale_before": [],
        "reads": [],
    }


def test_the_difference_is_shown_and_nothing_published(run, project):
    told = run("backfill", "--project", project, *MONTHS, "--diff")

    assert told.exit_code == 0, told.output
    assert "2025-02, as published and as it would become:" in told.stdout
    assert "a002" in told.stdout
    assert "score to override" in told.stdout
    assert "Nothing was published." in told.stdout
    assert json.loads(run("status", "--project", project, "--json").stdout)["months"][1]["revision"] == 1


def test_a_backfill_tells_what_became_of_each_month(run, project):
    told = run("backfill", "--project", project, *MONTHS, *BECAUSE)

    assert told.exit_code == 0, told.output
    assert "2025-02   published" in told.stdout
    assert "override" in told.stdout
    assert "Up to date already: 1 month" in told.stdout
    again = json.loads(run("backfill", "--project", project, *MONTHS, *BECAUSE, "--json").stdout)
    assert again == {"months": [], "up_to_date": ["2025-01", "2025-02"], "stale_months": [], "notifications": {}}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(MONTHS, "a backfill needs a reason", id="no-reason"),
        pytest.param((*MONTHS, "--reason", " "), "a backfill needs a reason", id="empty-reason"),
        pytest.param(("--from", "2025-03", "--to", "2025-02", *BECAUSE), "lies after --to", id="backwards"),
        pytest.param(("--from", "2025-13", *BECAUSE), "is not a month", id="no-month"),
        pytest.param(("--from", "2999-01", *BECAUSE), "has not ended yet", id="future"),
        pytest.param((*MONTHS, "--dry-run", "--diff"), "name one of them", id="plan-or-difference"),
        pytest.param((*MONTHS, *BECAUSE, "--known-at", "yesterday"), "is not a day", id="no-day"),
        pytest.param((*MONTHS, *BECAUSE, "--known-at", "2999-01-01"), "lies in the future", id="not-known-yet"),
        pytest.param(
            (*MONTHS, *BECAUSE, "--known-at", "2025-02-27"), "2025-02 had not ended on 2025-02-27", id="known-too-early"
        ),
        pytest.param(("--from", "2025-06", "--to", "2025-07", *BECAUSE), "would leave a gap", id="gap"),
        pytest.param((*MONTHS, "--dry-run", "--accept", "fleet_shift"), "needs a reason", id="accept-without-reason"),
    ],
)
def test_wrong_use_is_reported(run, published, words, told):
    result = run("backfill", "--project", published, *words)

    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        pytest.param(None, NOW, id="now"),
        pytest.param("2026-11-24", datetime(2026, 11, 24, 23, 59, 59, 999999, tzinfo=UTC), id="end-of-that-day"),
        pytest.param("2026-11-25", NOW, id="today-is-now"),
    ],
)
def test_a_day_is_known_until_its_end(text, until):
    assert known_until(text, NOW) == until


def test_a_day_in_the_future_is_refused():
    with pytest.raises(WrongUseError, match="future"):
        known_until("2026-11-26", NOW)
