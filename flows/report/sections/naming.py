"""How the report names accounts, tiers and owners."""

from __future__ import annotations

from flows.report.blocks import Cell
from flows.report.numbers import NOT_KNOWN
from flows.words import TIERS, in_words
from transforms.engagement.owners import TECHNICAL_POOL


def account(name: str | None, account_id: str) -> Cell:
    """Name an account by its name and, since two may share a name, its id."""
    return Cell(account_id) if name is None or name == account_id else Cell(name, detail=account_id)


def tier(code: str | None, otherwise: str) -> str:
    """Name a tier, or what a missing one means."""
    return otherwise if code is None else in_words(code, TIERS)


def pool(name: str) -> str:
    """Name a pool of the team; that of technical account managers by its initials."""
    return name.upper() if name == TECHNICAL_POOL else name


def owner(name: str | None) -> str:
    """Name the owner of an account."""
    return NOT_KNOWN if name is None else name
