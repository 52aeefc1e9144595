"""Suites that are prepared once and validate many frames.

In each validation, Great Expectations works out again which metrics every expectation needs and in which order to
compute them, which takes most of the time on a small frame. None of that depends on the rows. A prepared suite does it
once; after that it only computes the metrics and lets each expectation judge them.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import great_expectations as gx
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation
from great_expectations.util import convert_to_json_serializable
from great_expectations.validator.validator import calc_validation_statistics

from expectations.polars_engine.batch_data import PolarsBatchData
from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.plan import RESULT_FORMAT, Answering, Plan, make_plan
from expectations.polars_engine.remembering import configurations_remembered
from expectations.polars_engine.together import EngineType, answer_together


def validate_together(suites: Sequence[tuple[PreparedSuite, Batch]]) -> list[ExpectationSuiteValidationResult]:
    """Validate batches, each by its suite; their queries are collected together, in two rounds.

    If any check of a suite fails with an error, Great Expectations validates that suite from the start and reports each
    error.

    Args:
        suites: Suites, each with a batch of its own.

    Returns:
        The results, in the order of the suites.
    """
    answers = answer_together([(suite.answering(batch), _engine_for(batch)) for suite, batch in suites])
    return [suite.conclude(batch, results) for (suite, batch), results in zip(suites, answers, strict=True)]


def _engine_for(batch: Batch) -> EngineType:
    """Choose how rows are read: starting the streaming engine takes longer than reading rows in memory."""
    data: PolarsBatchData = batch.data  # type: ignore[assignment]
    return "in-memory" if data.is_in_memory else "streaming"


class PreparedSuite:
    """A suite that is planned at its first validation; it is thread-safe.

    The results are those of ``batch.validate(suite, result_format="SUMMARY")``. All results of one expectation share
    its configuration, which must not be changed.

    Args:
        name: The suite's name.
        expectations: The expectations; they must not be changed afterwards.
    """

    def __init__(self, name: str, expectations: Sequence[Expectation]) -> None:
        self.name = name
        self._expectations = tuple(expectations)
        self._lock = Lock()
        self._plan: Plan | None = None

    def validate(self, batch: Batch) -> ExpectationSuiteValidationResult:
        """Validate a batch of a Polars data source; see :func:`validate_together`."""
        return validate_together([(self, batch)])[0]

    def answering(self, batch: Batch) -> Answering | None:
        """Begin a validation whose queries the caller collects; None if Great Expectations must do all of it."""
        engine: PolarsExecutionEngine = batch.data.execution_engine
        engine.batch_manager.load_batch_list([batch])
        plan = self._plan_for(batch, engine)
        return None if plan is None else plan.carry_out(engine)

    def conclude(
        self, batch: Batch, results: list[ExpectationValidationResult] | None
    ) -> ExpectationSuiteValidationResult:
        """Summarise results; without any, let Great Expectations validate from the start and report each error."""
        if results is not None:
            return self._summed_up(batch, results)
        suite = gx.ExpectationSuite(name=self.name, expectations=list(self._expectations))
        with configurations_remembered():
            validated: ExpectationSuiteValidationResult = batch.validate(suite, result_format=RESULT_FORMAT)
        return validated

    def _plan_for(self, batch: Batch, engine: PolarsExecutionEngine) -> Plan | None:
        with self._lock:
            if self._plan is None or self._plan.batch_id != batch.id:
                self._plan = make_plan(self._expectations, batch, engine)
            return self._plan

    def _summed_up(self, batch: Batch, results: list[ExpectationValidationResult]) -> ExpectationSuiteValidationResult:
        statistics = calc_validation_statistics(results)
        return ExpectationSuiteValidationResult(
            results=results,
            success=statistics.success,
            suite_name=self.name,
            statistics={
                "evaluated_expectations": statistics.evaluated_expectations,
                "successful_expectations": statistics.successful_expectations,
                "unsuccessful_expectations": statistics.unsuccessful_expectations,
                "success_percent": statistics.success_percent,
            },
            meta={
                "great_expectations_version": gx.__version__,
                "batch_spec": convert_to_json_serializable(batch.batch_spec),
                "batch_markers": batch.batch_markers,
                "active_batch_definition": convert_to_json_serializable(batch.batch_definition),
            },
            batch_id=batch.id,
        )
