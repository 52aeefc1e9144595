"""The ways in which texts write a word: as it is, as messages quote it, in JSON, in HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

WORD_BEGINS, WORD_ENDS = r"(?<!\w)(?<!\w-)", r"(?!\w)(?!-\w)"
"""Where a whole word begins and ends: ``a1`` is neither part of ``a10`` nor of ``a1-eu``."""

_QUOTES = (('"', "'"), ("&quot;", "&#x27;"), ("&#34;", "&#39;"))


def forms(word: str) -> list[str]:
    """Return the ways to write a word: as it is, as messages quote it, in JSON; two words have them in one order."""
    as_json = [json.dumps(word, ensure_ascii=is_ascii)[1:-1] for is_ascii in (False, True)]
    return [word, repr(word)[1:-1], *as_json]


def escaped_forms(word: str) -> list[str]:
    """Return the ways to write a word in HTML: quotes as they are, or as Python or Jinja2 escape them; then plainly."""
    return [
        form.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', double).replace("'", single)
        for form in forms(word)
        for double, single in _QUOTES
    ] + forms(word)


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression that matches any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def whole(words: Iterable[str]) -> str:
    """Return a regular expression that matches any of some words where they are part of no longer one."""
    return f"{WORD_BEGINS}(?:{any_of(words)}){WORD_ENDS}"
