"""The fingerprint of a month's result: equal if and only if the results are equal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import polars as pl

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
        if frame is None or frame.is_empty() or PUBLISHED[name].came_with > layout:
            continue
        kept = _columns(PUBLISHED[name], layout)
        digest.update(f"{name}:{','.join(kept)}:{frame.height}\n".encode())
        is_sorted = are_sorted and set(PUBLISHED[name].key) <= set(kept)
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


def _sorted(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    key = [column for column in PUBLISHED[name].key if column in frame.columns]
    is_key = len(key) == len(PUBLISHED[name].key)
    return frame.sort(key if is_key else frame.columns)


def _frame_digest(frame: pl.DataFrame) -> bytes:
    """Hash each column: its values, its nulls and its texts; for lists also their elements."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    with_nulls = [name for name in frame.columns if frame[name].null_count()]
    places = pl.int_range(pl.len())
    # One query for everything: each part is one value, a list or a text.
    parts = [
        *(_number(pl.col(name), dtype).implode().alias(f"values:{name}") for name, dtype in frame.schema.items()),
        *(places.filter(pl.col(name).is_null()).implode().alias(f"nulls:{name}") for name in with_nulls),
        *(pl.col(name).str.join("").alias(f"texts:{name}") for name in texts),
    ]
    hashes = {f"{kind}:{name}": hashlib.sha256() for kind in ("values", "nulls", "texts") for name in frame.columns}
    slice_rows = max(1, _SLICE_VALUES // frame.width)
    for number, rows in enumerate(frame.iter_slices(slice_rows)):
        for column in rows.select_seq(parts).iter_columns():
            hashes[column.name].update(_bytes(column, number * slice_rows))
    digest = hashlib.sha256(b"".join(one.digest() for one in hashes.values()))
    # Empty lists are left out, because versions of Polars differ in what they explode them into.
    for name in lists:
        elements = frame.select(pl.col(name).filter(pl.col(name).list.len() > 0).explode())
        digest.update(_frame_digest(elements))
    return digest.digest()


def _bytes(part: pl.Series, first_row: int) -> bytes:
    """Return the bytes of one part of a column: its texts, the rows where it is null, or its values."""
    value = part[0]
    if isinstance(value, str):
        return value.encode()
    offset = first_row if part.name.startswith("nulls:") else 0
    # Zero has no sign.
    return bytes((value.to_numpy() + offset).tobytes())


def _number(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Convert numbers, dates, times, booleans and the lengths of texts and lists to eight bytes each; null is zero."""
    if isinstance(dtype, pl.List):
        value = value.list.len()
    elif dtype == pl.String:
        value = value.str.len_bytes()
    return value.to_physical().cast(pl.Float64 if dtype.is_float() else pl.Int64).fill_null(0)
