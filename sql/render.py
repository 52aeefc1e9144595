"""SQL templates of users: Jinja2 in a sandbox, in which values become bound parameters and never text.

A template may loop, branch and set variables. ``{{ value }}`` binds a value, a list as ``(one, two)``;
``{{ identifier(name) }}`` writes a quoted name. What a macro or a ``set`` block renders cannot be output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from transforms.errors import WrongUseError

Value = str | int | float | bool | date | datetime | Decimal | None

# Text that SQLAlchemy's text() would take for a parameter of its own.
_COLON = re.compile(r"(?<![:\w\\]):(?=\w)")
# The errors that an expression of a template may raise.
_FAILURES = (
    TemplateError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    LookupError,
    RecursionError,
    MemoryError,
)
_MARK = "\x00"
_MARKED = re.compile(f"{_MARK}(\\d+){_MARK}")
_TYPES: tuple[tuple[type, sa.types.TypeEngine[Any]], ...] = (
    (bool, sa.Boolean()),
    (datetime, sa.DateTime()),
    (date, sa.Date()),
)


@dataclass(frozen=True, slots=True)
class _Bound:
    value: Value


class _Name(str):
    """A quoted name, which is inserted into the text unchanged."""

    __slots__ = ()


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
        return frozenset(meta.find_undeclared_variables(_environment([]).parse(template)) - {"identifier"})
    except TemplateError as error:
        raise _refused(name, error) from error


def render(template: str, values: Mapping[str, object], name: str) -> Statement:
    """Render a template.

    Args:
        template: The template.
        values: The values of its variables: texts, numbers, dates, or lists of them.
        name: Its name in messages.

    Raises:
        WrongUseError: If it is not a template, uses an unknown variable, or does something that is not allowed.
    """
    if _MARK in template:
        raise WrongUseError(f"{name} holds a NUL character: remove it")
    bound: list[Value] = []
    try:
        text = _environment(bound).from_string(template).render(values)
    except (
        TemplateError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        LookupError,
        RecursionError,
    ) as error:
        raise _refused(name, error) from error
    return Statement(tuple(_pieces(text, bound, name)))


def _pieces(text: str, bound: list[Value], name: str) -> Iterator[str | _Bound]:
    """Split rendered text into pieces; values are in the order of binding, unless a filter moved them."""
    last = -1
    for position, piece in enumerate(_MARKED.split(text)):
        is_value = position % 2 == 1
        if _MARK in piece or (is_value and not last < int(piece) < len(bound)):
            raise WrongUseError(f"{name} filters a block that holds values: filter the values inside {{{{ }}}} instead")
        if is_value:
            last = int(piece)
            yield _Bound(bound[last])
        elif piece:
            yield piece


def _environment(bound: list[Value]) -> ImmutableSandboxedEnvironment:
    def finalize(value: object) -> str:
        if isinstance(value, _Name):
            return value
        if isinstance(value, list | tuple | set | frozenset):
            many = sorted(value) if isinstance(value, set | frozenset) else value
            return "(" + (", ".join(bind(one) for one in many) or "null") + ")"
        return bind(value)

    def bind(value: object) -> str:
        if isinstance(value, StrictUndefined):
            str(value)
        if isinstance(value, str):
            if _MARK in value:
                raise ValueError("it outputs what a macro or a block rendered, or a text with a NUL character")
            value = str(value)
        elif not isinstance(value, int | float | date | Decimal | None):
            raise ValueError(f"it outputs {type(value).__name__}, which cannot be a value of SQL")
        bound.append(value)
        return f"{_MARK}{len(bound) - 1}{_MARK}"

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=finalize, keep_trailing_newline=True
    )
    environment.globals["identifier"] = _identifier
    return environment


def _identifier(name: object) -> _Name:
    if not isinstance(name, str) or not name or _MARK in name:
        raise ValueError("identifier() expects a name")
    doubled = name.replace('"', '""')
    return _Name(f'"{doubled}"')


def _refused(name: str, error: Exception) -> WrongUseError:
    line = getattr(error, "lineno", None)
    where = f" in line {line}" if line else ""
    reason = str(error).strip().partition("\n")[0] or type(error).__name__
    return WrongUseError(f"{name} cannot be rendered{where}: {reason}: fix the template")
