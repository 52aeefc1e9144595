"""The judge: runs suites with Great Expectations on Polars frames and turns the results into findings.

Importing this module imports Great Expectations, which takes a second or two.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import great_expectations as gx
import polars as pl
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation

from expectations import polars_engine  # noqa: F401 - registers the engine with Great Expectations
from expectations.business.measure import Measure
from expectations.finding import Finding
from expectations.polars_engine.batch_data import DistinctValues
from expectations.polars_engine.prepared import PreparedSuite, validate_together
from expectations.suites import measure_suite
from transforms.contracts import Severity
from transforms.month import Month

_SHOWN = 3
_LONGEST_VALUE = 60
_ADVICE = {
    "reference": ": look whether both sources write it the same way, and whether rows of the other are missing",
    "order": ": fix the dates where they come from",
    "pattern": ": fix it where it comes from, or leave it empty",
}
"""What to do about rows that only cause a warning, by the kind of the rule that they break."""


@cache
def _whole_frames() -> BatchDefinition[Any]:
    """Define the batches of all runs of a process; one definition is enough, since each batch has its own engine."""
    # Without a Data Docs site, for which Great Expectations would create a folder outside the project.
    in_memory = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=in_memory)
    tables = context.data_sources.add_polars(name="retier").add_dataframe_asset(name="tables")
    whole: BatchDefinition[Any] = tables.add_batch_definition_whole_dataframe("whole")
    return whole


@dataclass(frozen=True, slots=True)
class Judged:
    """A frame to be judged.

    Attributes:
        name: The source or the published table, once a run.
        frame: The rows.
        suite: What is expected of them.
        references: The values that references point to, by ``table.column``; each is read once a run.
    """

    name: str
    frame: pl.LazyFrame | pl.DataFrame
    suite: PreparedSuite
    references: Mapping[str, pl.LazyFrame] = field(default_factory=dict)


class Judge:
    """Judges the frames of one run, each under its own name; no rows are kept after the run.

    Attributes:
        results: The results of Great Expectations by frame, for Data Docs.
    """

    def __init__(self, month: Month) -> None:
        self._month = month
        self._references: dict[str, DistinctValues] = {}
        self.results: dict[str, ExpectationSuiteValidationResult] = {}

    def judge(
        self,
        name: str,
        frame: pl.LazyFrame | pl.DataFrame,
        suite: Sequence[Expectation] | PreparedSuite,
        references: Mapping[str, pl.LazyFrame] | None = None,
    ) -> list[Finding]:
        """Judge one source or published table; the arguments are those of :class:`Judged`.

        Returns:
            One finding per check, in the order of the suite.
        """
        prepared = suite if isinstance(suite, PreparedSuite) else PreparedSuite(name, suite)
        return self.judge_all([Judged(name, frame, prepared, references or {})])[name]

    def judge_all(self, frames: Sequence[Judged]) -> dict[str, list[Finding]]:
        """Judge sources or published tables; what their checks need to read is collected together.

        Returns:
            By name, one finding per check, in the order of the suite.
        """
        self._validate(frames)
        return {frame.name: self._findings(frame.name) for frame in frames}

    def has_run(self, name: str) -> bool:
        """Return whether every check of a frame could run; one that could not says nothing about the rows."""
        return all(_exception(result) is None for result in self.results[name].results)

    def strangers(self, name: str, column: str) -> tuple[int, int, tuple[str, ...]] | None:
        """Return what a frame's check of a reference found.

        Args:
            name: The frame.
            column: The column that refers to another table.

        Returns:
            How many rows have a value, how many of those values are not in the other table, and the first few of them;
            None where the check is not in the suite or could not run.
        """
        for result in self.results[name].results:
            if _meta(result)["check"] == f"{name}.{column}.reference" and _exception(result) is None:
                found = result.result
                unknown = dict.fromkeys(map(str, found.get("partial_unexpected_list") or []))
                rows = found["element_count"] - found["missing_count"]
                return rows, found["unexpected_count"], tuple(list(unknown)[:_SHOWN])
        return None

    def recall(self, name: str, result: ExpectationSuiteValidationResult) -> list[Finding]:
        """Reuse the results of the same suite on the same rows."""
        self.results[name] = result
        return self._findings(name)

    def judge_measures(self, name: str, measures: Sequence[Measure]) -> list[Finding]:
        """Judge business checks as a frame of one row, with a column per check.

        Args:
            name: Their common name, unique in the run.
            measures: Their measures.
        """
        applying = [measure for measure in measures if measure.observed is not None]
        verdicts: dict[str, ExpectationValidationResult] = {}
        if applying:
            frame = pl.DataFrame({measure.name: [float(measure.observed or 0)] for measure in applying})
            self._validate([Judged(name, frame, measure_suite(name, applying))])
            verdicts = {_meta(result)["check"]: result for result in self.results[name].results}
            for measure in applying:
                _describe(verdicts[measure.name], measure.message)
        return [_finding_of_measure(measure, verdicts.get(measure.name)) for measure in measures]

    def _findings(self, name: str) -> list[Finding]:
        return [finding_of(result, name, self._month) for result in self.results[name].results]

    def _validate(self, frames: Sequence[Judged]) -> None:
        suites = [(frame.suite, self._batch(frame)) for frame in frames]
        for frame, validated in zip(frames, validate_together(suites), strict=True):
            self.results[frame.name] = validated

    def _batch(self, judged: Judged) -> Batch:
        known = {
            column: self._references.setdefault(column, DistinctValues(values))
            for column, values in judged.references.items()
        }
        return _whole_frames().get_batch({"dataframe": judged.frame, "references": known})


def finding_of(result: ExpectationValidationResult, table: str, month: Month) -> Finding:
    """Describe a result of Great Expectations in one sentence.

    A check that raised an error has failed, whatever its severity.
    """
    meta = _meta(result)
    check, expected, effect = meta["check"], meta["expected"], meta["effect"]
    error = _exception(result)
    if error is not None:
        message = f"the check could not run ({error}): this is a bug in retier, please report it"
        return Finding(check, "fail", is_passed=False, message=message, expected=expected)
    found: Mapping[str, Any] = result.result
    severity: Severity = "fail" if effect == "stops" else "warn"
    observed = _observed(found)
    if result.success:
        return Finding(check, severity, True, f"{table} has {expected}", observed, expected)
    rule = check.removeprefix(f"{table}.")
    breaks = "breaks" if observed.startswith("1 of ") else "break"
    what = f"{observed} of {table} {breaks} {rule}" if "unexpected_count" in found else f"{table} has {observed}"
    examples = _examples(found)
    message = f"{what}{f', such as {examples}' if examples else ''}; expected {expected}"
    if effect == "quarantines":
        message += f"; these rows are quarantined: list them with retier quarantine --month {month} --source {table}"
    elif effect == "stops":
        message += "; this is a bug in retier, please report it"
    else:
        message += _ADVICE.get(rule.rpartition(".")[2], "")
    return Finding(check, severity, False, message, observed, expected)


def _finding_of_measure(measure: Measure, verdict: ExpectationValidationResult | None) -> Finding:
    is_passed = verdict is None or bool(verdict.success)
    expected = None if measure.observed is None else measure.expected_text
    return Finding(measure.name, measure.severity, is_passed, measure.message, measure.observed_text, expected)


def _describe(result: ExpectationValidationResult, sentence: str) -> None:
    """Describe a result by its own sentence; its configuration is shared with the results of other months."""
    configuration = copy.copy(result.expectation_config)
    assert configuration is not None, "every result names its expectation"
    configuration.description = sentence
    result.expectation_config = configuration


def _meta(result: ExpectationValidationResult) -> Mapping[str, str]:
    configuration = result.expectation_config
    assert configuration is not None, "every result names its expectation"
    return dict(configuration.meta or {})


def _exception(result: ExpectationValidationResult) -> str | None:
    """Return the error of a check, if any; Great Expectations stores it flat or by metric."""
    information = result.exception_info or {}
    entries = [information] if "raised_exception" in information else list(information.values())
    errors = [str(each["exception_message"]) for each in entries if isinstance(each, dict) and each["raised_exception"]]
    return errors[0] if errors else None


def _observed(found: Mapping[str, Any]) -> str:
    if "unexpected_count" in found:
        return f"{found['unexpected_count']:,} of {found['element_count']:,} rows"
    value = found.get("observed_value")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _examples(found: Mapping[str, Any]) -> str:
    """List the first distinct unexpected values."""
    values = found.get("partial_unexpected_list") or []
    texts = [", ".join(map(str, value.values())) if isinstance(value, dict) else repr(value) for value in values]
    different = list(dict.fromkeys(text[:_LONGEST_VALUE] for text in texts if text != "None"))
    return " and ".join(different[:_SHOWN])
