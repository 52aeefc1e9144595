"""The data of a batch: a lazy frame, and named sets of values that columns can be compared with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import polars as pl
from great_expectations.core.batch import BatchData
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.types import SerializableDictDot

Frame = pl.LazyFrame | pl.DataFrame


class DistinctValues:
    """The distinct values of a set, computed when they are first needed; several batches may share one.

    Args:
        values: A Series or a frame of one column. Order, repetition and nulls do not matter.

    Raises:
        TypeError: If it is neither a Series nor a frame.
    """

    def __init__(self, values: pl.Series | Frame) -> None:
        if not isinstance(values, pl.Series | pl.LazyFrame | pl.DataFrame):
            raise TypeError(f"is a {type(values).__name__}; pass a Polars Series or frame")
        self._given = values

    @cached_property
    def values(self) -> pl.Series:
        """The distinct values; a lazy frame is collected once.

        Raises:
            ValueError: If the set is a frame of more than one column.
        """
        given = self._given
        if isinstance(given, pl.Series):
            return given.drop_nulls().unique(maintain_order=True)
        lazy = given.lazy()
        columns = lazy.collect_schema().names()
        if len(columns) != 1:
            raise ValueError(f"has {len(columns)} columns; select the one that holds the values")
        return lazy.drop_nulls().unique().collect(engine="streaming").to_series()


class References(SerializableDictDot):
    """Named sets of values; only the names are written into results.

    Args:
        sets: By name, a Series, a frame of one column or the distinct values of either.

    Raises:
        TypeError: If a set is of another type.
    """

    def __init__(self, sets: Mapping[str, pl.Series | Frame | DistinctValues] | None = None) -> None:
        self._sets: dict[str, DistinctValues] = {}
        for name, values in (sets or {}).items():
            try:
                self._sets[name] = values if isinstance(values, DistinctValues) else DistinctValues(values)
            except TypeError as error:
                raise TypeError(f"reference {name!r} {error}") from error

    @property
    def names(self) -> list[str]:
        """The names, in alphabetical order."""
        return sorted(self._sets)

    def distinct(self, name: str) -> pl.Series:
        """Return the distinct values of a set; a lazy frame is collected once.

        Raises:
            LookupError: If there is no such set.
            ValueError: If the set is a frame of more than one column.
        """
        if name not in self._sets:
            known = ", ".join(self.names) or "none"
            raise LookupError(
                f"no reference {name!r} was given with the batch (given: {known}); "
                f'add it to the batch parameters as {{"references": {{"{name}": values}}}}'
            )
        try:
            return self._sets[name].values
        except ValueError as error:
            raise ValueError(f"reference {name!r} {error}") from error

    def to_json_dict(self) -> dict[str, Any]:
        """Return the names, which Great Expectations writes into results."""
        return {"names": self.names}

    def __repr__(self) -> str:
        return ",".join(self.names)

    __str__ = __repr__


class PolarsBatchData(BatchData):
    """The data of one batch.

    Attributes:
        frame: The rows, lazy.
        is_in_memory: Whether they came as a frame that is in memory already.
        references: The sets of values that came with them.
    """

    def __init__(self, execution_engine: ExecutionEngine[Any], frame: Frame, references: References) -> None:
        super().__init__(execution_engine)
        self.frame = frame.lazy()
        self.is_in_memory = isinstance(frame, pl.DataFrame)
        self.references = references

    @cached_property
    def schema(self) -> pl.Schema:
        """Names and dtypes of the columns; resolved once, since a deep plan makes it costly."""
        return self.frame.collect_schema()
