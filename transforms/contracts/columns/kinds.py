"""Short ways to describe a column of a common kind, so that the column lists read as a dictionary."""

from __future__ import annotations

import polars as pl

from transforms.contracts.model import TIERS, TIMESTAMP, Column


def text(name: str, meaning: str, *allowed: str, nulled_by: str | None = None) -> Column:
    """Describe a column of text, with the values that it may take if they are few."""
    return Column(name, pl.String(), meaning, allowed=allowed, nulled_by=nulled_by)


def identifier(name: str, meaning: str) -> Column:
    """Describe an id, as the company's own systems write it."""
    return Column(name, pl.String(), meaning, is_id=True)


def e_mail(name: str, meaning: str) -> Column:
    """Describe an e-mail address; a malformed one decides no tier, so it only warns and the row is kept."""
    return Column(name, pl.String(), meaning, pattern="^[^@ ]+@[^@ ]+$", pattern_severity="warn")


def date(name: str, meaning: str, nulled_by: str | None = None) -> Column:
    """Describe a calendar date in UTC."""
    return Column(name, pl.Date(), meaning, nulled_by=nulled_by)


def month(name: str, meaning: str) -> Column:
    """Describe a month, stored as the date of its first day."""
    return Column(name, pl.Date(), meaning, unit="first day of the month")


def timestamp(name: str, meaning: str, nulled_by: str | None = None) -> Column:
    """Describe an instant in UTC."""
    return Column(name, TIMESTAMP, meaning, nulled_by=nulled_by)


def flag(name: str, meaning: str) -> Column:
    """Describe a yes or no."""
    return Column(name, pl.Boolean(), meaning)


def count(name: str, meaning: str, unit: str | None = None, maximum: float | None = None) -> Column:
    """Describe a whole number that is not negative."""
    return Column(name, pl.Int64(), meaning, unit=unit, minimum=0, maximum=maximum)


def number(
    name: str,
    meaning: str,
    unit: str,
    minimum: float | None = None,
    maximum: float | None = None,
    nulled_by: str | None = None,
) -> Column:
    """Describe a measured number with its unit."""
    return Column(name, pl.Float64(), meaning, unit=unit, minimum=minimum, maximum=maximum, nulled_by=nulled_by)


def money(name: str, meaning: str, per: str, minimum: float | None = None) -> Column:
    """Describe an amount in the run's currency."""
    return Column(name, pl.Float64(), meaning, unit=f"currency{per}", minimum=minimum)


def share(name: str, meaning: str) -> Column:
    """Describe a share between 0 and 1."""
    return Column(name, pl.Float64(), meaning, unit="share", minimum=0, maximum=1)


def points(name: str, meaning: str) -> Column:
    """Describe a score between 0 and 100."""
    return Column(name, pl.Float64(), meaning, unit="points", minimum=0, maximum=100)


def tier(name: str, meaning: str) -> Column:
    """Describe a column that holds a tier."""
    return text(name, meaning, *TIERS)
