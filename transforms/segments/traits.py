"""Traits: the kind of company that an account is, as one text to group by."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from transforms.policy.segments import SizeBand
from transforms.segments.bands import band_of

UNKNOWN = "unknown"
_SEPARATOR = "|"
_IN_A_PART = "/"
_PARTS = ("industry", "size_band", "region", "plan", "structural_stage")


def known_text(name: str) -> pl.Expr:
    """Return a column of text without blanks around it; ``unknown`` if it is null or blank."""
    text = pl.col(name).str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text).otherwise(pl.lit(UNKNOWN))


def size_band(bands: Iterable[SizeBand]) -> pl.Expr:
    """Return the band of ``employees``; ``unknown`` if null."""
    return band_of(pl.col("employees"), bands).fill_null(UNKNOWN)


def trait() -> pl.Expr:
    """Return industry, size band, region, plan and structural stage, separated by ``|``.

    Returns:
        An expression over these columns: always five parts, each ``unknown`` if it is null or blank. A ``|``
        within a part becomes ``/``.
    """
    parts = [known_text(name).str.replace_all(_SEPARATOR, _IN_A_PART, literal=True) for name in _PARTS]
    return pl.concat_str(parts, separator=_SEPARATOR)
