"""Plans: what Great Expectations derives from a suite before it reads any row."""

from __future__ import annotations

import copy
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

import great_expectations as gx
import polars as pl
from great_expectations.core import ExpectationValidationResult
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.validator.metric_configuration import MetricConfiguration, MetricConfigurationID
from great_expectations.validator.validation_graph import MetricEdge
from great_expectations.validator.validator import Validator

from expectations.polars_engine.engine import PolarsExecutionEngine
from expectations.polars_engine.metrics.base import PARTIAL
from expectations.polars_engine.remembering import Memory, configurations_remembered

RESULT_FORMAT: Literal["SUMMARY"] = "SUMMARY"

Metrics = dict[MetricConfigurationID, Any]
Schema = tuple[tuple[str, pl.DataType], ...]
Answering = Generator[list[pl.LazyFrame], list[pl.DataFrame], list[ExpectationValidationResult]]
"""Yields queries to be collected, receives their frames, and returns the results of a suite."""


@dataclass(frozen=True, slots=True)
class Question:
    """An expectation and the metrics that it needs.

    Attributes:
        expectation: The expectation, about a batch.
        configuration: Its configuration, shared by all of its results.
        needed: The metrics, by the expectation's name for each.
        result_format: What its results contain.
    """

    expectation: Expectation
    configuration: ExpectationConfiguration
    needed: dict[str, MetricConfigurationID]
    result_format: dict[str, Any]

    def answer(self, metrics: Metrics, engine: PolarsExecutionEngine) -> ExpectationValidationResult:
        """Judge, as the expectation's own ``metrics_validate`` does.

        Raises:
            KeyError: If a metric is missing.
        """
        found = self.expectation._validate(
            metrics={name: metrics[metric] for name, metric in self.needed.items()},
            runtime_configuration={"result_format": dict(self.result_format)},
            execution_engine=engine,
        )
        known = found.to_json_dict() if isinstance(found, ExpectationValidationResult) else found
        result = ExpectationValidationResult(**known)
        result.expectation_config = self.configuration
        return result


@dataclass(frozen=True, slots=True)
class Plan:
    """What Great Expectations derived from a suite.

    Attributes:
        batch_id: The name of the batch that the metrics are about.
        stages: The metrics; those of a stage depend only on earlier stages.
        questions: The expectations, in the order in which they are judged.
        memory: The configurations of the expectations.
        lasting: By the schema of a frame, the metrics that depend only on it: the expressions of aggregates.
    """

    batch_id: str
    stages: list[list[MetricConfiguration]]
    questions: list[Question]
    memory: Memory
    lasting: dict[Schema, Metrics] = field(default_factory=dict)

    def carry_out(self, engine: PolarsExecutionEngine) -> Answering:
        """Compute the metrics of the batch that the engine holds, and judge; queries are left to the caller.

        Raises:
            Exception: Of any kind, if a metric cannot be computed or an expectation cannot judge.
        """
        runtime = {"result_format": RESULT_FORMAT}
        schema = tuple(engine.batch_data.schema.items())
        lasting = self.lasting.get(schema, {})
        metrics = dict(lasting)
        for stage in self.stages:
            wanted = [metric for metric in stage if metric.id not in metrics]
            metrics |= yield from engine.metrics_asked(wanted, metrics, runtime)
        if not lasting:
            # Frames of one suite rarely differ in their types, so it is enough to remember one schema.
            self.lasting.clear()
            self.lasting[schema] = {
                metric.id: metrics[metric.id]
                for metric in chain(*self.stages)
                if _is_lasting(metric, metrics[metric.id])
            }
        with configurations_remembered(self.memory):
            return [question.answer(metrics, engine) for question in self.questions]


def make_plan(expectations: Sequence[Expectation], batch: Batch, engine: PolarsExecutionEngine) -> Plan | None:
    """Ask Great Expectations for the metrics that a suite needs; None if it cannot name them for some expectation.

    Args:
        expectations: The expectations.
        batch: A batch; the plan keeps only its name.
        engine: The engine of the batch.
    """
    runtime = {"result_format": RESULT_FORMAT}
    validator = Validator(execution_engine=engine, data_context=batch.datasource.data_context, batches=[batch])
    suite = gx.ExpectationSuite(name="planned", expectations=list(expectations))
    questions: list[Question] = []
    metrics: dict[MetricConfigurationID, MetricConfiguration] = {}
    with configurations_remembered() as memory:
        for configuration in validator.process_expectations_for_validation(suite.expectation_configurations, None):
            of_batch = copy.deepcopy(configuration)
            of_batch.kwargs["batch_id"] = batch.id
            question, needed = _question(of_batch, engine, runtime)
            questions.append(question)
            metrics |= {metric.id: metric for metric in needed}
        try:
            # One graph for all, since most metrics are needed by several expectations.
            graph = validator.metrics_calculator.build_metric_dependency_graph(list(metrics.values()), runtime)
        except Exception:  # noqa: BLE001 - whatever it is, Great Expectations meets it again and reports it
            return None
    return Plan(batch.id, _stages(graph.edges), questions, memory)


def _is_lasting(metric: MetricConfiguration, value: Any) -> bool:
    """Return whether a value is the same for all frames of a schema: an expression that uses no references of a batch.

    Checks with a query of their own remember its result, so each validation needs its own.
    """
    is_expression = metric.metric_name.endswith(PARTIAL) and isinstance(value[0], pl.Expr)
    return is_expression and "reference" not in metric.metric_value_kwargs


def _question(
    configuration: ExpectationConfiguration, engine: PolarsExecutionEngine, runtime: dict[str, Any]
) -> tuple[Question, list[MetricConfiguration]]:
    """Return the question that a configuration of a batch asks, and the metrics that it needs."""
    expectation = configuration.to_domain_obj()
    dependencies = expectation.get_validation_dependencies(execution_engine=engine, runtime_configuration=runtime)
    needed = {name: metric.id for name, metric in dependencies.metric_configurations.items()}
    question = Question(expectation, expectation.configuration, needed, dependencies.result_format)
    return question, dependencies.get_metric_configurations()


def _stages(edges: list[MetricEdge]) -> list[list[MetricConfiguration]]:
    """Put metrics into stages, each as early as its dependencies allow."""
    metrics: dict[MetricConfigurationID, MetricConfiguration] = {}
    needs: dict[MetricConfigurationID, set[MetricConfigurationID]] = {}
    for edge in edges:
        metrics.setdefault(edge.left.id, edge.left)
        needs.setdefault(edge.left.id, set()).update(() if edge.right is None else (edge.right.id,))
    stages: list[list[MetricConfiguration]] = []
    known: set[MetricConfigurationID] = set()
    while waiting := [metric for metric in metrics if metric not in known]:
        ready = [metric for metric in waiting if needs[metric] <= known]
        stages.append([metrics[metric] for metric in ready])
        known.update(ready)
    return stages
