"""Counts of things, in words."""

from __future__ import annotations

_PLURALS = {"lift started": "lifts started", "lift ended": "lifts ended"} | {
    f"override {what}": f"overrides {what}" for what in ("started", "ended")
}


def pluralize(number: int, one: str, more: str | None = None) -> str:
    """Count things: ``1 account``, ``2,000 accounts``.

    Args:
        number: How many.
        one: One of them.
        more: Several of them; without it ``one`` with an s.
    """
    return f"{number:,} {one if number == 1 else more or _PLURALS.get(one, one + 's')}"
