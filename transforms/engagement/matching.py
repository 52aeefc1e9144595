"""How well owners match accounts by region and industry, computed per kind of account rather than per account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

_OTHER = "\0other"
"""Stands for every region or industry that no owner lists. No trimmed name begins like this."""

Kind = tuple[str | None, str | None]
"""Region and industry of an account, in lower case."""

Profile = tuple[tuple[str, ...] | None, tuple[str, ...] | None]
"""Regions and industries of an owner; None for all."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost of an owner whose regions or industries do not include the account's."""

    other_region: float
    other_industry: float

    def of(self, kind: Kind, profile: Profile) -> float:
        """Return the cost of a match; an unknown region or industry of an account matches everybody."""
        weights = (self.other_region, self.other_industry)
        return sum(
            weight
            for name, names, weight in zip(kind, profile, weights, strict=True)
            if name is not None and names is not None and name not in names
        )


def kinds_of(accounts: pl.DataFrame, profiles: Sequence[Profile]) -> list[Kind]:
    """Return the kind of each account; names that no owner lists count as the same one.

    Args:
        accounts: Rows with region and industry, as written; blank means unknown.
        profiles: The profiles of the owners.
    """
    regions = {name for names, _ in profiles for name in names or ()}
    industries = {name for _, names in profiles for name in names or ()}
    return accounts.select(_name("region", regions), _name("industry", industries)).rows()


def profiles_of(owners: pl.DataFrame) -> list[Profile]:
    """Return the profile of each owner: rows with regions and industries, lists or null."""
    return [
        (None if regions is None else tuple(regions), None if industries is None else tuple(industries))
        for regions, industries in owners.select("regions", "industries").iter_rows()
    ]


def _name(column: str, known: set[str]) -> pl.Expr:
    name = pl.col(column).str.strip_chars().str.to_lowercase()
    is_known = name.is_in(sorted(known))
    return pl.when(is_known).then(name).when(name != "").then(pl.lit(_OTHER)).otherwise(None).alias(column)
