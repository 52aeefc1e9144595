"""Suites: the rules of contracts and business checks as Great Expectations suites.

Every expectation carries the name of its check, the expectation in words and the effect of a failure. Importing this
module imports Great Expectations, which takes a second or two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any, Literal

import polars as pl
from great_expectations.expectations.core import (
    ExpectColumnMaxToBeBetween,
    ExpectColumnPairValuesAToBeGreaterThanB,
    ExpectColumnValuesToBeBetween,
    ExpectColumnValuesToBeInSet,
    ExpectColumnValuesToBeNull,
    ExpectColumnValuesToBeUnique,
    ExpectColumnValuesToMatchRegex,
    ExpectColumnValuesToNotBeNull,
    ExpectCompoundColumnsToBeUnique,
    ExpectTableColumnsToMatchSet,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.row_conditions import Column as RowColumn

from expectations.bad_rows import BROKEN_RULES, UNREADABLE
from expectations.business.measure import Measure
from expectations.polars_engine import ExpectColumnValuesToBeInReference, ExpectTableColumnTypesToMatch
from expectations.polars_engine.prepared import PreparedSuite
from transforms.contracts import Column, Field, Severity, Table
from transforms.contracts.model import Order
from transforms.contracts.rules import EARLIEST, LATEST, ORDERED, READABLE, UNIQUE, Rule, rule_name, value_rules
from transforms.keys import key_columns

Effect = Literal["stops", "quarantines", "warns"]
"""The effect of a failed check: it stops the month, quarantines its rows, or only warns."""

_SEVERITIES: dict[Effect, FailureSeverity] = {
    "stops": FailureSeverity.CRITICAL,
    "quarantines": FailureSeverity.WARNING,
    "warns": FailureSeverity.INFO,
}


def source_expectations(table: Table, configured: Collection[str]) -> list[Expectation]:
    """Return the expectations of a source, for frames of :func:`expectations.bad_rows.as_judged`.

    Args:
        table: The source's contract.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
    """
    mapped = [field for field in table.fields if f"{table.name}.{field.name}" in configured]
    suite = _Suite(table.name)
    suite.columns([*(field.name for field in mapped), UNREADABLE, BROKEN_RULES])
    suite.types([field.column for field in mapped])
    suite.readable()
    for field in mapped:
        suite.values(field, "quarantines")
    suite.key(key_columns(table, configured), "quarantines", among_good_rows=True)
    for order in table.orders:
        if {f"{table.name}.{order.earlier}", f"{table.name}.{order.later}"} <= set(configured):
            suite.order(order)
    for ours, theirs in table.references:
        if {f"{table.name}.{ours}", theirs} <= set(configured):
            suite.reference(ours, theirs, "warns")
    return suite.expectations


def published_expectations(table: Table) -> list[Expectation]:
    """Return the expectations of a published table; any failure stops the month, since no source can cause it."""
    suite = _Suite(table.name)
    suite.columns(table.columns)
    suite.types([field.column for field in table.fields])
    for field in table.fields:
        suite.values(field, "stops")
    suite.key(list(table.key), "stops", among_good_rows=False)
    for ours, theirs in table.references:
        suite.reference(ours, theirs, "stops")
    return suite.expectations


@lru_cache(maxsize=64)
def source_suite(table: Table, configured: frozenset[str]) -> PreparedSuite:
    """Return the suite of a source, prepared once per process; see :func:`source_expectations`."""
    return PreparedSuite(table.name, source_expectations(table, configured))


@lru_cache(maxsize=64)
def published_suite(table: Table) -> PreparedSuite:
    """Return the suite of a published table, prepared once per process; see :func:`published_expectations`."""
    return PreparedSuite(table.name, published_expectations(table))


def measure_suite(name: str, measures: Iterable[Measure]) -> PreparedSuite:
    """Return the suite of the business checks that apply, for a frame of one row with a column for each.

    It depends only on names and limits, which rarely change, so most months share one prepared suite.
    """
    applying = (measure for measure in measures if measure.observed is not None)
    return _suite_of_limits(
        name, tuple((measure.name, measure.severity, measure.minimum, measure.maximum) for measure in applying)
    )


@lru_cache(maxsize=64)
def _suite_of_limits(name: str, limits: tuple[tuple[str, Severity, float | None, float | None], ...]) -> PreparedSuite:
    return PreparedSuite(
        name,
        [
            ExpectColumnMaxToBeBetween(
                column=check,
                min_value=minimum,
                max_value=maximum,
                severity=_SEVERITIES["stops" if severity == "fail" else "warns"],
                meta={"check": check},
            )
            for check, severity, minimum, maximum in limits
        ],
    )


class _Suite:
    """Collects the expectations of one table in fixed order."""

    def __init__(self, table: str) -> None:
        self._table = table
        self.expectations: list[Expectation] = []

    def columns(self, names: Iterable[str]) -> None:
        expected = sorted(names)
        self._add(
            ExpectTableColumnsToMatchSet, "columns", f"the columns {', '.join(expected)}", "stops",
            column_set=expected, exact_match=True,
        )  # fmt: skip

    def types(self, columns: Iterable[Column]) -> None:
        types = {column.name: str(column.dtype) for column in columns}
        self._add(
            ExpectTableColumnTypesToMatch, "types", "the types of the contract", "stops",
            column_types=types,
        )  # fmt: skip

    def readable(self) -> None:
        self._add(
            ExpectColumnValuesToBeNull, READABLE, "every value to be of its column's type", "quarantines",
            column=UNREADABLE,
        )  # fmt: skip

    def values(self, field: Field, effect: Effect) -> None:
        for rule in value_rules(field):
            self._value(rule, effect if rule.severity == "fail" else "warns")

    def _value(self, rule: Rule, effect: Effect) -> None:
        kinds: dict[str, tuple[type[Expectation], dict[str, Any]]] = {
            "required": (ExpectColumnValuesToNotBeNull, {}),
            "allowed": (ExpectColumnValuesToBeInSet, {"value_set": list(rule.column.allowed)}),
            "pattern": (ExpectColumnValuesToMatchRegex, {"regex": rule.column.pattern}),
            "range": (ExpectColumnValuesToBeBetween, _bounds(rule.column)),
        }
        kind, arguments = kinds[rule.kind]
        self._add(kind, rule.name, rule.expected, effect, column=rule.column.name, **arguments)

    def key(self, keys: list[str], effect: Effect, *, among_good_rows: bool) -> None:
        # A row quarantined for another reason does not count as a duplicate.
        limits: dict[str, Any] = {"row_condition": RowColumn(BROKEN_RULES).is_null()} if among_good_rows else {}
        expected = f"each {', '.join(keys)} once"
        if len(keys) == 1:
            self._add(ExpectColumnValuesToBeUnique, UNIQUE, expected, effect, column=keys[0], **limits)
        else:
            self._add(
                ExpectCompoundColumnsToBeUnique, UNIQUE, expected, effect,
                column_list=keys, ignore_row_if="never", **limits,
            )  # fmt: skip

    def order(self, order: Order) -> None:
        self._add(
            ExpectColumnPairValuesAToBeGreaterThanB, rule_name(order.later, ORDERED),
            f"{order.later} not before {order.earlier}", "quarantines" if order.severity == "fail" else "warns",
            column_A=order.later, column_B=order.earlier, or_equal=True, ignore_row_if="either_value_is_missing",
        )  # fmt: skip

    def reference(self, ours: str, theirs: str, effect: Effect) -> None:
        self._add(
            ExpectColumnValuesToBeInReference, f"{ours}.reference", f"a value of {theirs}", effect,
            column=ours, reference=theirs,
        )  # fmt: skip

    def _add(self, kind: type[Expectation], check: str, expected: str, effect: Effect, **arguments: Any) -> None:
        meta = {"check": f"{self._table}.{check}", "expected": expected, "effect": effect}
        self.expectations.append(kind(severity=_SEVERITIES[effect], meta=meta, **arguments))


def _bounds(column: Column) -> dict[str, Any]:
    if not column.dtype.is_temporal():
        return {"min_value": column.minimum, "max_value": column.maximum}
    if column.dtype == pl.Date:
        return {"min_value": EARLIEST, "max_value": LATEST}
    first, last = datetime.combine(EARLIEST, time.min, UTC), datetime.combine(LATEST, time.max, UTC)
    return {"min_value": first, "max_value": last}
