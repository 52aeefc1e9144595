from __future__ import annotations

import copy

import great_expectations.expectations as gxe
import pytest

from expectations.data_docs import run_pages
from tests.expectations.data_docs.conftest import RUN
from tests.expectations.data_docs.documents import read

FRAME = {"id": ["a", "b", "b"], "n": [1, 2, 300]}


@pytest.fixture(scope="session")
def page_of(mixed_pages):
    pages = {page.path: page for page in mixed_pages}
    return lambda name: read(pages[f"2026-10-ab12/{name}.html"])


def test_a_run_has_an_overview_and_a_page_for_each_table(mixed_pages):
    assert [page.path for page in mixed_pages] == [
        "2026-10-ab12/index.html",
        "2026-10-ab12/broken.html",
        "2026-10-ab12/empty.html",
        "2026-10-ab12/failing.html",
        "2026-10-ab12/passing.html",
        "2026-10-ab12/warning.html",
        "index.html",
    ]


def test_the_overview_lists_the_worst_first_with_counts(page_of):
    text = page_of("index").text
    lines = text[text.index("Outcome") :]
    assert lines.startswith(
        "Outcome Table Rows Checks Failed Warned "
        "Failed broken – 1 1 0 "
        "Failed failing 3 4 1 1 "
        "Warned warning 3 1 0 1 "
        "Passed empty – 0 0 0 "
        "Passed passing 3 1 0 0 Data Docs"
    )
    assert "Run 2026-10-ab12 · published · finished 2026-11-02 06:15 UTC" in text
    assert "2 failed 2 warned 3 passed" in text


def test_a_failed_check_is_shown_with_its_sentence_and_sample(page_of):
    page = page_of("failing")
    assert "1 failed 1 warned 2 passed" in page.text
    assert (
        "Failed values must be greater than or equal to 0.0 and less than or equal to 10.0. "
        "1 unexpected values found. ≈33.33% of 3 total rows. Unexpected Value Count 300 1"
    ) in page.text
    assert "2026-10 · 3 rows · run 2026-10-ab12 · finished 2026-11-02 06:15 UTC" in page.text


def test_the_worst_comes_first_in_a_page_and_in_a_section(page_of):
    page = page_of("failing")
    assert page.text_in("h2") + page.text_in("code") == ["The table as a whole", "n", "id"]
    assert page.text_in("a")[2:] == ["n", "id", "The table"]
    outcomes = [text for text in page.text_in("span") if text in {"Failed", "Warned", "Passed"}]
    assert outcomes == ["Failed", "Passed", "Warned", "Passed"]


def test_a_warning_does_not_look_like_a_failure(page_of):
    page = page_of("warning")
    assert (page.classes("warned"), page.classes("failed")) == (4, 0)
    assert "0 failed 1 warned 0 passed" in page.text


def test_what_passed_is_shown_too(page_of):
    page = page_of("passing")
    assert "Passed values must never be null. 100% not null" in page.text
    assert "Hide what passed" not in page.text


def test_a_check_that_could_not_be_made_is_an_error_whatever_its_severity(page_of):
    page = page_of("broken")
    assert "1 failed 0 warned 0 passed" in page.text
    assert 'Error: The column "gone" in BatchData does not exist.' in page.text
    assert page.text_in("span")[-3] == "Error"


def test_a_traceback_stays_but_folders_of_this_machine_do_not(page_of, mixed):
    assert "site-packages" in str(mixed["broken"].results[0].exception_info)
    page = page_of("broken")
    assert "Traceback (most recent call last)" in page.text
    assert 'File "execution_engine.py", line' in page.text
    assert "site-packages" not in page.text


def test_an_error_without_a_traceback_is_shown(mixed):
    broken = copy.deepcopy(mixed["broken"])
    error = {"raised_exception": True, "exception_message": "out of luck", "exception_traceback": None}
    broken.results[0].exception_info = error
    assert "out of luck" in read(run_pages(RUN, {"t": broken})[1]).text


def test_a_table_without_checks_has_a_page(page_of):
    assert "0 failed 0 warned 0 passed" in page_of("empty").text


def test_rendering_leaves_the_results_alone(validate):
    results = validate(FRAME, [gxe.ExpectColumnValuesToBeUnique(column="id"), gxe.ExpectColumnToExist(column="gone")])
    results.suite_name = "one.two.three.four"  # of such a name Great Expectations makes a data source, in place
    before = results.to_json_dict()
    run_pages(RUN, {"t": results})
    assert results.to_json_dict() == before


def test_the_same_data_makes_the_same_bytes(validate):
    checks = [
        gxe.ExpectColumnValuesToBeUnique(column="id"),
        gxe.ExpectColumnValuesToBeBetween(column="n", max_value=10),
        gxe.ExpectColumnMaxToBeBetween(column="gone", max_value=10),
    ]
    first, second = ({"b": validate(FRAME, checks), "a": validate(FRAME, checks[:1])} for _ in range(2))
    assert first["b"].meta != second["b"].meta
    again = dict(reversed(second.items()))
    assert run_pages(RUN, first) == run_pages(RUN, again)


def test_names_that_differ_only_in_case_or_signs_get_pages_of_their_own(mixed):
    names = ["usage", "Usage", "usage!", "index", "§"]
    paths = [page.path for page in run_pages(RUN, dict.fromkeys(names, mixed["passing"]))]
    assert set(paths) == {
        f"2026-10-ab12/{stem}.html" for stem in ("index", "index-2", "table", "usage", "usage-2", "usage-3")
    }
