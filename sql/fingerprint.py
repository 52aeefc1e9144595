"""The fingerprint of a month's result: equal if and only if the results are equal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
import polars.selectors as cs

from transforms.contracts import PUBLISHED, Table

MONTH_TABLES = (
    "account_features",
    "account_scores",
    "score_contributions_wide",
    "account_tiers",
    "tier_changes",
    "account_segments",
    "engagement_plan",
    "engagement_actions",
    "account_risks",
    "team_load",
)
"""The tables that are replaced when a month is published; together they are its result."""

_OF_THE_RUN = ("run_id", "revision", "change_id", "is_correction")
"""Columns that identify the run and revision, and are not part of the result."""

LAYOUT = 3
"""The columns that make up the result: those whose ``came_with`` is at most this number, without sentences.

A column that is added to the contracts gets the next number, and so does this constant; months that were published
earlier are then compared without that column. Layout 1, that of 0.1.0, included sentences.
"""

_OF_0_1_0 = 1

_SLICE_VALUES = 2_000_000
"""How many values are hashed at a time, to spare memory; the digest is the same whatever their number."""

_OF_EIGHT_BYTES = (pl.Float64, pl.Int64)


def is_same_result(
    frames: Mapping[str, pl.DataFrame], recorded: str, published: Callable[[], Mapping[str, pl.DataFrame]]
) -> bool:
    """Return whether a month's result equals the published one, without sentences and columns that were added since.

    Args:
        frames: The result, as :func:`fingerprint` takes it.
        recorded: The fingerprint of the published result.
        published: Reads the published rows of the month; called only if 0.1.0 published other sentences or another
            result.
    """
    layout = _layout_of(recorded)
    if fingerprint(frames, layout=layout) == recorded:
        return True
    return layout == _OF_0_1_0 and fingerprint(frames, layout=2) == fingerprint(published(), layout=2)


def _layout_of(recorded: str) -> int:
    layout, _, digits = recorded.partition("-")
    return int(layout) if digits else _OF_0_1_0


def fingerprint(frames: Mapping[str, pl.DataFrame], *, are_sorted: bool = False, layout: int = LAYOUT) -> str:
    """Hash a month's result independently of the order of its rows, and of its run and revision.

    The values themselves are hashed (numbers as eight little-endian bytes, texts as UTF-8 after their lengths), so that
    neither the process nor the version of Polars matters. A hundred thousand accounts take a third of a second; as text
    they took more than twice that.

    Args:
        frames: Frames by table, as their contracts say; those of ``MONTH_TABLES`` count, and a missing one counts as
            empty.
        are_sorted: Whether the rows are already sorted by their key, so that they need not be sorted again; tables
            whose key names a run or revision are always sorted.
        layout: The columns that count.

    Returns:
        64 hexadecimal digits, after the number of the layout unless that is 1.
    """
    digest = hashlib.sha256()
    for name in MONTH_TABLES:
        frame = frames.get(name)
        table = PUBLISHED[name]
        if frame is None or frame.is_empty() or table.came_with > layout:
            continue
        kept = _columns(table, layout)
        frame = _as_whole_numbers(frame, table, layout)
        digest.update(f"{name}:{','.join(kept)}:{frame.height}\n".encode())
        is_sorted = are_sorted and set(table.key) <= set(kept)
        digest.update(_frame_digest(frame[kept] if is_sorted else _sorted(frame[kept], name)))
    return digest.hexdigest() if layout == _OF_0_1_0 else f"{layout}-{digest.hexdigest()}"


def _columns(table: Table, layout: int) -> list[str]:
    return [
        field.name
        for field in table.fields
        if field.name not in _OF_THE_RUN
        and field.column.came_with <= layout
        and (layout == _OF_0_1_0 or not field.column.is_prose)
    ]


def _as_whole_numbers(frame: pl.DataFrame, table: Table, layout: int) -> pl.DataFrame:
    """Write as whole numbers what was one in the layout; a fraction shows that the result is another."""
    widened = [one.column.name for one in table.fields if (one.column.fractions_came_with or 0) > layout]
    whole = [name for name in widened if bool((frame[name].round() == frame[name]).all())]
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name in whole)


def _sorted(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    key = [column for column in PUBLISHED[name].key if column in frame.columns]
    is_key = len(key) == len(PUBLISHED[name].key)
    return frame.sort(key if is_key else frame.columns)


def _frame_digest(frame: pl.DataFrame) -> bytes:
    """Hash each column: its values, its nulls and its texts; for lists also their elements."""
    hashes = {f"{kind}:{name}": hashlib.sha256() for kind in ("values", "nulls", "texts") for name in frame.columns}
    # The memory of such columns is what is hashed.
    plain = [column for column in frame.iter_columns() if column.dtype in _OF_EIGHT_BYTES and not column.null_count()]
    for column in plain:
        hashes[f"values:{column.name}"].update(_bytes(column))
    direct = {column.name for column in plain}
    others = frame[[name for name in frame.columns if name not in direct]]
    slice_rows = max(1, _SLICE_VALUES // frame.width)
    for first_row in range(0, frame.height, slice_rows) if others.width else ():
        for part in others.slice(first_row, slice_rows).select_seq(_parts(others, first_row)).iter_columns():
            hashes[part.name].update(_bytes(part[0]))
    digest = hashlib.sha256(b"".join(one.digest() for one in hashes.values()))
    # Empty lists are left out, because versions of Polars differ in what they explode them into.
    for name in (name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)):
        elements = frame.select(pl.col(name).filter(pl.col(name).list.len() > 0).explode())
        digest.update(_frame_digest(elements))
    return digest.digest()


def _parts(frame: pl.DataFrame, first_row: int) -> list[pl.Expr]:
    """Return what is hashed of columns: numbers of eight bytes, where null is zero, the rows that are null, and texts.

    Texts and lists have their lengths as numbers. Few expressions of many columns each: an expression per column would
    take longer to build than to run.
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    numbers = [
        pl.col(texts).str.len_bytes().cast(pl.Int64),
        cs.list().list.len().cast(pl.Int64),
        cs.float().cast(pl.Float64),
        (~(cs.string() | cs.list() | cs.float())).to_physical().cast(pl.Int64),
    ]
    null = pl.col([column.name for column in frame.iter_columns() if column.null_count()]).is_null()
    return [
        *(number.fill_null(0).implode().name.prefix("values:") for number in numbers),
        (null.arg_true().cast(pl.Int64) + first_row).implode().name.prefix("nulls:"),
        pl.col(texts).str.join("").cast(pl.Binary).name.prefix("texts:"),
    ]


def _bytes(part: pl.Series | bytes) -> Any:
    """Return the bytes of one part of a column: its texts, or its numbers, among which zero has no sign."""
    if isinstance(part, bytes):
        return part
    numbers = np.ascontiguousarray(part.to_numpy())
    return numbers + 0.0 if part.dtype.is_float() else numbers
