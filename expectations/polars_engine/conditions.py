"""Row conditions as Polars expressions; a comparison with a missing value keeps no row, as in SQL."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import polars as pl
from great_expectations.exceptions.exceptions import ExecutionEngineError
from great_expectations.expectations.row_conditions import (
    ComparisonCondition,
    Condition,
    Operator,
    PassThroughCondition,
    deserialize_row_condition,
)

from expectations.polars_engine.literals import literal, members
from expectations.polars_engine.rows import Column

_COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Operator.EQUAL.value: operator.eq,
    Operator.NOT_EQUAL.value: operator.ne,
    Operator.LESS_THAN.value: operator.lt,
    Operator.LESS_THAN_OR_EQUAL.value: operator.le,
    Operator.GREATER_THAN.value: operator.gt,
    Operator.GREATER_THAN_OR_EQUAL.value: operator.ge,
}


def comparison(condition: ComparisonCondition, column: Column) -> pl.Expr:
    """Express the comparison of a column with a value or a list of values."""
    sign = str(getattr(condition.operator, "value", condition.operator))
    if sign in _COMPARISONS:
        return _COMPARISONS[sign](column.values, literal(condition.parameter, column.dtype))
    is_member = column.values.is_in(members(condition.parameter, column.dtype).implode())
    return is_member if sign == Operator.IN.value else ~is_member


def read_condition(row_condition: Any) -> Condition:
    """Read the row condition of a domain: an object, or a mapping from a suite that was stored as JSON.

    Raises:
        ExecutionEngineError: If it is text for another engine, such as a pandas query.
    """
    condition = deserialize_row_condition(row_condition) if isinstance(row_condition, dict) else row_condition
    if isinstance(condition, PassThroughCondition) or not isinstance(condition, Condition):
        raise ExecutionEngineError(
            f"row_condition {condition!r} is written for another engine; use condition objects such as "
            "Column('events') > 0, or condition_parser='great_expectations'"
        )
    return condition
