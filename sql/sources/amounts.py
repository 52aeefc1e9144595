"""Notices numbers that may be meant in two ways: 1.250 is a little more than one, or more than a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import polars as pl

from sql.sources.casts import Caster
from sql.sources.spec import SourceSpec
from transforms.contracts import Column
from transforms.errors import RetierError

_WHOLE = r"^\s*[+-]?\d+\s*$"
_WITH_COMMA = r"^\s*[+-]?[0-9.]*,[0-9.,]*[0-9][0-9.,]*\s*$|^\s*[+-]?[0-9][0-9.]*,[0-9.,]*\s*$"
_DECIMAL = r"^\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?\s*$"
_GROUPED = r"^\s*[+-]?[1-9]\d{0,2}\.\d{3}\s*$"
"""What a number with a separator of thousands looks like, if that is a point."""


@dataclass(slots=True)
class Seen:
    """What was seen in a column; the first of each kind, None where there is none.

    Attributes:
        whole: A number without a point.
        grouped: A number with one point and exactly three digits after it, which may separate thousands.
        decimal: A number whose point can only be a decimal mark, which settles the matter.
        comma: A number with a comma.
    """

    whole: str | None = None
    grouped: str | None = None
    decimal: str | None = None
    comma: str | None = None

    def look(self, text: pl.Series) -> None:
        """Look at some values of the column, as texts."""
        if self.comma is None:
            with_comma = text.filter(text.str.contains(",", literal=True))
            self.comma = _first(with_comma.filter(with_comma.str.contains(_WITH_COMMA)))
        if self.whole is None:
            self.whole = _first(text.filter(text.str.contains(_WHOLE)))
        if self.decimal is None:
            pointed = text.filter(text.str.contains(".", literal=True))
            is_grouped = pointed.str.contains(_GROUPED)
            self.grouped = self.grouped or _first(pointed.filter(is_grouped))
            self.decimal = _first(pointed.filter(~is_grouped & pointed.str.contains(_DECIMAL)))

    def together(self, other: Seen) -> Seen:
        """Return what was seen of either."""
        return Seen(*(getattr(self, each.name) or getattr(other, each.name) for each in fields(Seen)))

    @property
    def doubt(self) -> str | None:
        """What is in doubt, as the middle of a sentence; None where nothing is."""
        if self.comma is not None:
            return f"a comma (got {self.comma!r}), which may be a decimal mark or separate thousands"
        if self.grouped is not None and self.whole is not None and self.decimal is None:
            return (
                f"points before exactly three digits beside whole numbers (got {self.grouped!r} and {self.whole!r}), "
                "which may be decimal marks or separate thousands"
            )
        return None


@dataclass
class Amounts:
    """Looks at the columns of a file in which such a mistake would go unnoticed: amounts of money, and counts.

    Attributes:
        seen: By our column, what was seen of it.
    """

    seen: dict[str, Seen] = field(default_factory=dict)

    def watched(self, column: Column, caster: Caster) -> Caster:
        """Return a caster that looks at what it is given, if the column is one of these."""
        is_money = column.unit is not None and column.unit.startswith("currency")
        if not is_money and column.dtype != pl.Int64:
            return caster
        seen = self.seen.setdefault(column.name, Seen())

        def look_and_cast(text: pl.Series) -> pl.Series:
            seen.look(text)
            return caster(text)

        return look_and_cast


def is_asked(spec: SourceSpec) -> bool:
    """Return whether a project has not said yet how a source's files write numbers."""
    return spec.path is not None and not {"decimal", "thousands"} & spec.model_fields_set


def refuse_doubtful(source: str, spec: SourceSpec, found: Iterable[tuple[str, Mapping[str, Seen]]]) -> None:
    """Refuse a source whose numbers may be meant in two ways, and that does not say in which.

    Args:
        source: The source.
        spec: Its specification.
        found: For each file, its name and what was seen in its columns.

    Raises:
        RetierError: If a number is in doubt.
    """
    if not is_asked(spec):
        return
    together: dict[str, Seen] = {}
    names: dict[str, str] = {}
    for name, columns in found:
        for column, seen in columns.items():
            together[column] = together.get(column, Seen()).together(seen)
            if seen.doubt is not None or seen.grouped is not None:
                names.setdefault(column, name)
    for column, seen in together.items():
        if seen.doubt is not None:
            raise RetierError(
                f"{source}: {column} in {names[column]} has {seen.doubt}: say which under sources.{source} in "
                'retier.yaml, by decimal: "," or decimal: ".", or by thousands: "," or thousands: "."'
            )


def as_record(seen: Mapping[str, Seen]) -> dict[str, list[str | None]]:
    """Write what was seen, for the record of a file; columns without anything in doubt are left out."""
    return {
        name: [getattr(each, one.name) for one in fields(Seen)]
        for name, each in seen.items()
        if each.comma is not None or each.grouped is not None or each.decimal is not None or each.whole is not None
    }


def from_record(record: Mapping[str, Any]) -> dict[str, Seen]:
    """Read what :func:`as_record` wrote."""
    return {name: Seen(*values) for name, values in record.items()}


def _first(values: pl.Series) -> str | None:
    found = values.drop_nulls()
    return None if found.is_empty() else str(found[0]).strip()
