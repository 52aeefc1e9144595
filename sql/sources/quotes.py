"""Finds quotes that neither open nor close a cell: readers differ in what they make of them, so the strict one decides.

DuckDB ignores a blank before an opening quote and after a closing one, and so joins cells that the blank kept apart.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np

from sql.sources.delimited import Layout

_CHUNK_BYTES = 16 << 20
_LINE_END = b"\n"
_MARK = b"\xef\xbb\xbf"

_Places = np.ndarray[Any, np.dtype[np.intp]]


def has_stray_quotes(path: Path, layout: Layout) -> bool:
    """Return whether a quote is anywhere but at the edges of a quoted cell, or doubled within one.

    If a doubled quote counts as closing a cell and opening it again, quotes open and close in turn: so the first of two
    follows a delimiter, a line ending or a quote, and the second precedes one of these.

    Args:
        path: A text file in UTF-8 that is not empty.
        layout: Its layout.
    """
    if not layout.quote:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        # Most files have no quote at all, which takes a tenth of the time to find out.
        return content.find(layout.quote.encode()) >= 0 and _are_any_astray(content, layout)


def _are_any_astray(content: mmap.mmap, layout: Layout) -> bool:
    quote = layout.quote.encode()
    is_edge = np.zeros(256, dtype=np.bool)
    is_edge[list(layout.delimiter.encode() + quote + b"\r\n")] = True
    begin = len(_MARK) if content[: len(_MARK)] == _MARK else 0
    seen = 0
    for start in range(begin, len(content), _CHUNK_BYTES):
        end = start + _CHUNK_BYTES
        before = _LINE_END if start == begin else content[start - 1 : start]
        letters = np.frombuffer(before + content[start:end] + (content[end : end + 1] or _LINE_END), np.uint8)
        places: _Places = 1 + np.flatnonzero(letters[1:-1] == quote[0])
        opening, closing = places[seen % 2 :: 2], places[1 - seen % 2 :: 2]
        if not (is_edge[letters[opening - 1]].all() and is_edge[letters[closing + 1]].all()):
            return True
        seen += len(places)
    return seen % 2 == 1
