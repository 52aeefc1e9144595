"""A source is one select: what else a query holds is refused, with what to write instead.

DuckDB itself says which statements a text holds. Other databases refuse a second statement, or what writes, by
themselves; this is asked before so that the answer says what to do, and for drivers that would run both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from transforms.errors import WrongUseError

_AS_CTE = "write what it makes as a common table expression: with name as (select ...) select ..."
_READS_ONLY = "a source only reads: select the rows as they should be"
_FILES = "name its files under files of the source, or its URL under database"
_BUILT_IN = "name files that an extension would read under files of the source; no extension is loaded"
_SETTING = "cast or convert in the select, as in cast(at as timestamp) at time zone 'Europe/Berlin'"
_INSTEAD = {
    "create": _AS_CTE,
    "alter": _AS_CTE,
    "drop": _READS_ONLY,
    "copy": _READS_ONLY,
    "export": _READS_ONLY,
    "import": _FILES,
    "attach": _FILES,
    "detach": _FILES,
    "use": "write the schema before the name of the table",
    "install": _BUILT_IN,
    "load": _BUILT_IN,
    "update": _READS_ONLY,
    "set": _SETTING,
    "reset": _SETTING,
    "pragma": _SETTING,
    "pivot": "list the values that become columns: pivot ... on column in ('one', 'other')",
    "begin": "leave it out: a source is read in a transaction anyway",
    "start": "leave it out: a source is read in a transaction anyway",
    "commit": "leave it out: nothing is written",
    "rollback": "leave it out: nothing is written",
    "call": "select from what it calls",
    "show": "write it as a select",
    "describe": "write it as a select",
    "summarize": "write it as a select",
    "explain": "write it as a select",
}
"""What to do about a statement, by its first word."""

_WRITES = ("insert", "update", "delete", "merge")
_READS = ("select", "with", "values", "table", "from", "(")
_SPACE = re.compile(r"[\s;]+|--[^\n]*|/\*")
_WORD = re.compile(r"[A-Za-z_]\w*|\(")
_WRITING_CTE = re.compile(r"\(\s*(insert|update|delete|merge)\b", re.IGNORECASE)
_INTO = re.compile(r"\binto\b", re.IGNORECASE)


def first_word(statement: str) -> str:
    """Return the first word of a statement in lower case, or the bracket that it begins with."""
    position = 0
    while (space := _SPACE.match(statement, position)) is not None:
        position = _after_comment(statement, space.start()) if space[0] == "/*" else space.end()
    found = _WORD.match(statement, position)
    return "" if found is None else found[0].lower()


def refused(name: str, statement: str) -> WrongUseError:
    """Say why a statement cannot be part of a source's query, and what to write instead."""
    word = first_word(statement)
    instead = _INSTEAD.get(word, _READS_ONLY if word in _WRITES else "write one select")
    return WrongUseError(f"{name} holds {word or 'a statement'!r}, but a source is one select; {instead}")


def several(name: str) -> WrongUseError:
    """Say that a query holds more than one select."""
    return WrongUseError(
        f"{name} holds more than one select: combine them by union all, or by common table expressions "
        "(with one as (select ...), other as (select ...) select ...)"
    )


def writes(name: str, word: str) -> WrongUseError:
    """Say that a select writes."""
    return WrongUseError(f"{name} writes ({word}): {_READS_ONLY}")


def refuse_others(statement: str, name: str, *, is_guarded: bool) -> None:
    """Refuse a text that is not one select, for databases that do not say what they understand.

    Databases differ in what quotes a text. Where no driver refuses a second statement, a semicolon counts unless all
    ways of reading take it for quoted.

    Args:
        statement: The SQL, in which bound values are parameters.
        name: The query's name in messages.
        is_guarded: Whether the driver itself refuses a second statement.

    Raises:
        WrongUseError: If it holds another statement, or one that writes.
    """
    if first_word(statement) not in _READS:
        if not first_word(statement):
            raise WrongUseError(f"{name} returns no rows: make it a select")
        raise refused(name, statement)
    readings = [(False, True)] if is_guarded else product((False, True), repeat=2)
    for backslashes, dollars in readings:
        plain = "".join(_unquoted(statement, backslashes=backslashes, dollars=dollars))
        _, _, more = plain.partition(";")
        if more.strip(" \t\r\n;"):
            raise several(name) if first_word(more) in _READS else refused(name, more)
        if found := _WRITING_CTE.search(plain):
            raise writes(name, found[1].lower())
        if _INTO.search(plain):
            raise writes(name, "into")


def _unquoted(text: str, *, backslashes: bool, dollars: bool) -> Iterator[str]:
    """Yield the parts of a text outside of quotes and comments; what was quoted is yielded as ``''``."""
    quoted = r"(?:\\.|''|[^'\\])*" if backslashes else r"(?:''|[^'])*"
    ways = [rf"'{quoted}(?:'|\Z)", r'"(?:""|[^"])*(?:"|\Z)', r"`[^`]*(?:`|\Z)", r"--[^\n]*"]
    if dollars:
        ways.append(r"(?P<tag>\$\w*\$).*?(?:(?P=tag)|\Z)")
    token = re.compile("|".join([*ways, r"/\*"]), re.DOTALL)
    end = 0
    while (found := token.search(text, end)) is not None:
        yield text[end : found.start()]
        is_long = found[0] == "/*"
        end = _after_comment(text, found.start()) if is_long else found.end()
        yield " " if is_long or found[0].startswith("--") else "''"
    yield text[end:]


def _after_comment(text: str, start: int) -> int:
    """Return where a comment ends, which may hold further ones."""
    depth = 0
    for found in re.finditer(r"/\*|\*/", text[start:]):
        depth += 1 if found[0] == "/*" else -1
        if depth == 0:
            return start + found.end()
    return len(text)
