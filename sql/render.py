"""SQL templates of users: Jinja2 in a sandbox, in which values become bound parameters and never text.

A template may loop, branch and set variables. ``{{ value }}`` binds a value, a list as ``(one, two)``;
``{{ identifier(name) }}`` writes a quoted name. What a macro or a ``set`` block renders cannot be output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from jinja2 import meta

from sql.template_apart import rendered_apart
from sql.template_text import FAILURES, MARK, Value, is_plain, parsed, refuse_long, rendered
from transforms.errors import WrongUseError

# Text that SQLAlchemy's text() would take for a parameter of its own.
_COLON = re.compile(r"(?<![:\w\\]):(?=\w)")
_MARKED = re.compile(f"{MARK}(\\d+){MARK}")
_TYPES: tuple[tuple[type, sa.types.TypeEngine[Any]], ...] = (
    (bool, sa.Boolean()),
    (datetime, sa.DateTime()),
    (date, sa.Date()),
)


@dataclass(frozen=True, slots=True)
class _Bound:
    value: Value


@dataclass(frozen=True, slots=True)
class Statement:
    """Rendered SQL: text and bound values, in order."""

    pieces: tuple[str | _Bound, ...]

    @property
    def parameters(self) -> dict[str, Value]:
        """The bound values by the name of their parameter."""
        values = (piece.value for piece in self.pieces if isinstance(piece, _Bound))
        return {f"value_{number}": value for number, value in enumerate(values)}

    def for_duckdb(self) -> str:
        """Return the SQL with placeholders such as ``$value_0`` for values."""
        return "".join(self._written("$", lambda text: text))

    def for_sqlalchemy(self) -> sa.TextClause:
        """Return the SQL with its values bound."""
        text = "".join(self._written(":", lambda piece: _COLON.sub(r"\\:", piece)))
        bound = [
            sa.bindparam(name, value, type_=next((sql for kind, sql in _TYPES if isinstance(value, kind)), None))
            for name, value in self.parameters.items()
        ]
        return sa.text(text).bindparams(*bound)

    def _written(self, sign: str, as_written: Any) -> Iterator[str]:
        number = 0
        for piece in self.pieces:
            if isinstance(piece, str):
                yield as_written(piece)
            else:
                yield f"{sign}value_{number}"
                number += 1


def variables(template: str, name: str) -> frozenset[str]:
    """List the variables that a template expects.

    Args:
        template: The template.
        name: How a person calls it.

    Raises:
        WrongUseError: If it is not a template.
    """
    try:
        refuse_long(template)
        return frozenset(meta.find_undeclared_variables(parsed(template)) - {"identifier"})
    except FAILURES as error:
        raise _refused(name, error) from error


def render(template: str, values: Mapping[str, object], name: str) -> Statement:
    """Render a template; one that loops or computes is rendered in a process of its own, which has limits.

    Args:
        template: The template.
        values: The values of its variables: texts, numbers, dates, or lists of them.
        name: Its name in messages.

    Raises:
        WrongUseError: If it is not a template, uses an unknown variable, does something that is not allowed, or takes
            more time or memory than it may.
    """
    if MARK in template:
        raise WrongUseError(f"{name} holds a NUL character: remove it")
    try:
        refuse_long(template)
        way = rendered if is_plain(parsed(template)) else rendered_apart
        text, bound = way(template, values)
    except FAILURES as error:
        raise _refused(name, error) from error
    return Statement(tuple(_pieces(text, bound, name)))


def _pieces(text: str, bound: Sequence[Value], name: str) -> Iterator[str | _Bound]:
    """Split rendered text into pieces; values are in the order of binding, unless a filter moved them."""
    last = -1
    for position, piece in enumerate(_MARKED.split(text)):
        is_value = position % 2 == 1
        if MARK in piece or (is_value and not last < int(piece) < len(bound)):
            raise WrongUseError(f"{name} filters a block that holds values: filter the values inside {{{{ }}}} instead")
        if is_value:
            last = int(piece)
            yield _Bound(bound[last])
        elif piece:
            yield piece


def _refused(name: str, error: Exception) -> WrongUseError:
    line = getattr(error, "lineno", None)
    where = f" in line {line}" if line else ""
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    return WrongUseError(f"{name} cannot be rendered{where}: {reason}: fix the template")
