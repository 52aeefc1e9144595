"""How a metric becomes points: the scoring functions that a policy may name, and the components that use them."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from transforms.contracts.published import METRIC_COLUMNS
from transforms.policy.values import MOST_DAYS, Limit, Section, Words

METRICS = frozenset({"arr"} | {column.name for column in METRIC_COLUMNS})
"""The names of the metrics that a component may score."""

_Points = Annotated[float, Field(ge=0, le=100)]


class Linear(Section):
    """Linear from ``lo`` (0 points) to ``hi`` (100 points), clipped; with ``lo > hi`` lower values score more."""

    kind: Literal["linear"]
    lo: Limit
    hi: Limit

    @model_validator(mode="after")
    def _spans_something(self) -> Self:
        if self.lo == self.hi:
            raise ValueError("lo equals hi: expected two different ends")
        return self


class Band(Section):
    """One step of a scale: values on its side of the limit get its points."""

    limit: Limit
    points: _Points


class RisingBands(Section):
    """Steps from the top: the points are those of the first band whose limit the metric reaches (``>=``)."""

    kind: Literal["bands_at_least"]
    bands: Annotated[list[Band], Field(min_length=1)]
    otherwise: _Points

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(above.limit <= below.limit for above, below in pairwise(self.bands)):
            raise ValueError("bands cross: expected limits in falling order")
        return self


class FallingBands(Section):
    """Steps from the bottom: the points are those of the first band whose limit the metric does not exceed (``<=``)."""

    kind: Literal["bands_at_most"]
    bands: Annotated[list[Band], Field(min_length=1)]
    otherwise: _Points

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(below.limit >= above.limit for below, above in pairwise(self.bands)):
            raise ValueError("bands cross: expected limits in rising order")
        return self


class HalfLife(Section):
    """100 points at 0 days, halved every ``days`` days."""

    kind: Literal["half_life"]
    days: Annotated[float, Field(gt=0, le=MOST_DAYS)]


class Percentile(Section):
    """100 times (average rank - 0.5) divided by the number of accounts in scope that have the metric."""

    kind: Literal["percentile"]


class Flag(Section):
    """The points while the metric is true, else 0."""

    kind: Literal["flag"]
    points: _Points


ScoringFunction = Annotated[
    Linear | RisingBands | FallingBands | HalfLife | Percentile | Flag, Field(discriminator="kind")
]

FLAGS = frozenset({"has_reference_grant", "has_co_development_grant"})


class Component(Section):
    """One line of a pillar: what is measured, how it is scored and how much it weighs.

    Attributes:
        label: What people call it; null: its key, in words.
        metric: The metric's name, a column of ``account_features``.
        weight: Weight within the pillar; a pillar's weights sum to 100.
        score: The scoring function.
        missing: The effect of a null metric: ``leave_out`` (the other components make up the score), ``neutral``
            (50 points), ``zero`` (no points) or ``required`` (no score at all).
        is_actionable: True if a customer-success team can improve it, so that it may be a lever.
        reason: Why it is measured, weighted and scored like this.
        customer_wording: Its name in the criteria for customers; null keeps it internal.
    """

    label: Words | None = None
    metric: Words
    weight: Annotated[float, Field(ge=0, le=100)]
    score: ScoringFunction
    missing: Literal["leave_out", "neutral", "zero", "required"] = "leave_out"
    is_actionable: bool = False
    reason: Words
    customer_wording: Words | None = None

    @field_validator("metric")
    @classmethod
    def _metric_is_known(cls, metric: str) -> str:
        if metric not in METRICS:
            raise ValueError(f"unknown metric: expected one of {', '.join(sorted(METRICS))}")
        return metric

    @model_validator(mode="after")
    def _function_fits_the_metric(self) -> Self:
        if (self.metric in FLAGS) != (self.score.kind == "flag"):
            raise ValueError(
                f"metric {self.metric!r} does not go with {self.score.kind!r}: flags take flag, numbers the rest"
            )
        return self
