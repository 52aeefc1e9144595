"""How sentences of checks write counts and shares."""

from __future__ import annotations


def percent(share: float) -> str:
    """Write a share as per cent to one decimal (``32.4 %``)."""
    return f"{share * 100:,.1f}".removesuffix(".0") + " %"
