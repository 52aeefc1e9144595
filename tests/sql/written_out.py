"""The recipe of row digests written out in plain Python, one value at a time: what the fast code is compared with."""

from __future__ import annotations

import hashlib
import math
import struct
from datetime import date, datetime, timedelta

import polars as pl

_ALL = 2**64 - 1
_FIRST, _SECOND, _GOLDEN = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15


def digest_by_hand(frame: pl.DataFrame) -> str:
    low = high = 0
    for row in frame.iter_rows(named=True):
        of_row, also = 0, 0
        for name, value in row.items():
            if value is not None:
                digest = hashlib.sha256(name.encode()).digest()
                seed, factor = (int.from_bytes(digest[start : start + 8], "little") for start in (0, 8))
                mixed = _mixed(_word(value) ^ seed)
                of_row += mixed
                also += mixed * (factor | 1)
        low += _mixed(of_row & _ALL)
        high += _mixed((also & _ALL) ^ _GOLDEN)
    content = f"{frame.height}:{low & _ALL}:{high & _ALL}"
    return f"2-{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def _mixed(word: int) -> int:
    word = (word ^ word >> 30) * _FIRST & _ALL
    word = (word ^ word >> 27) * _SECOND & _ALL
    return word ^ word >> 31


def _word(value: object) -> int:
    match value:
        case bool():
            return int(value)
        case int():
            return value & _ALL
        case float():
            bits = struct.pack("<d", math.nan if math.isnan(value) else value + 0.0)
            return int.from_bytes(bits, "little")
        case datetime():
            return (value - datetime(1970, 1, 1, tzinfo=value.tzinfo)) // timedelta(microseconds=1) & _ALL
        case date():
            return (value - date(1970, 1, 1)).days & _ALL
        case str():
            return _of_text(value.encode())
        case _:
            raise TypeError(value)


def _of_text(text: bytes) -> int:
    found = _mixed(len(text) ^ _GOLDEN)
    for place in range(0, len(text), 8):
        found = _mixed((found * _FIRST + int.from_bytes(text[place : place + 8], "little")) & _ALL)
    return found
