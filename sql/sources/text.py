"""The fast reader of text files: DuckDB parses, and Polars receives the rows as a stream, all cells as text.

DuckDB is used because Polars fills rows that have too few cells with nulls and has no option to turn that off.
Nothing is accepted that the strict reader would refuse: if DuckDB fails, the strict reader decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from sql.sources.delimited import MAXIMUM_CELL_CHARACTERS, Layout
from sql.sources.raw import ROW, Raw

# DuckDB reads ahead by buffers of this size, and a cell must fit into one.
_BUFFER_BYTES = 32 << 20

_SETTINGS = ("set timezone = 'UTC'", "set python_enable_replacements = false", "set enable_progress_bar = false")
# What DuckDB was installed with is all that it loads, and what it stores in the user's folder is none of a project's.
_ALONE = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
}


def connect(database: str = ":memory:", **settings: object) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB connection whose results depend neither on this machine's zone nor on Python's variables."""
    connection = duckdb.connect(database, config=dict(_ALONE), **settings)  # type: ignore[arg-type]
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


def csv_rows(path: Path, layout: Layout, wanted: Sequence[str], name: str) -> Raw:
    """Return a CSV file's rows; empty cells are null.

    Args:
        path: A text file in UTF-8.
        layout: Its layout.
        wanted: The columns to return, by their name in the header.
        name: The name of the file in messages.
    """
    types = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(layout.names)))
    chosen = ", ".join(f"c{layout.names.index(column)} as {identifier(column)}" for column in wanted)
    query = f"""
        select {chosen} from read_csv(
            $path, columns = {{{types}}}, auto_detect = false, header = true, delim = $delimiter,
            quote = $quote, escape = $quote, nullstr = '', strict_mode = true, null_padding = false,
            ignore_errors = false, max_line_size = {min(MAXIMUM_CELL_CHARACTERS, _BUFFER_BYTES // 2)},
            buffer_size = {_BUFFER_BYTES}, compression = 'none'
        )
    """
    parameters = {"path": no_glob(path), "delimiter": layout.delimiter, "quote": layout.quote}
    return _raw(query, parameters, wanted, name, "data row")


def jsonl_rows(path: Path, wanted: Sequence[str], name: str) -> Raw:
    """Return the rows of a file of JSON lines; a missing key is null, and all values become text."""
    types = ", ".join(f"{literal(key)}: 'VARCHAR'" for key in wanted)
    query = f"""
        select * from read_json(
            $path, format = 'newline_delimited', columns = {{{types}}}, compression = 'none'
        )
    """
    return _raw(query, {"path": no_glob(path)}, wanted, name, "row")


def streamed(relation: duckdb.DuckDBPyRelation, count: Callable[[int], None] | None = None) -> pl.LazyFrame:
    """Stream a DuckDB result to Polars, batch by batch, numbered by ``ROW``; it can only be read once.

    Polars 2.1 loses all rows of such a stream if it needs none of its columns (for a count, say), so the query must not
    be optimised.

    Args:
        relation: The result.
        count: Is told the number of rows of each batch.
    """

    def counted(batch: pl.DataFrame) -> pl.DataFrame:
        if count is not None:
            count(batch.height)
        return batch

    return (
        pl.scan_arrow_c_stream(relation)
        .with_row_index(ROW, offset=1)
        .map_batches(
            counted,
            predicate_pushdown=False,
            projection_pushdown=False,
            slice_pushdown=False,
            streamable=True,
        )
    )


def identifier(name: str) -> str:
    """Write a name as an SQL identifier."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def literal(text: str) -> str:
    """Write a text as an SQL literal, where parameters are not allowed."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _raw(query: str, parameters: Mapping[str, str], wanted: Sequence[str], name: str, row_word: str) -> Raw:
    def scan() -> pl.LazyFrame:
        return streamed(connect().sql(query, params=dict(parameters)))

    return Raw(name, row_word, dict.fromkeys(wanted, pl.String()), scan)


def no_glob(path: Path) -> str:
    """Escape a path so that DuckDB takes brackets and stars in it literally."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
