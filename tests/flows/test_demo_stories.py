"""The demo from its files to its published tiers: the stories are where they should be, the mix is believable."""

import json
import re
from html import unescape

import duckdb
import pytest

from tests.flows.command_line import retier
from transforms.sample import MONTHS, STORIES

WARMED_UP = "2025-06"


@pytest.fixture(scope="module")
def demo(demo_project):
    """The folder of the demo, made by the command."""
    return demo_project.folder


@pytest.fixture(scope="module")
def published(demo) -> dict[str, dict[str, str]]:
    """Tiers by month and account."""
    with duckdb.connect(str(demo / "retier.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select strftime(month, '%Y-%m'), account_id, tier from retier.retier.account_tiers"
        ).fetchall()
    tiers: dict[str, dict[str, str]] = {str(month): {} for month in MONTHS}
    for month, account_id, tier in rows:
        tiers[month][account_id] = tier
    return tiers


def test_the_command_says_what_it_made_and_what_comes_next(demo_project):
    assert demo_project.stderr == ""
    assert demo_project.stdout.startswith("2026-10 published: revision 1")
    assert "retier explain story-riser --project demo" in demo_project.stdout


def test_all_months_are_published_and_none_is_stale(demo):
    status = json.loads(retier("status", "--project", demo, "--json").stdout)

    assert [month["month"] for month in status["months"]] == [str(month) for month in MONTHS]
    assert status["stale_months"] == []
    assert "Riser Robotics" in retier("explain", "story-riser", "--project", demo).stdout


def test_every_query_that_the_report_names_returns_rows(demo):
    page = (demo / "out" / f"report-{MONTHS[-1]}.html").read_text(encoding="utf-8")
    queries = [unescape(text) for text in re.findall(r"<code>(select .+?)</code>", page)]
    assert len(queries) >= 3
    with duckdb.connect(str(demo / "retier.duckdb"), read_only=True) as warehouse:
        warehouse.execute("use retier.retier")
        for query in queries:
            assert warehouse.execute(query).fetchall(), query


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.account_id)
def test_story_is_in_the_tiers_that_it_tells_of(published, story):
    assert {month: published[month].get(story.account_id) for month in story.expected} == story.expected


@pytest.mark.parametrize("month", [str(month) for month in MONTHS if str(month) >= WARMED_UP])
def test_tiers_are_mixed_as_they_should_be(published, month):
    tiers = list(published[month].values())
    assert 0.03 <= tiers.count("high_touch") / len(tiers) <= 0.12
    assert 0.15 <= tiers.count("mid_touch") / len(tiers) <= 0.35
