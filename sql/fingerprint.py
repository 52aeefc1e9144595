"""The fingerprint of a month's result: equal exactly where the result is."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping

import polars as pl

from transforms.contracts import PUBLISHED

MONTH_TABLES = (
    "account_features",
    "account_scores",
    "score_contributions_wide",
    "account_tiers",
    "tier_changes",
    "account_segments",
    "engagement_plan",
    "engagement_actions",
    "team_load",
)
"""The tables that are replaced when a month is published: together they are its result."""

_OF_THE_RUN = ("run_id", "revision", "change_id", "is_correction")
"""Columns that say which run and revision told the result, and nothing about it."""

_SLICE_ROWS = 100_000


def fingerprint(frames: Mapping[str, pl.DataFrame]) -> str:
    """Hash a month's result, whatever the order of its rows and whichever run and revision it is of.

    What is hashed is text (CSV with the shortest digits that give a number back), so that neither the process nor
    the version of Polars matters. A million accounts take some 10 s.

    Args:
        frames: Frames by table, as their contracts say; those of ``MONTH_TABLES`` count, and one that is missing
            counts like an empty one.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name in MONTH_TABLES:
        frame = frames.get(name)
        if frame is None or frame.is_empty():
            continue
        kept = [column for column in PUBLISHED[name].columns if column not in _OF_THE_RUN]
        digest.update(f"{name}:{','.join(kept)}\n".encode())
        for text in _texts(_sorted(frame.select(kept), name)):
            digest.update(text)
    return digest.hexdigest()


def _sorted(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    key = [column for column in PUBLISHED[name].key if column in frame.columns]
    is_key = len(key) == len(PUBLISHED[name].key)
    return frame.sort(key if is_key else frame.columns)


def _texts(frame: pl.DataFrame) -> Iterator[bytes]:
    """Write a frame piece by piece: its plain columns with the lengths of its lists, then each list's elements."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    plain = [pl.col(name).list.len() if name in lists else _unsigned_zero(frame, name) for name in frame.columns]
    for rows in frame.iter_slices(_SLICE_ROWS):
        yield _csv(rows.select(plain))
    for name in lists:
        for rows in frame.iter_slices(_SLICE_ROWS):
            # Empty lists are left out, so that nothing hangs on what a version of Polars explodes them into.
            elements = rows.select(pl.col(name).filter(pl.col(name).list.len() > 0).explode())
            yield _csv(elements.select(_unsigned_zero(elements, name)))


def _unsigned_zero(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Turn the negative zero, which equals zero but is written otherwise, into it."""
    return pl.col(name) + 0.0 if frame.schema[name].is_float() else pl.col(name)


def _csv(frame: pl.DataFrame) -> bytes:
    text = io.BytesIO()
    # Texts are quoted, so that an empty one is no null and a comma no border.
    frame.write_csv(text, include_header=False, quote_style="non_numeric")
    return text.getvalue()
