"""Ids as they are written: their invisible edges, and by what the ids of two systems differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import polars as pl

_INVISIBLE_RANGES = (
    (0x00, 0x20),  # control characters, the blank
    (0x7F, 0xA0),  # more of them, the no-break space
    (0xAD, 0xAD),  # the soft hyphen
    (0x61C, 0x61C),  # marks of direction, here and from 0x200e
    (0x1680, 0x1680),
    (0x180E, 0x180E),
    (0x2000, 0x200F),  # blanks of every width, zero-width ones
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x2800, 0x2800),  # Braille without a dot
    (0x3000, 0x3000),  # the ideographic space
    (0x3164, 0x3164),  # Hangul fillers
    (0xFEFF, 0xFEFF),  # the byte order mark
    (0xFFA0, 0xFFA0),
)

INVISIBLE = "".join(chr(code) for first, last in _INVISIBLE_RANGES for code in range(first, last + 1))
"""Characters that nobody sees at the edge of an id: spaces of every kind, byte order marks, zero-width characters."""

_MAY_HAVE_EDGES = r"^[^!-~]|[^!-~]$"
"""Ids that begin or end with anything but a plain character: few, and cheap to find."""

_MENDED_SHARE = 0.5
"""A difference explains why ids find no account if it explains it for most of them; a few may match by chance."""

_COLLIDING_SHARE = 0.01
"""A way of writing ids that makes one of more of them than this is no other way of writing the same ids."""

_LOOKED_AT = 10_000
"""How many unknown ids are looked at; a difference that explains most of all explains most of these."""

_ANYWHERE = "[" + "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in _INVISIBLE_RANGES) + "]"


@dataclass(frozen=True, slots=True)
class Difference:
    """By what the ids of two sources differ.

    Attributes:
        what: The difference, as in ``leading zeros``.
        theirs: An id that finds no account.
        ours: The account that it would find without the difference.
    """

    what: str
    theirs: str
    ours: str

    def sentence(self, source: str) -> str:
        """Describe it as in ``A-007 in usage, 7 in accounts: a prefix and leading zeros``."""
        return f"{_shown(self.theirs)} in {source}, {_shown(self.ours)} in accounts: {self.what}"


def without_edges(ids: pl.Series) -> pl.Series:
    """Remove invisible characters from both ends of ids, given as texts; a null stays null."""
    if not ids.str.contains(_MAY_HAVE_EDGES).any():
        return ids
    return ids.str.strip_chars(INVISIBLE)


def difference_between(unknown: pl.Series, known: pl.Series) -> Difference | None:
    """Find the difference in writing without which most unknown ids would be known ones.

    Args:
        unknown: Ids of a source that are not among the accounts, each once.
        known: The ids of the accounts, each once.

    Returns:
        The simplest difference, one or two of those that are tried, with the first example; None if none explains most
        of the unknown ids, or only by making one of several accounts.
    """
    theirs = unknown.drop_nulls().unique().sort()
    theirs = theirs.gather_every(1 + len(theirs) // _LOOKED_AT)
    if theirs.is_empty() or known.is_empty():
        return None
    ours = known.drop_nulls().unique().sort()
    for names, write in _ways():
        rewritten = _rewritten(theirs, write), _rewritten(ours, write)
        if any(ids.n_unique() < (1 - _COLLIDING_SHARE) * len(ids) for ids in rewritten):
            continue
        found = rewritten[0].to_frame("id").with_columns(theirs=theirs).filter(pl.col("id") != "")
        joined = found.join(rewritten[1].to_frame("id").with_columns(ours=ours), on="id", maintain_order="left")
        if joined.height >= _MENDED_SHARE * len(theirs):
            first = joined.row(0, named=True)
            return Difference(" and ".join(names), first["theirs"], first["ours"])
    return None


def _shown(written: str) -> str:
    return written if written.isprintable() and written == written.strip() else repr(written)


_Way = Callable[[pl.Expr], pl.Expr]

_WAYS: dict[str, _Way] = {
    "invisible characters": lambda ids: ids.str.replace_all(_ANYWHERE, ""),
    "upper and lower case": lambda ids: ids.str.to_lowercase(),
    "a trailing .0": lambda ids: ids.str.replace(r"\.0+$", ""),
    "leading zeros": lambda ids: ids.str.replace_all(r"(^|[^0-9])0+([0-9])", "${1}${2}"),
    "hyphens": lambda ids: ids.str.replace_all("[-\u2010-\u2015_]", ""),
    # Salesforce writes the same id with and without three characters that say which letters are capitals.
    "15 and 18 characters": lambda ids: (
        pl.when(ids.str.contains("^[0-9A-Za-z]{18}$")).then(ids.str.head(15)).otherwise(ids)
    ),
    "a prefix": lambda ids: ids.str.replace(r"^.*[^0-9A-Za-z]([0-9A-Za-z])", "${1}").str.replace(
        "^[A-Za-z]+([0-9])", "${1}"
    ),
}
"""The differences that are tried, from the most harmless on, and how to write ids without each."""


def _ways() -> Iterator[tuple[tuple[str, ...], _Way]]:
    """Yield each difference, then each two of them; a prefix is removed first, since it hides other differences."""
    for name, way in _WAYS.items():
        yield (name,), way
    for (one, first), (other, second) in combinations(_WAYS.items(), 2):
        if other == "a prefix":
            yield (other, one), partial(_one_after_another, second, first)
        else:
            yield (one, other), partial(_one_after_another, first, second)


def _one_after_another(first: _Way, second: _Way, ids: pl.Expr) -> pl.Expr:
    return second(first(ids))


def _rewritten(ids: pl.Series, write: _Way) -> pl.Series:
    return ids.to_frame("id").select(write(pl.col("id"))).to_series()
