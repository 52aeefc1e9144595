"""How sentences of checks write counts and shares."""

from __future__ import annotations


def percent(share: float) -> str:
    """Write a share as per cent to one decimal (``32.4 %``)."""
    return f"{share * 100:,.1f}".removesuffix(".0") + " %"


def counted(number: int, one: str, more: str | None = None) -> str:
    """Count things: ``1 account``, ``2,000 accounts``."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"
