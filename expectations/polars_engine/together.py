"""Carrying out several validations at once, with one collection for the queries of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from great_expectations.core import ExpectationValidationResult

from expectations.polars_engine.plan import Answering

Results = list[ExpectationValidationResult]


def answer_together(validations: Sequence[Answering | None]) -> list[Results | None]:
    """Carry out validations.

    Returns:
        The results of each; None for one that could not be begun, or in which any check could not be made.
    """
    running = [_Validation(validation) for validation in validations]
    for one in running:
        one.go_on(None)
    while waiting := [one for one in running if one.validation is not None]:
        frames = _collected([query for one in waiting for query in one.queries])
        for one in waiting:
            if frames is None:
                one.go_on(_collected(one.queries))
            else:
                one.go_on([frames.pop(0) for _ in one.queries])
    return [one.results for one in running]


@dataclass(slots=True)
class _Validation:
    """A validation on its way.

    Attributes:
        validation: What is still to be carried out; None when it has ended.
        queries: What it asked for.
        results: What it came to.
    """

    validation: Answering | None
    queries: list[pl.LazyFrame] = field(default_factory=list)
    results: Results | None = None

    def go_on(self, frames: list[pl.DataFrame] | None) -> None:
        """Hand over what was asked for, None to begin with; without any, the validation ends without results."""
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
        except Exception:  # noqa: BLE001 - whatever it is, Great Expectations meets it again and reports it
            self.validation = None


def _collected(queries: list[pl.LazyFrame]) -> list[pl.DataFrame] | None:
    """Collect queries on the streaming engine; None if any of them fails."""
    if not queries:
        return []
    try:
        return pl.collect_all(queries, engine="streaming")
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001 - they are tried one by one, and then by themselves
        return None
