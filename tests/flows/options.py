"""The options of runs in tests, in which only what matters is named."""

from __future__ import annotations

from typing import Any

from flows.request.options import RunOptions
from transforms.month import Month


def options_of(first: Month, last: Month | None = None, **named: Any) -> RunOptions:
    """Make the options of a run: of one month, or of a range; by default everything is known until its end."""
    last = last or first
    return RunOptions(**{"first": first, "last": last, "known_until": last.end_time, "command": "test"} | named)
