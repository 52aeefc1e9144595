"""Runs several validations at once, collecting the queries of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl
from great_expectations.core import ExpectationValidationResult

from expectations.polars_engine.plan import Answering

Results = list[ExpectationValidationResult]
EngineType = Literal["in-memory", "streaming"]

_ENGINES: tuple[EngineType, ...] = ("in-memory", "streaming")


def answer_together(validations: Sequence[tuple[Answering | None, EngineType]]) -> list[Results | None]:
    """Run validations.

    Args:
        validations: Each begun validation, None for one that could not be, and the engine that its queries need.

    Returns:
        The results of each; None for one that could not be started, or in which a check failed with an error.
    """
    running = [_Validation(validation, engine) for validation, engine in validations]
    for one in running:
        one.go_on(None)
    while any(one.validation is not None for one in running):
        for engine in _ENGINES:
            _go_on([one for one in running if one.validation is not None and one.engine == engine], engine)
    return [one.results for one in running]


@dataclass(slots=True)
class _Validation:
    """A running validation.

    Attributes:
        validation: The remaining steps; None when it has ended.
        engine: The engine of its queries.
        queries: The queries that it yielded last.
        results: Its results.
    """

    validation: Answering | None
    engine: EngineType
    queries: list[pl.LazyFrame] = field(default_factory=list)
    results: Results | None = None

    def go_on(self, frames: list[pl.DataFrame] | None) -> None:
        """Continue with the frames of its queries, None at first; after an error it ends without results."""
        if self.validation is None:
            return
        if frames is None and self.queries:
            self.validation.close()
            self.validation = None
            return
        try:
            self.queries = next(self.validation) if frames is None else self.validation.send(frames)
        except StopIteration as end:
            self.results, self.validation = end.value, None
        except Exception:  # noqa: BLE001 - any error occurs again in Great Expectations, which reports it
            self.validation = None


def _go_on(waiting: Sequence[_Validation], engine: EngineType) -> None:
    """Continue validations by a step; where a query fails, each is collected by itself."""
    frames = _collected([query for one in waiting for query in one.queries], engine)
    for one in waiting:
        if frames is None:
            one.go_on(_collected(one.queries, engine))
        else:
            one.go_on([frames.pop(0) for _ in one.queries])


def _collected(queries: list[pl.LazyFrame], engine: EngineType) -> list[pl.DataFrame] | None:
    """Collect queries; None if any of them fails."""
    if not queries:
        return []
    try:
        return pl.collect_all(queries, engine=engine)
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001 - the validations are then tried one by one
        return None
