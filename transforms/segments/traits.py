"""Traits: what kind of company an account is, in one text that can be grouped by."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from transforms.policy.segments import SizeBand
from transforms.segments.bands import band_of

UNKNOWN = "unknown"
_SEPARATOR = "|"
_IN_A_PART = "/"
_PARTS = ("industry", "size_band", "region", "plan", "lifecycle_stage")


def known_text(name: str) -> pl.Expr:
    """A column of text without blanks around it; ``unknown`` where it is null or has nothing but blanks."""
    text = pl.col(name).str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text).otherwise(pl.lit(UNKNOWN))


def size_band(bands: Iterable[SizeBand]) -> pl.Expr:
    """The band that ``employees`` lies in; ``unknown`` where they are null."""
    return band_of(pl.col("employees"), bands).fill_null(UNKNOWN)


def trait() -> pl.Expr:
    """Industry, size band, region, plan and lifecycle stage, separated by ``|``.

    Returns:
        An expression over these columns: always five parts, each ``unknown`` where it is null or blank. A ``|``
        within a part becomes ``/``.
    """
    parts = [known_text(name).str.replace_all(_SEPARATOR, _IN_A_PART, literal=True) for name in _PARTS]
    return pl.concat_str(parts, separator=_SEPARATOR)
