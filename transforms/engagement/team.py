"""The team at a month's end: who is there, in which pool, for how many hours, and for which accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from transforms.contracts import SOURCES
from transforms.engagement.units import units_of
from transforms.knowledge import as_of
from transforms.month import Month

UNASSIGNED = "unassigned"
"""The owner of accounts that nobody has room for; no person can have this name."""

POOLS = ("dedicated", "pooled", "digital", "tam")
"""Pools in the order in which they are shown; the last one is that of technical account managers."""


def team_of(team: pl.LazyFrame, month: Month, handover_absence_days: int) -> pl.DataFrame:
    """Return the team of a month's last day.

    Args:
        team: Known rows of source ``team``.
        month: The month.
        handover_absence_days: People who are away on the last day, and for at least this many days after it, hand over
            their accounts.

    Returns:
        One row per person whose row is valid, sorted by pool and owner: owner, pool, capacity (ten-thousandths of an
        hour in the month, 0 while away), is_away, and regions and industries (lists of lower-case names; null means
        all).
    """
    last_day = month.last_day
    begins, ends = pl.col("absent_from"), pl.col("absent_to")
    is_absent = (
        (begins.is_not_null() | ends.is_not_null())
        & (begins.fill_null(last_day) <= last_day)
        & (ends.is_null() | (ends >= last_day + timedelta(days=handover_absence_days)))
    )
    return (
        as_of(team, SOURCES["team"], month)
        .filter(pl.col("owner") != UNASSIGNED)
        .with_columns(is_away=is_absent)
        .select(
            "owner",
            "pool",
            pl.when("is_away").then(0).otherwise(units_of(pl.col("hours_per_month"))).alias("capacity"),
            "is_away",
            _names_in("regions"),
            _names_in("industries"),
        )
        .sort("pool", "owner")
        .collect(engine="in-memory")
    )


@dataclass(frozen=True, slots=True)
class Names:
    """Finds the person that a text from the CRM or from a plan means; people who have left keep their names.

    Attributes:
        owners: Everybody's name.
        by_text: Names by e-mail address, or by name, in lower case; a text that several people share means the first
            of them by name.
    """

    owners: frozenset[str]
    by_text: Mapping[str, str]

    def named(self, column: str) -> pl.Expr:
        """Return the owner's name for a text; a text that matches nobody stays as it is."""
        text = pl.col(column)
        exact = pl.when(text.is_in(sorted(self.owners))).then(text)
        other = text.str.to_lowercase().replace_strict(self.by_text, default=None, return_dtype=pl.String)
        return pl.coalesce(exact, other, text)


def names_of(team: pl.LazyFrame, month: Month) -> Names:
    """Collect the names and addresses of everybody who was ever in the team by a month's last day.

    Args:
        team: Known rows of source ``team``.
        month: The month; rows that become valid after it are ignored.
    """
    known = team.filter(pl.col("valid_from").is_null() | (pl.col("valid_from") <= month.last_day))
    rows = known.select("owner", "email").unique().sort("owner", "email", descending=True).collect().rows()
    by_name = {owner.lower(): owner for owner, _ in rows}
    by_address = {email.lower(): owner for owner, email in rows if email is not None}
    return Names(frozenset(owner for owner, _ in rows), by_name | by_address)


def _names_in(column: str) -> pl.Expr:
    """Read a list separated by | or ;: trimmed, in lower case; an empty one is null."""
    parts = pl.col(column).str.to_lowercase().str.replace_all(";", "|", literal=True).str.split("|")
    names = parts.list.eval(pl.element().str.strip_chars()).list.set_difference([""])
    return pl.when(names.list.len() > 0).then(names.list.sort()).alias(column)
