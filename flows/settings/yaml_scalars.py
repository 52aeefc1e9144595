"""Values without quotes in YAML: numbers, true, false and null where nobody reads them otherwise, and texts.

Versions of YAML and their readers disagree about 030, 0x1F, 1_000 and 1:30: such values are refused. What only the
older version takes for something else than a text (yes, no, on, off, 2026-10-15) is the text that is written.
"""

from __future__ import annotations

import math
import re

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
# With an exponent only one that has a sign, as YAML 1.1 wants it: 1e3 is a text to some readers.
_FRACTION = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?")
_MOST_DIGITS = 40

_AMBIGUOUS = (
    (r"[-+]?0[0-9]+", "which some read to base 8: expected a number without a leading 0"),
    (r"[-+]?0o[0-7_]+", "which some read to base 8: expected a number to base 10"),
    (r"[-+]?0[xX][0-9a-fA-F_]+", "which some read to base 16: expected a number to base 10"),
    (r"[-+]?0b[01_]+", "which some read to base 2: expected a number to base 10"),
    (r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", "which some read to base 60: expected a number without colons"),
    (r"[-+]?[0-9][0-9_]*(\.[0-9_]*)?", "which some read as a number: expected a number without underscores"),
    (r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "which is not finite: expected a number to count with"),
)
_IN_QUOTES = "or a text in quotes"


class AsWritten(str):
    """A value as it is written in a file, which messages show without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the text itself, so that a number without quotes is not shown with them."""
        return str(self) if self.isprintable() else super().__repr__()


def is_null(text: str) -> bool:
    """Return whether a value without quotes is null, as nothing at all is."""
    return text in _NULLS


def plain_value(text: str) -> str | int | float | bool | None:
    """Read a value that is written without quotes.

    Args:
        text: The value as it is written.

    Raises:
        ValueError: If not all readers of YAML would read it as the same, or if it is no finite number; the message is
            a phrase that follows the value.
    """
    if is_null(text):
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    number = plain_number(text)
    if number is not None:
        return number
    for pattern, reason in _AMBIGUOUS:
        if re.fullmatch(pattern, text):
            raise ValueError(f"{reason}, {_IN_QUOTES}")
    return text


def plain_number(text: str) -> int | float | None:
    """Read a number as everybody writes it; null if a text is none.

    Raises:
        ValueError: If it has too many digits, or is too large to count with.
    """
    is_whole = _WHOLE.fullmatch(text) is not None
    if not is_whole and not _FRACTION.fullmatch(text):
        return None
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"which has {len(text):,} digits: expected at most {_MOST_DIGITS}, {_IN_QUOTES}")
    number = int(text) if is_whole else float(text)
    if not math.isfinite(number):
        raise ValueError(f"which is too large to count with: expected a smaller number, {_IN_QUOTES}")
    return number
