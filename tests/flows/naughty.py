"""Names as people write them, and as nobody should have to read them."""

from __future__ import annotations

import json
import os
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("RETIER_SHARED", ROOT.parent / "shared"))

_OWN = [
    "[bold red]Acme[/bold red]",
    "[/]",
    "[link=https://example.com]here[/link]",
    "Acme :smile: Ltd",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "two\nlines\tand a tab",
    "back\b\b\b\bspace",
    "\u202eright to left",
    "Zo\u00eb \u2603 \U0001f600",
    "{{ 7 * 7 }} {% x %} ${HOME} %s {0}",
    "'; drop table account_tiers; --",
    "a" * 300,
    "null",
    "--help",
]


def _shared(limit: int) -> list[str]:
    """Every so many of the big list of naughty strings, where it is there."""
    path = SHARED / "data" / "blns" / "blns.json"
    if not path.exists():
        return []
    strings = [text for text in json.loads(path.read_text(encoding="utf-8")) if text and "\x00" not in text]
    return strings[:: max(1, len(strings) // limit)]


NAUGHTY = [*_OWN, *_shared(40)]
"""Names for accounts."""
