"""Detects cells beyond the header: DuckDB ignores an empty one at the end of a row, and cells may be in wrong columns.

A comma in an unquoted name shifts everything after it by one column. If the last column was empty, the row has one
empty cell too many, and nothing else shows the shift.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import duckdb

from sql.sources.delimited import Layout
from sql.sources.text import connect, no_glob

_QUERY = """
    select count(*) from read_csv(
        $path, columns = {columns}, auto_detect = false, header = true, delim = $delimiter, quote = $quote,
        escape = $quote, nullstr = chr(1), strict_mode = true, null_padding = true, parallel = false,
        compression = 'none'
    ) where beyond is not null
"""


def may_have_surplus_cells(path: Path, layout: Layout) -> bool:
    """Return whether a row of a CSV file may have more cells than its header; the strict reader finds out where.

    Args:
        path: A text file in UTF-8 that is not empty.
        layout: Its layout.
    """
    if not _may_end_in_nothing(path, layout):
        return False
    columns = {f"c{position}": "varchar" for position in range(len(layout.names))} | {"beyond": "varchar"}
    parameters = {"path": no_glob(path), "delimiter": layout.delimiter, "quote": layout.quote}
    try:
        found = connect().execute(_QUERY.replace("{columns}", str(columns)), parameters).fetchone()
    except duckdb.Error:
        return True
    return found != (0,)


def _may_end_in_nothing(path: Path, layout: Layout) -> bool:
    """Return whether the last cell of any line is empty, which takes much less time than reading rows."""
    nothing = [layout.delimiter, f"{layout.delimiter}{layout.quote * 2}"]
    endings = [f"{cell}{end}".encode() for cell in nothing for end in ("\n", "\r")]
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if any(content.find(ending) >= 0 for ending in endings):
            return True
        return any(content[-len(cell) :] == cell.encode() for cell in nothing)
