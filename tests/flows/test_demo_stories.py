"""The demo from its files to its published tiers: the stories are where they are told to be, the mix is believable."""

from datetime import UTC, datetime

import duckdb
import pytest

from flows.demo_project import make_demo_project
from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import load_project
from transforms.sample import MONTHS, STORIES

WARMED_UP = "2025-06"


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> dict[str, dict[str, str]]:
    """Tiers by month and account."""
    folder = tmp_path_factory.mktemp("demo")
    months = make_demo_project(folder, Silent())
    project = load_project(folder, {})
    for month in months:
        run_month(project, month, known_until=datetime(2026, 11, 20, tzinfo=UTC), progress=Silent(), command="test")
    with duckdb.connect(str(folder / "retier.duckdb"), read_only=True) as warehouse:
        rows = warehouse.sql(
            "select strftime(month, '%Y-%m'), account_id, tier from retier.retier.account_tiers"
        ).fetchall()
    tiers: dict[str, dict[str, str]] = {str(month): {} for month in MONTHS}
    for month, account_id, tier in rows:
        tiers[month][account_id] = tier
    return tiers


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.account_id)
def test_story_is_in_the_tiers_that_it_tells_of(published, story):
    assert {month: published[month].get(story.account_id) for month in story.expected} == story.expected


@pytest.mark.parametrize("month", [str(month) for month in MONTHS if str(month) >= WARMED_UP])
def test_tiers_are_mixed_as_they_should_be(published, month):
    tiers = list(published[month].values())
    assert 0.03 <= tiers.count("high_touch") / len(tiers) <= 0.12
    assert 0.15 <= tiers.count("mid_touch") / len(tiers) <= 0.35
