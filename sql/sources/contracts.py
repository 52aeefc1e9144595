"""The parts of a contract that decide how rows are staged, as text for the names of staged files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from transforms.contracts import Table
from transforms.contracts.model import Field


def contract_text(table: Table) -> str:
    """Return everything that decides how a source's rows are typed and checked, for fingerprints.

    The text of 0.1.0 is used as long as it means the same, so that the files staged by 0.1.0 are found and used.
    """
    decisive = decisive_text(table)
    former = _of_0_1_0().get(table.name)
    return str(former["text"]) if former is not None and former["decisive"] == decisive else decisive


def former_texts(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield what :func:`contract_text` was before optional columns were added, newest first.

    Args:
        table: The contract of a source.

    Returns:
        Pairs of a text and the columns that it lacks; none where no column was added.
    """
    numbers = sorted({field.column.came_with for field in table.fields})
    for number in reversed(numbers[:-1]):
        added = [field for field in table.fields if not field.is_required and field.column.came_with > number]
        kept = tuple(field for field in table.fields if field not in added)
        if added:
            yield contract_text(replace(table, fields=kept)), [field.name for field in added]


def columns_of_0_1_0(table: Table) -> list[str]:
    """List the columns of a source in 0.1.0, in their order; its digests covered all of them."""
    former = _of_0_1_0().get(table.name)
    return [] if former is None else [name for name in former["columns"] if name in table.columns]


def decisive_text(table: Table) -> str:
    """Return a contract as text, without its prose."""
    return repr([_decisive(field) for field in table.fields]) + repr(table.event_time)


def _decisive(field: Field) -> tuple[object, ...]:
    column = field.column
    values = (column.allowed, column.minimum, column.maximum, column.pattern, column.pattern_severity)
    # A date that means its month is read differently; the unit of a number changes no value.
    unit = (column.unit,) if column.unit is not None and column.dtype.is_temporal() else ()
    return (column.name, str(column.dtype), field.is_required, *values, *unit)


@cache
def _of_0_1_0() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(
        files("sql.sources").joinpath("contracts_of_0_1_0.json").read_text(encoding="utf-8")
    )
    return found
