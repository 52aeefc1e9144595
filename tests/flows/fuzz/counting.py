"""Reading files once more with other means: Python's csv and json, and Polars for Parquet."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import polars as pl

from transforms.contracts import SOURCES
from transforms.contracts.rules import EARLIEST

Rows = list[dict[str, str | None]]

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})\s*")
_SECOND = re.compile(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.0+)?Z?\s*")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)  # fmt: skip


def rows_of(name: str, content: bytes, source: str) -> Rows | None:
    """Read a file's rows as texts by column, nothing as None; None where it cannot be read as what its name says."""
    if name.endswith(".md"):
        return None
    try:
        if name.endswith(".parquet"):
            return _parquet(content)
        text = _text(content)
        return _json_lines(text) if ".jsonl" in name else _csv(text, SOURCES[source].columns)
    except (
        ValueError, EOFError, OSError, zlib.error, csv.Error, RecursionError, pl.exceptions.PolarsError
    ):  # fmt: skip
        return None


def month_of(row: Mapping[str, str | None], source: str) -> str | None:
    """Tell the month of a row as YYYY-MM, "" where its date cannot be used, None where that is not plain."""
    written = row.get(str(SOURCES[source].event_time))
    if written is None or not written.strip():
        return ""
    match = _DAY.fullmatch(written) or _SECOND.fullmatch(written)
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return ""
    return "" if day < EARLIEST else f"{day:%Y-%m}"


def _text(content: bytes) -> str:
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    # Bytes that are no text may stand in a column that is not used; in one that is they are no cell's text.
    return content.decode(encoding, "replace")


def _csv(text: str, expected: Collection[str]) -> Rows | None:
    csv.field_size_limit(sys.maxsize)
    best: list[list[str]] | None = None
    fitting = -1
    for delimiter in ",;\t|":
        try:
            found = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
        except csv.Error:
            continue
        named = {name.strip() for name in found[0]} & set(expected) if found else set()
        if len(named) > fitting:
            best, fitting = found, len(named)
    if not best:
        return None
    header = [name.strip() for name in best[0]]
    if any(len(row) != len(header) for row in best):
        return None
    return [dict(zip(header, (cell or None for cell in row), strict=True)) for row in best[1:]]


def _json_lines(text: str) -> Rows | None:
    rows: Rows = []
    for line in io.StringIO(text, newline=""):
        if not line.strip():
            continue
        found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once)
        if not isinstance(found, dict):
            return None
        rows.append({key: _as_text(value) for key, value in found.items()})
    return rows


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value)


def _parquet(content: bytes) -> Rows:
    frame = pl.read_parquet(io.BytesIO(content))
    texts = {series.name: _texts_of(series) for series in frame}
    return [dict(zip(texts, row, strict=True)) for row in zip(*texts.values(), strict=True)]


def _texts_of(series: pl.Series) -> list[str | None]:
    dtype = series.dtype
    if dtype.is_nested():
        return [None if is_null else f"({dtype})" for is_null in series.is_null()]
    if dtype == pl.Binary():
        return [None if one is None else one.decode("utf-8", "replace") for one in series]
    if not dtype.is_temporal() or dtype == pl.Time():
        return series.cast(pl.String, strict=False).to_list()
    numbers = series.to_physical()
    if dtype == pl.Duration():
        return numbers.cast(pl.String).to_list()
    per_day = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}[getattr(dtype, "time_unit", "ms")]
    days = numbers if dtype == pl.Date() else numbers // per_day
    has_date = days.is_between(date.min.toordinal() - _EPOCH, date.max.toordinal() - _EPOCH).fill_null(value=False)
    dated = series.to_frame().select(pl.when(has_date).then(pl.col(series.name))).to_series().cast(pl.String)
    unit = getattr(dtype, "time_unit", "days")
    pairs = zip(dated, numbers, strict=True)
    return [text if text is not None or number is None else f"{number} {unit} since 1970" for text, number in pairs]
