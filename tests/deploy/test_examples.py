"""Each example maps a data set that others made, and comes to the numbers that its README states."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from flows.preflight.project import check_project
from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import Project, default_policy_text, load_project
from flows.summary import RunSummary
from flows.warehouse import reading
from sql.render import render
from sql.state import features_of
from tests.conftest import ROOT
from tests.flows.options import options_of
from transforms.contracts.model import TIERS
from transforms.month import Month

EXAMPLES = ROOT / "deploy" / "examples"
SHARED = Path(os.environ.get("RETIER_SHARED") or ROOT.parent / "shared") / "data"
TEMPLATES = sorted(EXAMPLES.glob("*/queries/*.sql"))

CHANGED_IN_THE_POLICY = {
    "ravenstack": {
        "pillars.growth.revenue_expansion.score",
        "scoring.minimum_coverage_share",
    },
    "jordi-health": {
        "pillars.growth.usage_growth.weight",
        "pillars.growth.usage_growth.missing",
        "pillars.growth.adoption_pace",
        "scoring.neutral_points",
        "economics.entitled_hours_per_year.high_touch",
        "economics.entitled_hours_per_year.mid_touch",
        "economics.entitled_hours_per_year.low_touch",
        "movement.boundaries.mid_touch",
        "movement.boundaries.high_touch",
    },
    "saasguard-sim": {
        "pillars.growth.usage_growth.weight",
        "pillars.growth.usage_growth.missing",
        "pillars.growth.adoption_pace",
        "scoring.neutral_points",
        "movement.boundaries.mid_touch",
        "movement.boundaries.high_touch",
    },
    "vendors": set(),
}
DATA = {"vendors": "fivetran"}
"""The folder of an example's data where it has another name."""

# Most customers were there on the last day of the data: that recencies are equal is a fact, and is told.
_EQUAL = "different scores for interaction_recency_days"
EXPECTED_WARNING = dict.fromkeys(CHANGED_IN_THE_POLICY, re.compile(_EQUAL)) | {
    # Nine accounts, and few rows of other years.
    "vendors": re.compile("different scores for |(invoices|touchpoints) (is|would count as) stale"),
}

each_example = pytest.mark.parametrize("name", CHANGED_IN_THE_POLICY)


@each_example
def test_the_three_months_to_try_give_the_numbers_of_the_readme(name: str, tmp_path: Path) -> None:
    folder = copied_with_data(name, tmp_path)
    expected = three_months_to_try(name)
    months = [Month.parse(row[0]) for row in expected]
    project = load_project(folder, {})

    report = check_project(project, months[-1], known_until=months[-1].end_time, progress=Silent())
    assert [one for one in report.all_problems if not EXPECTED_WARNING[name].search(one.message)] == []

    ran = [run_month(project, options_of(one, is_notifying=True), Silent()) for one in months]
    assert [row_of(summary) for summary in ran] == expected
    warnings = [warning for summary in ran for warning in summary.warnings]
    assert [warning for warning in warnings if not EXPECTED_WARNING[name].search(warning)] == []
    if name == "vendors":
        assert_worked_out_by_hand(project, months[-1])


@each_example
def test_the_project_loads_without_its_data(name: str) -> None:
    project = load_project(EXAMPLES / name, {})
    assert project.settings.sources.keys() >= {"accounts", "usage", "subscriptions"}


@each_example
def test_nothing_is_mapped_that_no_row_may_come_for(name: str) -> None:
    never_recorded = {"products", "strategic_grants", "overrides", "team"}
    sources = load_project(EXAMPLES / name, {}).settings.sources
    assert not sources.keys() & never_recorded
    assert ("touchpoints" in sources) == (name == "vendors")
    assert "csat" not in {column for spec in sources.values() for column in spec.constants}


@each_example
def test_the_policy_is_the_default_one_but_for_what_is_said(name: str) -> None:
    text = (EXAMPLES / name / "policy.yaml").read_text(encoding="utf-8")
    own, default = (dict(numbers_of(yaml.safe_load(one))) for one in (text, default_policy_text()))
    differing = {place for place in own.keys() | default.keys() if own.get(place) != default.get(place)}
    assert {place for place in differing if place.rpartition(".")[0] not in differing} == CHANGED_IN_THE_POLICY[name]


@pytest.mark.parametrize("path", TEMPLATES, ids=[f"{path.parent.parent.name}-{path.stem}" for path in TEMPLATES])
def test_the_template_renders_to_one_query(path: Path) -> None:
    statement = render(path.read_text(encoding="utf-8"), {}, path.name)
    assert [each.type.name for each in duckdb.extract_statements(statement.for_duckdb())] == ["SELECT"]


def test_every_example_is_tested() -> None:
    assert {path.parent.name for path in EXAMPLES.glob("*/retier.yaml")} == CHANGED_IN_THE_POLICY.keys()


def assert_worked_out_by_hand(project: Project, month: Month) -> None:
    """Hold what the templates for Stripe and Zendesk make of a few rows against sums done on paper."""
    with reading(project) as connection:
        assert connection is not None
        features = features_of(connection, month).select("account_id", "arr", "tickets_per_month")
    got = {row["account_id"]: row for row in features.iter_rows(named=True)}
    assert {account: row["arr"] for account, row in got.items()} == pytest.approx(
        {
            "858780924": 1 * 1_500.00 / 6 * 12,
            "860870157": 3 * 1_800.00 / 6 * 0.80 * 12,  # a fifth off for ever
            "1755751861": 2 * 2_640.30 / 3 * 12,
            "1771990873": 450.00 * 12,
            "1875804727": 2 * 200.00 * 12,  # 15.00 a month off, until May
            "2165366027": 500.00 * 12,  # a trial until 15 June
            "2172830982": 2 * 400.00 * 12,
            "2182162682": 150.00 * 12,  # ends on 10 July
            "2308842161": (2 * 890.00 + 2 * 12_000.00 / 12 * 1.13) * 12,  # the second one in euro
        }
    )
    # Of April to June: one in April, two in May. The other tickets are older, later or deleted.
    assert {account: row["tickets_per_month"] for account, row in got.items() if row["tickets_per_month"]} == {
        "2308842161": 1.0
    }


def copied_with_data(name: str, folder: Path) -> Path:
    """Copy an example, and put its data where its README says; skip where there is none."""
    data = SHARED / DATA.get(name, name)
    if not data.is_dir():
        pytest.skip(f"no data in {data}")
    project = folder / name
    shutil.copytree(EXAMPLES / name, project, ignore=shutil.ignore_patterns("data", "facts", "out", "*.duckdb*"))
    shutil.copytree(data, project / "data")
    return project


def three_months_to_try(name: str) -> list[tuple[str, ...]]:
    """Read the first five columns of the README's table: month, accounts, high, mid and low touch."""
    text = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Three months to try\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d{4}-\d\d) \| ([\d,]+) \| (\d+) \| (\d+) \| (\d+) \|", section, re.MULTILINE)
    assert len(rows) == 3, f"{name}: the README has {len(rows)} months to try"
    return rows


def row_of(summary: RunSummary) -> tuple[str, ...]:
    tiers = (str(summary.tiers[tier]) for tier in reversed(TIERS))
    return (str(summary.month), f"{summary.accounts:,}", *tiers)


def numbers_of(section: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Return every place of a policy and what stands there, reasons and names of versions left out."""
    for key, value in section.items():
        place = f"{above}{key}"
        if place in {"version", "reason"} or key == "reason":
            continue
        if isinstance(value, dict) and set(value) == {"value", "reason"}:
            yield place, value["value"]
        elif isinstance(value, dict) and "kind" not in value:
            yield place, "a section"
            yield from numbers_of(value, f"{place}.")
        else:
            yield place, value
