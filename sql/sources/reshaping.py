"""What `retier.yaml` says of the shape of a source's rows: which are left out, and which columns are rows."""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from transforms.errors import first_few

Value = bool | float | date | str
"""A value of a condition: a truth, a number and a day are compared as such, anything else as text."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_Words = Annotated[str, Field(min_length=1)]


def _value(written: Any) -> Any:
    """Read a value of the file; a day may be in quotes."""
    if isinstance(written, bool) or written is None:
        return written
    if isinstance(written, datetime):
        raise ValueError("expected a day without a time: days are compared")
    if isinstance(written, int | float):
        if not math.isfinite(written) or abs(written) >= 2**53:
            raise ValueError("expected a number that is exact, or a text in quotes")
        return float(written)
    if isinstance(written, str) and _DAY.fullmatch(written):
        return date.fromisoformat(written)
    return written


def _values(written: Any) -> Any:
    return [_value(each) for each in written] if isinstance(written, list) else written


_Value = Annotated[Value, BeforeValidator(_value)]
_Values = Annotated[list[Value], BeforeValidator(_values), Field(min_length=1)]
_Bound = Annotated[float | date, BeforeValidator(_value)]


class Condition(BaseModel):
    """A condition on one of the source's own columns, which the rows that are kept meet.

    A row without a value meets ``not``, ``not_in`` and ``is_null: true``, and no other condition; nor does one whose
    value cannot be compared, such as a word with a number.

    Attributes:
        column: The column, by its name in the source.
        equals: The value that it has; ``is`` in the file.
        is_in: The values of which it has one; ``in`` in the file.
        differs: The value that it does not have; ``not`` in the file.
        is_not_in: The values that it does not have; ``not_in`` in the file.
        at_least: The smallest number or first day.
        at_most: The largest number or last day, inclusive.
        is_null: Whether it has no value.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    column: _Words
    equals: _Value | None = Field(None, alias="is")
    is_in: _Values | None = Field(None, alias="in")
    differs: _Value | None = Field(None, alias="not")
    is_not_in: _Values | None = Field(None, alias="not_in")
    at_least: _Bound | None = None
    at_most: _Bound | None = None
    is_null: bool | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = sorted(self._asked())
        if not asked:
            raise ValueError("expected one of is, in, not, not_in, at_least, at_most and is_null beside column")
        if len(asked) > 1 and asked != ["at_least", "at_most"]:
            raise ValueError(f"{first_few(asked)} are several conditions: write each as an entry of its own")
        return self

    def _asked(self) -> set[str]:
        names = {"equals": "is", "is_in": "in", "differs": "not", "is_not_in": "not_in"}
        return {names.get(name, name) for name in self.model_fields_set - {"column"} if getattr(self, name) is not None}

    @property
    def violated(self) -> str:
        """What is true of the rows that are left out, as the end of a sentence."""
        if self.equals is not None:
            return f"{self.column} is not {_written(self.equals)}"
        if self.is_in is not None:
            return f"{self.column} is none of {', '.join(map(_written, self.is_in))}"
        if self.differs is not None:
            return f"{self.column} is {_written(self.differs)}"
        if self.is_not_in is not None:
            return f"{self.column} is one of {', '.join(map(_written, self.is_not_in))}"
        if self.is_null is not None:
            return f"{self.column} has a value" if self.is_null else f"{self.column} has no value"
        bounds = [
            f"{word} {_written(bound)}"
            for word, bound in (("at least", self.at_least), ("at most", self.at_most))
            if bound is not None
        ]
        return f"{self.column} is not {' and '.join(bounds)}"


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:z.15g}"
    return value.isoformat() if isinstance(value, date) else repr(value)


class Unpivot(BaseModel):
    """Columns of a wide table, each cell of which is a row.

    Attributes:
        columns: The columns, by their names in the source or by patterns such as ``feature_*``.
        name: Our column that has the name of the source's column.
        value: Our column that has what is in the cell; an empty cell is no row.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Annotated[list[_Words], Field(min_length=1)]
    name: _Words
    value: _Words

    @property
    def patterns(self) -> list[str]:
        """Those of the columns that are patterns."""
        return [column for column in self.columns if any(letter in column for letter in "*?[")]

    def among(self, names: Collection[str], taken: Collection[str]) -> list[str]:
        """List the columns whose cells are rows, in the order of the source.

        Args:
            names: The source's columns.
            taken: Those that are mapped otherwise, which a pattern does not mean.
        """
        patterns = self.patterns
        return [
            name
            for name in names
            if name in self.columns
            or (name not in taken and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns))
        ]


Count = Literal["rows"]
"""Of what one row of usage is: ``rows`` makes one event of each row."""
