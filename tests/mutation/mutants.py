"""Finds what can be changed in a source: one operator, number or method at a time, never a string or an annotation."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.And: ("and", "or"), ast.Or: ("or", "and"),
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}  # fmt: skip
"""By operator: how it is written, and what takes its place."""

_PREFIXES = {ast.Not: "not", ast.USub: "-", ast.Invert: "~"}

_METHODS = {
    "all": "any", "all_horizontal": "any_horizontal", "any": "all", "any_horizontal": "all_horizontal",
    "ceil": "floor", "first": "last", "floor": "ceil", "is_not_null": "is_null", "is_null": "is_not_null",
    "last": "first", "max": "min", "max_horizontal": "min_horizontal", "mean": "sum", "min": "max",
    "min_horizontal": "max_horizontal", "sum": "max",
}  # fmt: skip
"""By method or function: another one that takes the same arguments."""

_LEFT_OUT = {"drop_nulls", "fill_null", "filter", "unique"}
"""Methods whose call is replaced by what they are called on."""

_Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A source with one change.

    Attributes:
        path: The source's path within the tree.
        line: The line of the change, from 1 on.
        before: The source as it is.
        after: The source with the change.
    """

    path: str
    line: int
    before: str
    after: str

    def diff(self) -> str:
        """Return the lines that differ, as a unified diff without context."""
        lines = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), n=0, lineterm="")
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def mutants_of(path: str, source: str) -> list[Mutant]:
    """Return every mutant of a source, in the order of the changed places."""
    text = source.encode()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node in _nodes(ast.parse(source)):
        for start, end, replacement in _Edits(text, starts).of(node):
            after = (text[:start] + replacement.encode() + text[end:]).decode()
            found.append(Mutant(path, text[:start].count(b"\n") + 1, source, after))
    return sorted(found, key=lambda mutant: mutant.line)


def _nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is executed: no annotations, no decorators, and nothing within a string."""
    if isinstance(node, ast.JoinedStr):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _nodes(child)


class _Edits:
    """Says how the text changes; places are counted in bytes, as the parser does."""

    def __init__(self, text: bytes, starts: list[int]) -> None:
        self._text, self._starts = text, starts

    def of(self, node: ast.AST) -> Iterator[_Edit]:
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                yield from self._operator(left, op, right)
            case ast.BoolOp(op=op, values=values):
                for left, right in pairwise(values):
                    yield from self._operator(left, op, right)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                for (one, other), op in zip(pairwise([left, *comparators]), ops, strict=True):
                    yield from self._operator(one, op, other)
            case ast.UnaryOp(op=op) if type(op) in _PREFIXES:
                start = self._start(node)
                yield start, start + len(_PREFIXES[type(op)]), ""
            case ast.Constant(value=bool() as value):
                yield self._start(node), self._end(node), str(not value)
            case ast.Constant(value=int() | float() as value):
                yield self._start(node), self._end(node), str(value + 1)
            case ast.Call(func=ast.Attribute(value=on, attr=name)):
                yield from self._method(node, on, name)

    def _operator(self, left: ast.expr, op: ast.AST, right: ast.expr) -> Iterator[_Edit]:
        if type(op) not in _OPERATORS:
            return
        start = self._end(left)
        between = re.sub(rb"#[^\n]*", lambda comment: b" " * len(comment[0]), self._text[start : self._start(right)])
        written, instead = _OPERATORS[type(op)]
        place = between.find(written.encode())
        if place >= 0:
            yield start + place, start + place + len(written), instead

    def _method(self, call: ast.Call, on: ast.expr, name: str) -> Iterator[_Edit]:
        end = self._end(on)
        if name in _METHODS:
            place = self._text.index(name.encode(), end)
            yield place, place + len(name), _METHODS[name]
        elif name in _LEFT_OUT:
            # The call may begin with a parenthesis around what it is called on, which has to stay.
            dot = self._text.index(b"." + name.encode(), end)
            yield dot, self._end(call), ""

    def _start(self, node: ast.AST) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.AST) -> int:
        return self._starts[node.end_lineno - 1] + node.end_col_offset
