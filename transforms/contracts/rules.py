"""Rules: what a contract requires of each value, as names and expressions shared by reading and checking."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from transforms.contracts.model import Column, Field, Order, Severity, Table

RuleKind = Literal["required", "allowed", "range", "pattern"]

EARLIEST = date(1900, 1, 1)
LATEST = date(9999, 12, 31)
"""Days outside these are typing errors of people or spreadsheets, so they belong to no month."""

READABLE = "readable"
"""The kind of the rule that text must convert to its column's dtype; it can only be checked while reading."""

ORDERED = "order"
"""The kind of the rule that a date is not before another one of its row."""

UNIQUE = "key.unique"
"""The name of the rule that no two rows of a table share their key."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is checked for each value of a column by itself.

    Attributes:
        column: The column.
        kind: What is required.
        severity: ``fail`` if a row that breaks it is quarantined, ``warn`` if it only warns.
    """

    column: Column
    kind: RuleKind
    severity: Severity = "fail"

    @property
    def name(self) -> str:
        """The rule's name within its table, such as ``events.range``."""
        return rule_name(self.column.name, self.kind)

    @property
    def expected(self) -> str:
        """What is required, in words that follow "expected"."""
        column = self.column
        if self.kind == "required":
            return "a value in every row"
        if self.kind == "allowed":
            return f"one of {', '.join(column.allowed)}"
        if self.kind == "pattern":
            return f"a text that matches {column.pattern}"
        if column.dtype.is_temporal():
            return f"a day from {EARLIEST} to {LATEST}"
        return bounds_in_words(column)

    def is_broken(self, value: pl.Expr) -> pl.Expr:
        """Return whether a typed value breaks the rule; never null. A null breaks only ``required``."""
        column = self.column
        if self.kind == "required":
            return value.is_null()
        if self.kind == "allowed":
            broken = ~value.is_in(column.allowed)
        elif self.kind == "pattern":
            broken = ~value.str.contains(str(column.pattern))
        elif column.dtype.is_temporal():
            broken = ~value.cast(pl.Date).is_between(EARLIEST, LATEST)
        else:
            broken = _outside(value, column)
        return broken.fill_null(value=False)


def rule_name(column: str, kind: str) -> str:
    """Name a rule of a column."""
    return f"{column}.{kind}"


def value_rules(field: Field) -> tuple[Rule, ...]:
    """List the rules of a column as a table uses it, in fixed order."""
    column = field.column
    rules = [Rule(column, "required")] if field.is_required else []
    if column.allowed:
        rules.append(Rule(column, "allowed"))
    if column.dtype.is_temporal() or column.minimum is not None or column.maximum is not None:
        rules.append(Rule(column, "range"))
    if column.pattern is not None:
        rules.append(Rule(column, "pattern", column.pattern_severity))
    return tuple(rules)


def orders_among(table: Table, columns: Collection[str]) -> dict[str, Order]:
    """Return, by the name of its rule, each pair of dates whose wrong order quarantines a row.

    Args:
        table: The source's contract.
        columns: The mapped columns; a pair of which one is not mapped is left out.
    """
    return {
        rule_name(order.later, ORDERED): order
        for order in table.orders
        if order.severity == "fail" and order.earlier in columns and order.later in columns
    }


def is_out_of_order(order: Order) -> pl.Expr:
    """Return whether the second date of a pair is before the first; never null. A null breaks nothing."""
    return (pl.col(order.later) < pl.col(order.earlier)).fill_null(value=False)


def bounds_in_words(column: Column) -> str:
    """Write a number column's bounds: ``from 0 to 1``, ``at least 0``; empty where it has none."""
    low, high = (None if bound is None else _written(bound) for bound in (column.minimum, column.maximum))
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}" if high is not None else ""


def _written(number: float) -> str:
    return f"{number:z,.0f}" if float(number).is_integer() else str(number)


def _outside(value: pl.Expr, column: Column) -> pl.Expr:
    bounds = []
    if column.minimum is not None:
        bounds.append(value < column.minimum)
    if column.maximum is not None:
        bounds.append(value > column.maximum)
    return bounds[0] if len(bounds) == 1 else bounds[0] | bounds[1]
