"""Text from data, written so that it cannot steer a terminal."""

from __future__ import annotations

import unicodedata

_REORDERING = frozenset("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def escape_controls(text: object) -> str:
    """Escape control characters, and those that change the direction of text; everything else is kept."""
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in {"Cc", "Cs"} or character in _REORDERING
        else character
        for character in str(text)
    )
