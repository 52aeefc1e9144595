"""How messages of checks write shares."""

from __future__ import annotations


def percent(share: float) -> str:
    """Format a share as a percentage with one decimal (``32.4 %``)."""
    return f"{share * 100:z,.1f}".removesuffix(".0") + " %"
