"""How 0.1.0 digested rows, by Polars' own hash: to recognise what it kept, and for nothing else.

Polars may hash differently in any version. Whether the installed one hashes as it did then is seen by a known frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import polars as pl

from sql.sources.files import fingerprint_of

HALF = 2**32
"""Halves of hashes were added up, since whole ones would overflow."""

_KNOWN = {
    "text": ["a001", None, "a text of more than sixteen bytes"],
    "number": [1, None, -(2**40)],
    "share": [0.1, None, -0.0],
    "flag": [True, None, False],
    "day": [date(2025, 1, 31), None, date(1969, 12, 31)],
    "instant": [datetime(2025, 1, 31, 12, tzinfo=UTC), None, datetime(1969, 12, 31, tzinfo=UTC)],
}
# No frame yet: making it is a query, and a process that ran one at import cannot be forked any more.
_HASHES = (
    (11502531020015246538, 6422550408261292634, 10318793980640296316),
    (9373595352375227437, 11533712018726783298, 2516342260173249600),
    (15681444018931570334, 7387787044294172402, 16829601904624692458),
)


@cache
def is_reproduced() -> bool:
    """Return whether the installed Polars hashes rows as it did for 0.1.0."""
    return _known_hashes() == _HASHES


def _known_hashes() -> tuple[tuple[int, ...], ...]:
    """Hash the known frame: all of its rows, with each of the three seeds that were used."""
    known = pl.DataFrame(_KNOWN, schema_overrides={"instant": pl.Datetime("us", "UTC")})
    return tuple(tuple(known.select(pl.struct(pl.all()).hash(seed)).to_series()) for seed in (1, 2, 3))


def file_digest(path: Path, columns: Sequence[str]) -> str:
    """Digest the rows of a staged file as 0.1.0 did: their number, and sums of the halves of two hashes of each."""
    rows = pl.struct(columns)
    halves = [
        half.sum().alias(f"{seed}{name}")
        for seed in (1, 2)
        for name, half in (("low", rows.hash(seed) % HALF), ("high", rows.hash(seed) // HALF))
    ]
    found = pl.scan_parquet(path, glob=False).select(pl.len(), *halves).collect(engine="streaming")
    return fingerprint_of(*(str(value) for value in found.row(0)))
