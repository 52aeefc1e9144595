"""Counts of things, in words."""

from __future__ import annotations

import math

_PLURALS = {"lift started": "lifts started", "lift ended": "lifts ended"} | {
    f"override {what}": f"overrides {what}" for what in ("started", "ended")
}


def pluralize(number: float, one: str, more: str | None = None) -> str:
    """Count things: ``1 account``, ``2,000 accounts``, ``0.5 points``.

    Args:
        number: How many; parts of one are written with six digits at most.
        one: One of them.
        more: Several of them; without it ``one`` with an s.
    """
    if math.isfinite(number) and number == int(number):
        number = int(number)
    counted = f"{number:,}" if isinstance(number, int) else f"{number:z,g}"
    return f"{counted} {one if number == 1 else more or _PLURALS.get(one, one + 's')}"
