"""A prepared suite says of every frame what Great Expectations says of it from the start."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest

from expectations.polars_engine import ExpectColumnValuesToBeInReference, ExpectTableColumnTypesToMatch
from expectations.polars_engine.batch_data import DistinctValues, References
from expectations.polars_engine.prepared import PreparedSuite, validate_together
from expectations.polars_engine.remembering import configurations_remembered
from tests.expectations.polars_engine.catalogue import CORNERS, FORMS, OPTIONS, with_options
from tests.expectations.polars_engine.harness import definition

WHOLE = definition()
CHECKS = [
    gxe.ExpectColumnValuesToNotBeNull(column="a", severity="warning", meta={"check": "a"}, notes="why"),
    gxe.ExpectColumnValuesToBeBetween(column="a", min_value=2, mostly=0.5, description="at least two"),
    gxe.ExpectColumnValuesToBeInSet(column="b", value_set=["x", "y", 3], severity="info"),
    gxe.ExpectCompoundColumnsToBeUnique(column_list=["a", "b"], ignore_row_if="never"),
    ExpectTableColumnTypesToMatch(column_types={"a": "Int64", "b": "String"}),
    ExpectColumnValuesToBeInReference(column="b", reference="known.b"),
]
FRAMES = {
    "good": {"a": [2, 3], "b": ["x", "y"]},
    "bad": {"a": [1, 1, None, 2], "b": ["z", "z", "x", None]},
    "empty": {"a": [], "b": []},
    "more": {"a": [2, 3, 4], "b": ["x", "y", "x"]},
    # Of several metrics that cannot be computed, Great Expectations blames now one, now another: here it is one.
    "of_other_types": {"a": [2.5, None], "b": [3, 4]},
    "without_a_column": {"a": [1, 2]},
}


def batch_of(frame, whole=WHOLE):
    return whole.get_batch({"dataframe": frame, "references": {"known.b": pl.Series(["x"])}})


def told(result):
    """Everything a result tells, in its order, but for the lines at which an error was raised."""
    said = result.to_json_dict()
    for each in said["results"]:
        for information in [each["exception_info"], *each["exception_info"].values()]:
            if isinstance(information, dict):
                information.pop("exception_traceback", None)
    return said


def from_the_start(batch, checks):
    return told(batch.validate(gx.ExpectationSuite(name="suite", expectations=list(checks)), result_format="SUMMARY"))


def test_frames_one_after_the_other_get_their_own_results():
    suite = PreparedSuite("suite", CHECKS)
    for name in [*FRAMES, *reversed(FRAMES)]:
        batch = batch_of(pl.DataFrame(FRAMES[name]))
        assert told(suite.validate(batch)) == from_the_start(batch, CHECKS), name


@pytest.mark.parametrize("option", ["plain", "or_mostly"])
def test_every_supported_expectation_is_reported_alike(option):
    checks = [with_options(form, OPTIONS[option]) for forms in FORMS.values() for form in forms]
    suite = PreparedSuite("suite", checks)
    for corner in ("empty", "half_null", "all_bad"):
        batch = batch_of(CORNERS[corner].lazy())
        with configurations_remembered():  # it takes a third of the time, and changes nothing: see test_remembering
            expected = from_the_start(batch, checks)
        assert told(suite.validate(batch)) == expected


def test_frames_validated_together_get_their_own_results():
    suite, unsupported = (
        PreparedSuite("suite", CHECKS),
        gxe.ExpectColumnMostCommonValueToBeInSet(column="b", value_set=[1]),
    )
    batches = {name: batch_of(pl.DataFrame(rows)) for name, rows in FRAMES.items()}
    other = [*CHECKS, unsupported]
    pairs = [*((suite, batch) for batch in batches.values()), (PreparedSuite("suite", other), batches["bad"])]
    *found, refused = validate_together(pairs)
    for (name, batch), result in zip(batches.items(), found, strict=True):
        assert told(result) == from_the_start(batch, CHECKS), name
    assert told(refused) == from_the_start(batches["bad"], other)


def test_frames_validated_together_are_read_in_two_collections(monkeypatch):
    collections, alone = [], []
    collect_all, collect = pl.collect_all, pl.LazyFrame.collect
    monkeypatch.setattr(
        pl,
        "collect_all",
        lambda queries, **options: collections.append(len(queries)) or collect_all(queries, **options),
    )
    monkeypatch.setattr(
        pl.LazyFrame, "collect", lambda query, **options: alone.append(query) or collect(query, **options)
    )
    frame = pl.LazyFrame(FRAMES["good"])
    suites = [PreparedSuite("suite", CHECKS[:4]) for _ in range(5)]
    results = validate_together([(suite, batch_of(frame)) for suite in suites])
    assert all(result.success for result in results)
    assert (collections, alone) == ([5, 5], [])


def test_an_expression_is_remembered_for_frames_of_one_schema_only():
    suite = PreparedSuite("suite", [gxe.ExpectColumnValuesToBeInSet(column="a", value_set=[1])])
    frames = [{"a": [1]}, {"a": ["1"]}, {"a": [1.0, float("nan")]}, {"a": [1, 2]}, {"a": ["x"]}]
    found = [suite.validate(batch_of(pl.DataFrame(frame))).success for frame in frames]
    assert found == [from_the_start(batch_of(pl.DataFrame(frame)), suite._expectations)["success"] for frame in frames]


def test_references_are_those_of_each_batch():
    suite = PreparedSuite("suite", [ExpectColumnValuesToBeInReference(column="b", reference="known.b")])
    rows = pl.DataFrame({"b": ["x"]})
    found = [
        suite.validate(WHOLE.get_batch({"dataframe": rows, "references": {"known.b": pl.Series([value])}})).success
        for value in ("x", "y", "x")
    ]
    assert found == [True, False, True]


def test_an_expectation_that_is_not_supported_is_reported_alike():
    checks = [*CHECKS, gxe.ExpectColumnMostCommonValueToBeInSet(column="b", value_set=["x"])]
    suite, batch = PreparedSuite("suite", checks), batch_of(pl.DataFrame(FRAMES["good"]))
    assert [told(suite.validate(batch)) for _ in range(2)] == [from_the_start(batch, checks)] * 2


class ExpectCountedTypes(ExpectTableColumnTypesToMatch):
    """It counts how often it is asked what it needs to know."""

    asked: ClassVar[list[int]] = []

    def get_validation_dependencies(self, *arguments, **options):
        self.asked.append(1)
        return super().get_validation_dependencies(*arguments, **options)


def test_great_expectations_is_asked_once_what_a_suite_needs():
    suite = PreparedSuite("suite", [ExpectCountedTypes(column_types={"a": "Int64"})])
    suite.validate(batch_of(pl.DataFrame({"a": [1]})))
    asked = len(ExpectCountedTypes.asked)
    assert not suite.validate(batch_of(pl.DataFrame({"a": ["x"]}))).success
    assert len(ExpectCountedTypes.asked) == asked > 0
    other = definition()
    for _ in range(3):
        suite.validate(batch_of(pl.DataFrame({"a": [1]}), other))
    assert len(ExpectCountedTypes.asked) == 2 * asked


def test_a_batch_of_another_asset_is_reported_as_its_own():
    suite, other = PreparedSuite("suite", CHECKS), definition()
    for whole in (WHOLE, other, WHOLE):
        batch = batch_of(pl.DataFrame(FRAMES["bad"]), whole)
        assert told(suite.validate(batch)) == from_the_start(batch, CHECKS)


def test_a_frame_is_let_go_when_its_validation_has_ended():
    suite, frame = PreparedSuite("suite", CHECKS), pl.DataFrame(FRAMES["good"])
    gone = weakref.ref(frame)
    suite.validate(batch_of(frame))
    del frame
    gc.collect()
    assert gone() is None


def test_eight_threads_validate_by_one_suite():
    suite = PreparedSuite("suite", CHECKS)
    frames = [pl.DataFrame({"a": [2] * number, "b": ["x"] * number}) for number in range(1, 25)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda frame: suite.validate(batch_of(frame)), frames))
    twice = [{one.result.get("unexpected_count") for one in result.results} - {None, 0} for result in found]
    assert twice == [set(), *({number} for number in range(2, 25))]


def test_batches_that_share_distinct_values_read_them_once():
    read = []
    frame = pl.LazyFrame({"b": ["x", "x", None]}).map_batches(lambda part: (read.append(1), part)[1])
    shared = DistinctValues(frame)
    assert [References({"known.b": shared}).distinct("known.b").to_list() for _ in range(2)] == [["x"], ["x"]]
    assert read == [1]
