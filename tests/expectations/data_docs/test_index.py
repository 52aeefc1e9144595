from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from expectations.data_docs import RunEntry, RunOfDocs, Tally, index_page
from tests.expectations.data_docs.documents import read

ONE = Tally(passed=1)


def entry(run_id: str, finished_at: datetime, tally: Tally | None = ONE) -> RunEntry:
    return RunEntry(RunOfDocs(run_id, "2026-10", "published", finished_at), tally)


NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_the_newest_run_comes_first_whatever_zone_its_time_is_in():
    hour = timedelta(hours=1)
    page = index_page(
        [
            entry("noon", NOON),
            entry("before", (NOON - hour).astimezone(timezone(5 * hour))),
            entry("after", (NOON + hour).replace(tzinfo=None)),
        ]
    )
    assert page.path == "index.html"
    assert read(page).links == ["after/index.html", "noon/index.html", "before/index.html"]
    assert "2026-11-01 11:00 UTC" in read(page).text


def test_runs_of_one_instant_have_one_order():
    runs = [entry(name, NOON) for name in ("a", "c", "b")]
    assert index_page(runs) == index_page(runs[::-1])


def test_a_line_says_how_many_checks_ended_how():
    text = read(index_page([entry("r", NOON, Tally(passed=1200, warned=3, failed=2))])).text
    assert "Failed 2026-10 r published 2026-11-01 12:00 UTC 2 3 1,200" in text


def test_a_run_without_checks_has_no_link():
    page = read(index_page([entry("r", NOON, None)]))
    assert "None 2026-10 r published 2026-11-01 12:00 UTC – – –" in page.text
    assert page.links == []


def test_before_the_first_run_the_index_says_so():
    assert "No run has checked anything yet." in read(index_page([])).text
