"""Fingerprints: what a result was made from, as one short text."""

from __future__ import annotations

import hashlib
import json

import polars as pl


def fingerprint_of(*parts: object) -> str:
    """Hash what something was made from; equal parts give equal fingerprints in every process."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def newest_known(rows: pl.LazyFrame, source: str, configured: frozenset[str]) -> str | None:
    """Return when the newest of some rows became known, as ISO text; None where that is not recorded."""
    if f"{source}.known_at" not in configured:
        return None
    newest = rows.select(pl.col("known_at").max()).collect(engine="streaming").item()
    return None if newest is None else str(newest.isoformat())
