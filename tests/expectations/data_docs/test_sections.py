"""Sections that are remembered look as if they were rendered anew."""

from __future__ import annotations

import copy

import great_expectations.expectations as gxe
import polars as pl
import pytest

from expectations.data_docs import run_pages
from expectations.data_docs.sections import _remembered, sections_of
from expectations.polars_engine.prepared import PreparedSuite
from tests.expectations.data_docs.conftest import RUN
from tests.expectations.polars_engine.harness import definition


def checks(maximum=10, mostly=1.0, **options):
    return [
        gxe.ExpectColumnToExist(column="n"),
        gxe.ExpectColumnValuesToNotBeNull(column="n", mostly=mostly, **options),
        gxe.ExpectColumnValuesToBeBetween(column="n", min_value=0, max_value=maximum, **options),
        gxe.ExpectColumnMaxToBeBetween(column="n", max_value=maximum),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["id", "n"]),
        gxe.ExpectTableRowCountToBeBetween(min_value=1, max_value=1000),
    ]


def in_set(value_set, **options):
    return gxe.ExpectColumnValuesToBeInSet(column="n", value_set=value_set, **options)


def validate(values, suite):
    """Results of batches of one name, as in all months."""
    frame = pl.DataFrame({"id": [str(number) for number in range(len(values))], "n": values})
    return PreparedSuite("suite", suite).validate(WHOLE.get_batch({"dataframe": frame}))


WHOLE = definition()
MONTHS = {
    "small": ([1, 2], checks()),
    "large": ([2, 3, 4, 5, 6, 7, 8], checks()),
    "with_another_maximum": ([1, 2, 3], checks()),
    "with_missing_values": ([1, 2, None], checks(mostly=0.5)),
    "with_other_missing_values": ([None, None, 2], checks(mostly=0.2)),
    "with_bad_values": ([1, 99], checks()),
    "with_bad_values_that_are_let_pass": ([1, 99], [in_set([1], mostly=0.5)]),
    "with_values_in_a_set": ([1, 2], [in_set([1, 2])]),
    "with_values_in_the_same_set_of_floats": ([1, 2], [in_set([1.0, 2.0])]),
    "with_other_limits": ([1, 2], checks(11)),
    "of_another_severity": ([1, 2], checks(severity="info")),
    "with_notes": ([1, 2], checks(notes="why")),
    "with_a_sentence": ([1, 2], checks(description="as usual")),
    "with_another_sentence": ([1, 2], checks(description="as ever")),
}


@pytest.fixture(scope="module")
def validations():
    return {name: validate(values, suite) for name, (values, suite) in MONTHS.items()}


def pages(validation):
    return [page.content for page in run_pages(RUN, {"table": validation})]


def test_pages_of_remembered_sections_are_those_of_sections_rendered_anew(validations):
    anew = {}
    for name, validation in validations.items():
        _remembered.cache_clear()
        anew[name] = pages(validation)
    _remembered.cache_clear()
    for _ in range(2):
        for name, validation in validations.items():
            assert pages(validation) == anew[name], name
    assert _remembered.cache_info().hits


def test_a_section_is_rendered_once_for_all_numbers_of_rows():
    suite = [gxe.ExpectColumnValuesToBeBetween(column="n", min_value=0)]
    _remembered.cache_clear()
    for rows in (2, 3, 4):
        pages(validate(list(range(rows)), suite))
    assert (_remembered.cache_info().misses, _remembered.cache_info().hits) == (1, 2)


def test_sections_in_which_something_was_found_are_not_kept(validations):
    _remembered.cache_clear()
    found = {section.column: section for section in sections_of(validations["with_bad_values"])}
    assert found["n"].tally.failed == 2
    assert _remembered.cache_info().currsize == 1
    assert [section.tally.passed for section in sections_of(validations["with_bad_values_that_are_let_pass"])] == [1]
    assert _remembered.cache_info().currsize == 1


def test_what_cannot_be_written_down_is_rendered_each_time(validations):
    validation = copy.deepcopy(validations["small"])
    for result in validation.results:
        result.meta = {"known": lambda: None}
    _remembered.cache_clear()
    assert pages(validation) == pages(validations["small"])
    assert _remembered.cache_info().misses == 2
