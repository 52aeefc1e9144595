"""The rows of one file or query result, before they are converted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

ROW = "retier's number of the row"
"""The column that numbers the rows of an origin, from 1, with a name that no file uses."""

LEFT_OUT = "retier's number of the condition"
"""The column that numbers the condition for which a row is left out; null if it is kept."""

CELL = "retier's number of the cell"
"""The column that numbers the rows that were cells of one original row."""


@dataclass(frozen=True, slots=True)
class Raw:
    """The rows of one origin.

    Attributes:
        origin: The name of the file or query in messages.
        row_word: The word for a row in messages.
        schema: Its columns, with their dtypes.
        scan: Returns the rows in order, numbered by ``ROW``; may be called again.
    """

    origin: str
    row_word: str
    schema: Mapping[str, pl.DataType]
    scan: Callable[[], pl.LazyFrame]


def spooled(
    origin: str, row_word: str, names: Sequence[str], batches: Iterable[list[Sequence[str | None]]], folder: Path
) -> Raw:
    """Write batches of text rows into Parquet files one by one, and return them as an origin.

    Used for what only Python can read: one batch is in memory at a time.
    """
    schema = dict.fromkeys(names, pl.String())
    folder.mkdir()
    paths: list[Path] = []
    for number, batch in enumerate(batches):
        paths.append(folder / f"{number:06}.parquet")
        pl.DataFrame(batch, schema=schema, orient="row").write_parquet(paths[-1], compression="lz4")

    def scan() -> pl.LazyFrame:
        frame = pl.scan_parquet(paths, glob=False) if paths else pl.LazyFrame(schema=schema)
        return frame.with_row_index(ROW, offset=1)

    return Raw(origin, row_word, schema, scan)
