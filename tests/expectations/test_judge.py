"""The judge returns verdicts on business checks, and never takes an error for health."""

from __future__ import annotations

import polars as pl
import pytest
from great_expectations.expectations.core import ExpectColumnValuesToNotBeNull

from expectations.business.measure import Measure, does_not_apply
from expectations.judge import Judge
from expectations.polars_engine import ExpectColumnValuesToBeInReference
from transforms.month import Month

OCTOBER = Month.parse("2026-10")


def judged(*measures):
    return Judge(OCTOBER).judge_measures("business checks", measures)


@pytest.mark.parametrize(
    ("observed", "minimum", "maximum"),
    [
        (0.15, None, 0.15),
        (0.1501, None, 0.15),
        (0.8, 0.8, None),
        (0.79, 0.8, None),
        (-1.0, 0.0, 1.0),
        (0.0, 0.0, 0.0),
    ],
)
def test_the_verdict_is_that_of_the_measure_s_own_bounds(observed, minimum, maximum):
    measure = Measure("fleet_shift", "fail", observed, minimum, maximum, "what was found")
    [found] = judged(measure)
    assert (found.check, found.severity, found.message) == ("fleet_shift", "fail", "what was found")
    assert found.is_passed is measure.is_passed
    assert (found.observed, found.expected) == (measure.observed_text, measure.expected_text)


def test_what_does_not_apply_is_passed_and_reported():
    [one, other] = judged(
        does_not_apply("fleet_shift", "fail", "it is the first month"), Measure("x", "warn", 2, None, 1, "too many")
    )
    assert (one.is_passed, one.observed, one.message) == (True, "does not apply", "it is the first month")
    assert (other.is_passed, other.severity) == (False, "warn")


def test_no_measures_are_no_findings():
    assert judged() == []


def test_a_check_that_cannot_be_made_is_broken_whatever_its_severity():
    check = ExpectColumnValuesToNotBeNull(
        column="missing",
        severity="info",
        meta={"check": "t.missing.required", "expected": "a value", "effect": "warns"},
    )
    [found] = Judge(OCTOBER).judge("t", pl.DataFrame({"a": [1]}), [check])
    assert (found.is_passed, found.severity) == (False, "fail")
    assert "the check could not run" in found.message


def test_the_results_are_kept_for_data_docs_by_name():
    judge = Judge(OCTOBER)
    judge.judge_measures("first", [Measure("x", "warn", 1, None, 1, "fine")])
    judge.judge_measures("second", [Measure("x", "warn", 2, None, 1, "too many")])
    assert {name: result.success for name, result in judge.results.items()} == {"first": True, "second": False}


def test_months_with_the_same_limits_keep_their_own_sentences():
    judges = [Judge(OCTOBER), Judge(OCTOBER + 1)]
    for judge, message in zip(judges, ("as usual", "as ever"), strict=True):
        judge.judge_measures("checks", [Measure("x", "warn", 1, None, 1, message)])
    told = [judge.results["checks"].results[0].expectation_config.description for judge in judges]
    assert told == ["as usual", "as ever"]


def test_a_reference_is_read_once_a_run():
    read = []
    known = pl.LazyFrame({"b": ["x"]}).map_batches(lambda part: (read.append(1), part)[1])
    meta = {"check": "t.b.reference", "expected": "a value of known.b", "effect": "stops"}
    suite = [ExpectColumnValuesToBeInReference(column="b", reference="known.b", meta=meta)]
    for _ in range(2):
        judge = Judge(OCTOBER)
        for name, value in (("one", "x"), ("other", "y")):
            [found] = judge.judge(name, pl.DataFrame({"b": [value]}), suite, {"known.b": known})
            assert found.is_passed is (value == "x")
    assert len(read) == 2
