"""Looks through the SQL of a source before DuckDB runs it: it is one select, and the files that it reads are files.

DuckDB tells what it understood, with the place of each part in the text: nothing is guessed from the text itself. What
it may open is limited by the connection, whatever is overlooked here.
"""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sql.sources.one_select import refused, several, writes
from sql.sources.special import refuse_special
from sql.sources.text import literal, no_glob
from transforms.errors import WrongUseError

_READERS = frozenset(
    {"read_csv", "read_csv_auto", "sniff_csv", "read_text", "read_blob", "glob", "read_parquet", "parquet_scan"}
    | {"parquet_metadata", "parquet_schema", "parquet_file_metadata", "parquet_full_metadata", "parquet_kv_metadata"}
    | {"parquet_bloom_probe", "read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto"}
    | {"read_ndjson", "read_ndjson_auto", "read_ndjson_objects"}
)
"""The functions of DuckDB that read files; the first argument is a path, or a list of them."""

_OTHERS = frozenset(
    {"range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "histogram"}
    | {"histogram_values", "pg_timezone_names", "icu_calendar_names"}
    | {"duckdb_columns", "duckdb_tables", "duckdb_views", "pragma_table_info"}
)
"""Its other functions that return rows, as far as they change nothing and run no SQL that is hidden in a text."""

_BUILT_IN = "select count(*) from duckdb_functions() where internal and lower(function_name) = {}"
_FILE = re.compile(r"[.](csv|tsv|parquet|json|jsonl|ndjson)([.](gz|zst))?([?].*)?$", re.IGNORECASE)
_DATABASE = re.compile(r"[.](duckdb|ddb|db)$", re.IGNORECASE)
_SET_VARIABLE = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*set\s+variable\s+(?P<variable>\w+|\"(?:[^\"]|\"\")*\")\s*(?:=|\bto\b)(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_END = re.compile(r";(\s|;|--[^\n]*|/\*.*?\*/)*$", re.DOTALL)
_NOWHERE = 2**64 - 1
_QUOTED = re.compile(rb"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")

_Node = dict[str, Any]


@dataclass(frozen=True)
class LookedThrough:
    """The statements of one query, on a connection that can only read.

    Attributes:
        connection: The connection.
        parameters: The values that are bound, by the names of their parameters.
        name: The query's name in messages.
        project: The folder from which relative paths start, without links in it.
    """

    connection: duckdb.DuckDBPyConnection
    parameters: Mapping[str, Any]
    name: str
    project: Path

    def relation(self, text: str) -> duckdb.DuckDBPyRelation:
        """Set the variables that a query sets, and return its select.

        Raises:
            WrongUseError: If it holds anything else.
            RetierError: If it reads what is no file.
            duckdb.Error: If DuckDB does not understand it, or may not read what it reads.
        """
        relation = None
        for each in self.connection.extract_statements(text):
            kind, variable = _kind(each), _SET_VARIABLE.match(each.query)
            if kind == duckdb.StatementType.SET and variable is not None:
                if relation is not None:
                    raise WrongUseError(f"{self.name} sets a variable after its select: set it before")
                self._set(variable["variable"], variable["value"])
            elif kind != duckdb.StatementType.SELECT:
                raise refused(self.name, each.query)
            elif relation is not None:
                raise several(self.name)
            else:
                select = self._select(each.query)
                relation = self.connection.sql(select, params=self._given(select))
        if relation is None:
            raise WrongUseError(f"{self.name} returns no rows: end it with a select")
        return relation

    def _set(self, variable: str, value: str) -> None:
        select = self._select("select (\n" + _END.sub("", value) + "\n)")
        statement = f"set variable {variable} = {select.removeprefix('select ')}"
        self._answer(statement)

    def _given(self, statement: str) -> dict[str, Any] | None:
        """Return the values that a statement names; None, as DuckDB wants it, for one that names none."""
        (parsed,) = self.connection.extract_statements(statement)
        return {name: self.parameters[name] for name in parsed.named_parameters} or None

    def _answer(self, statement: str) -> Any:
        """Return the first value of the result of a statement, all of which is fetched; None if there is none."""
        rows = self.connection.execute(statement, self._given(statement)).fetchall()
        return rows[0][0] if rows else None

    def _select(self, text: str) -> str:
        """Return a select in which the paths of files are whole, however the process was started."""
        tree = json.loads(self._answer(f"select json_serialize_sql({literal(text)})"))
        if tree["error"]:
            raise WrongUseError(
                f"{self.name} cannot be looked through ({tree['error_message']}): write it more plainly"
            )
        encoded = text.encode()
        for start, end, written in sorted(self._edits(tree["statements"], encoded), reverse=True):
            encoded = encoded[:start] + written.encode() + encoded[end:]
        return encoded.decode()

    def _edits(self, tree: Any, text: bytes) -> Iterator[tuple[int, int, str]]:
        """Yield the places of paths, in bytes, and what to write there."""
        nodes = [tree]
        while nodes:
            node = nodes.pop()
            if isinstance(node, list):
                nodes += node
            if not isinstance(node, dict):
                continue
            kind = str(node.get("type", ""))
            if kind.endswith("_QUERY_NODE"):
                raise writes(self.name, kind.removesuffix("_QUERY_NODE").lower())
            if kind == "SHOW_REF":
                raise refused(self.name, text.decode())
            if kind == "TABLE_FUNCTION":
                yield from self._path_of_function(node["function"], text)
            if kind == "BASE_TABLE":
                yield from self._path_of_table(node, text)
            nodes += node.values()

    def _path_of_function(self, function: _Node, text: bytes) -> Iterator[tuple[int, int, str]]:
        called = function["function_name"].lower()
        if called in _READERS:
            path = next((one["expression"] for one in function["arguments"] if not one["name"]), None)
            if path is not None:
                start, end = self._place(path, text)
                yield start, end, self._whole(text[start:end].decode())
        elif called not in _OTHERS and self._answer(_BUILT_IN.format(literal(called))):
            raise WrongUseError(
                f"{self.name} calls {called}(), by which a query could do more than read: write it out as "
                "a select of its own"
            )

    def _path_of_table(self, table: _Node, text: bytes) -> Iterator[tuple[int, int, str]]:
        name = table["table_name"]
        if table["schema_name"] or not (_FILE.search(name) or _DATABASE.search(name)):
            return
        start, _ = self._place(table, text)
        token = _QUOTED.match(text, start)
        if token is None:
            return
        if _DATABASE.search(name):
            raise WrongUseError(f"{self.name} reads the database {name}: name it under database of the source")
        yield start, token.end(), literal(self._checked(name))

    def _place(self, node: _Node, text: bytes) -> tuple[int, int]:
        start, length = node["query_location"], node["query_location_length"]
        if start == _NOWHERE or not length or start + length > len(text):
            raise WrongUseError(
                f"{self.name} names files where they are not expected: write read_csv('...') after from"
            )
        return start, start + length

    def _whole(self, written: str) -> str:
        """Return the SQL of a path that starts from the root, or of a list of them."""
        value = self._answer(f"select ({written})")
        if isinstance(value, str):
            return literal(self._checked(value))
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return "[" + ", ".join(literal(self._checked(one)) for one in value) + "]"
        return written

    def _checked(self, path: str) -> str:
        """Return a path or glob that starts from the root, and refuse what it matches if that is no file."""
        path = path.removeprefix("file://")
        if "://" in path or "\0" in path:
            return path
        whole = path if Path(path).is_absolute() else f"{no_glob(self.project)}/{path}"
        # DuckDB goes first, so that nothing is told of what it may not read. It passes over what is no file.
        self._answer(f"select count(*) from glob({literal(whole)})")
        found = [whole] if Path(whole).exists() else glob.glob(whole, recursive=True, include_hidden=True)  # noqa: PTH207
        for each in (path, *found):
            refuse_special(self.project / each, f"{self.name} reads {each}, which")
        return whole


def _kind(statement: duckdb.Statement) -> duckdb.StatementType | None:
    try:
        return statement.type
    except ValueError:
        # The Python package does not know every kind that DuckDB knows.
        return None
