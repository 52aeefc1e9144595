"""`retier run` and `retier demo`, on a small demo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.clock import last_complete_month, now
from flows.demo_project import make_demo_project
from flows.progress import Silent

FEW = "20"


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "demo"
    make_demo_project(folder, Silent(), int(FEW))
    return folder


def test_a_month_is_published_and_reported_then_found_unchanged(run, demo):
    first = run("run", "--project", demo, "--month", "2024-11", "--json")
    again = run("run", "--project", demo, "--month", "2024-11")

    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert (told["month"], told["status"], told["revision"]) == ("2024-11", "published", 1)
    assert list(told["tiers"]) == ["high_touch", "mid_touch", "low_touch"]
    assert sum(told["tiers"].values()) == told["accounts"] == told["movements"]["initial"]
    assert again.stdout.startswith("2024-11 unchanged, nothing to publish: revision 1")
    assert "Next: retier explain ACCOUNT --month 2024-11" in again.stdout
    assert "\x1b" not in again.output


def test_a_gap_is_refused_with_what_to_run_first(run, demo):
    run("run", "--project", demo, "--month", "2024-11")

    result = run("run", "--project", demo, "--month", "2025-06")

    assert result.exit_code == 1
    assert "2024-12" in result.stderr


@pytest.mark.parametrize("ahead", [1, 2, 100])
def test_a_month_that_has_not_ended_is_refused(run, demo, ahead):
    month = last_complete_month(now()) + ahead
    result = run("run", "--project", demo, "--month", month)

    assert result.exit_code == 2
    assert f"retier: {month} has not ended yet" in result.stderr


def test_check_counts_with_what_is_published(run, demo):
    run("run", "--project", demo, "--month", "2024-11")

    result = run("check", "--project", demo, "--month", "2024-11", "--json")

    affordability = json.loads(result.stdout)["affordability"]
    assert not affordability["from_contracts_alone"]
    assert affordability["tiers"]["low_touch"] == affordability["accounts"]
    assert 0 < affordability["tiers"]["high_touch"] <= affordability["tiers"]["mid_touch"] < affordability["accounts"]


def test_the_demo_never_touches_another_project(run, tmp_path):
    (tmp_path / "retier.yaml").write_text("mine")

    result = run("demo", "--project", tmp_path, "--accounts", FEW)

    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["retier.yaml"]
