from __future__ import annotations

import pytest

from expectations.data_docs import run_pages
from tests.expectations.data_docs.conftest import HOSTILE, RUN
from tests.expectations.data_docs.documents import read

WRITTEN_BY_US = {
    *("html", "head", "meta", "link", "title", "style", "body", "header", "nav", "main", "footer", "section"),
    *("h1", "h2", "p", "a", "ul", "li", "b", "label", "input", "details", "summary", "div", "span", "strong", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "br"),
}


def test_no_element_comes_from_data(hostile_pages):
    for page in hostile_pages:
        assert read(page).tags <= WRITTEN_BY_US, page.path


def test_no_attribute_comes_from_data(hostile_pages):
    names = {name for page in hostile_pages for _, attributes in read(page).elements for name in attributes}
    assert names <= {
        *("lang", "charset", "name", "content", "http-equiv", "rel", "href", "class", "id", "scope", "data-label"),
        *("type", "aria-label", "aria-current"),
    }


@pytest.fixture(scope="session")
def table_page(hostile_pages):
    return read(hostile_pages[1])


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("tag", ["h2", "a", "td", "span"])
def test_columns_samples_and_parameters_stand_as_they_are(text, tag, hostile_pages, table_page):
    shown = {
        "h2": table_page.text_in("code"),  # a section's heading is the column's name
        "a": table_page.text_in("a"),  # so is its entry in the navigation
        "td": table_page.text_in("td"),  # the sample of unexpected values
        "span": table_page.text_in("span"),  # the parameters of a sentence
    }
    assert text in shown[tag]


@pytest.mark.parametrize("text", HOSTILE)
def test_descriptions_errors_and_observed_values_stand_as_they_are(text, table_page):
    assert " ".join(HOSTILE) in table_page.text
    assert f'The column "gone {text}" in BatchData does not exist.' in table_page.text
    assert any(shown.startswith("[") and repr(text)[1:-1] in shown for shown in table_page.text_in("td"))


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_tables_and_runs_stand_as_they_are(text, hostile_pages):
    overview, index = read(hostile_pages[0]), read(hostile_pages[-1])
    assert text in overview.text_in("a")
    assert " ".join(HOSTILE) in overview.text
    assert " ".join(HOSTILE) in index.text


def test_templates_are_not_evaluated(hostile_pages):
    assert all("49" not in read(page).text for page in hostile_pages)


def test_hostile_names_get_file_names_of_their_own(hostile_pages):
    paths = [page.path for page in hostile_pages]
    assert len(paths) == len({path.casefold() for path in paths})
    assert all(set(path) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_./") for path in paths)
    assert all(".." not in path and not path.startswith("/") for path in paths)


@pytest.mark.parametrize("run_id", ["", "..", ".hidden", "a/b", "a\\b", "a b", "a\n", "<b>"])
def test_a_run_id_that_cannot_name_a_folder_is_refused(run_id, mixed):
    run = type(RUN)(run_id, RUN.month, RUN.status, RUN.finished_at)
    with pytest.raises(ValueError, match="cannot name a folder of Data Docs: use letters"):
        run_pages(run, mixed)
