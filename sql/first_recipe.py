"""The digest of rows in 0.1.0, by Polars' own hash; used only to recognise what 0.1.0 stored.

Polars may hash differently in any version. A known frame shows whether the installed one hashes as it did then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import polars as pl

from sql.sources.files import fingerprint_of

HALF = 2**32
"""Halves of hashes were summed, since whole hashes would overflow."""

_KNOWN = {
    "text": ["a001", None, "a text of more than sixteen bytes"],
    "number": [1, None, -(2**40)],
    "share": [0.1, None, -0.0],
    "flag": [True, None, False],
    "day": [date(2025, 1, 31), None, date(1969, 12, 31)],
    "instant": [datetime(2025, 1, 31, 12, tzinfo=UTC), None, datetime(1969, 12, 31, tzinfo=UTC)],
}
# Not a frame yet: making one runs a query, and a process that runs one at import can no longer be forked.
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
    """Hash all rows of the known frame with each of the three seeds that were used."""
    known = pl.DataFrame(_KNOWN, schema_overrides={"instant": pl.Datetime("us", "UTC")})
    return tuple(tuple(known.select(pl.struct(pl.all()).hash(seed)).to_series()) for seed in (1, 2, 3))


def file_digest(path: Path, columns: Sequence[str]) -> str:
    """Digest the rows of a staged file as 0.1.0 did: their number, and the sums of the halves of two hashes per row."""
    rows = pl.struct(columns)
    halves = [
        half.sum().alias(f"{seed}{name}")
        for seed in (1, 2)
        for name, half in (("low", rows.hash(seed) % HALF), ("high", rows.hash(seed) // HALF))
    ]
    found = pl.scan_parquet(path, glob=False).select(pl.len(), *halves).collect(engine="streaming")
    return fingerprint_of(*(str(value) for value in found.row(0)))
