"""Renders SQL templates to text: Jinja2 in a sandbox, with a mark for each value that is bound.

Nothing but Jinja2 is imported: what loops or computes is rendered in a process of its own, which is to start fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from jinja2 import StrictUndefined, TemplateError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

Value = str | int | float | bool | date | datetime | Decimal | None

MARK = "\x00"
"""Encloses the number of a bound value in rendered text."""

MOST_CHARACTERS = 10_000_000
"""How long a template and what is rendered from it may be: a hundred times the longest that a person writes."""

FAILURES = (
    TemplateError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    MemoryError,
    # Of Python's compiler, for blocks or brackets that are nested too deeply.
    SyntaxError,
)
"""The errors that a template may raise; a recursion error is a runtime error."""

# What is done once for each place in a template, and returns no more than it was given.
_PLAIN_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


class _Name(str):
    """A quoted name, which is inserted into the text unchanged."""

    __slots__ = ()


def parsed(template: str) -> nodes.Template:
    """Parse a template.

    Raises:
        Exception: One of :data:`FAILURES`, if it is none.
    """
    return _environment([]).parse(template)


def is_plain(template: nodes.Template) -> bool:
    """Return whether rendering takes no longer than reading: a template without loops, functions and arithmetic."""
    return all(
        isinstance(node, _PLAIN_NODES) or _is_identifier(node) for node in (template, *template.find_all(nodes.Node))
    )


def rendered(template: str, values: Mapping[str, object]) -> tuple[str, list[Value]]:
    """Render a template, in as much time and memory as it takes.

    Returns:
        The text, in which the number of each bound value stands between two marks; and the bound values.

    Raises:
        Exception: One of :data:`FAILURES`.
    """
    bound: list[Value] = []
    text = _environment(bound).from_string(template).render(values)
    refuse_long(text)
    return text, bound


def refuse_long(text: str) -> None:
    """Refuse SQL that nobody means.

    Raises:
        ValueError: If it is too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"it is more than {MOST_CHARACTERS:,} characters long")


def _is_identifier(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "identifier"


def _environment(bound: list[Value]) -> ImmutableSandboxedEnvironment:
    # With the context, which is there only when the template is rendered: so values are bound in their order.
    @pass_context
    def finalize(_context: Context, value: object) -> str:
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
            if MARK in value:
                raise ValueError("it outputs what a macro or a block rendered, or a text with a NUL character")
            value = str(value)
        elif not isinstance(value, int | float | date | Decimal | None):
            raise ValueError(f"it outputs {type(value).__name__}, which cannot be a value of SQL")
        bound.append(value)
        return f"{MARK}{len(bound) - 1}{MARK}"

    # Not optimised: constants would be computed while the template is compiled.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=finalize, keep_trailing_newline=True, optimized=False
    )
    environment.globals["identifier"] = _identifier
    return environment


def _identifier(name: object) -> _Name:
    if not isinstance(name, str) or not name or MARK in name:
        raise ValueError("identifier() expects a name")
    doubled = name.replace('"', '""')
    return _Name(f'"{doubled}"')
