"""How the report calls accounts and tiers."""

from __future__ import annotations

from flows.report.numbers import NOT_KNOWN
from flows.words import TIERS, in_words


def account(name: str | None, account_id: str) -> str:
    """Call an account by its name and, since names may be given twice, its id."""
    return account_id if name is None or name == account_id else f"{name} ({account_id})"


def tier(code: str | None, otherwise: str) -> str:
    """Say a tier, or what it means that there is none."""
    return otherwise if code is None else in_words(code, TIERS)


def owner(name: str | None) -> str:
    """Say who looks after an account."""
    return NOT_KNOWN if name is None else name
