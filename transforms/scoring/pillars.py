"""Weighted means: components into pillar scores, pillars into the priority, each with its coverage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import polars as pl

from transforms.exact import divided

# A sum of fractions may miss a whole number by its last bits (39.999999999999993 for 40) or pass the end of the
# scale; rounded this finely, scores still equal the sum of their contributions and boundaries mean what they say.
_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a weighted mean: a component of a pillar, or a pillar of the priority.

    Attributes:
        points: Its column of points; null where it is missing.
        weight: Its weight.
        is_configured: False where the company does not record it: it leaves weights and coverage.
        is_knowable: Whether it can be known of the account at all; where not, it leaves them for that account.
        needed: The column without whose value there is no score at all; None where it may be missing.
    """

    points: str
    weight: float
    is_configured: bool = True
    is_knowable: pl.Expr | None = None
    needed: str | None = None


class WeightedMean:
    """The weighted mean of the populated parts, and how much of the knowable weight is populated.

    Attributes:
        is_configured: Whether enough weight is configured for there to be a score at all.
    """

    def __init__(self, parts: Iterable[Part], minimum_weight: float, minimum_coverage_share: float) -> None:
        """Make the mean of some parts.

        Args:
            parts: The parts; those that are not configured are ignored.
            minimum_weight: With less weight configured there is no score.
            minimum_coverage_share: With less of the knowable weight populated there is no score.
        """
        self._parts = [part for part in parts if part.is_configured]
        self._minimum_weight, self._minimum_coverage = minimum_weight, minimum_coverage_share
        configured = sum(part.weight for part in self._parts)
        self.is_configured = configured > 0 and configured >= minimum_weight
        # In the order of the policy, one after the other: horizontal sums of Polars may add in any order.
        self._populated = _added(
            pl.when(pl.col(part.points).is_not_null()).then(part.weight).otherwise(0.0) for part in self._parts
        )
        self._knowable = _added(_knowable_weight(part) for part in self._parts)

    @property
    def is_weighty(self) -> pl.Expr:
        """Whether as much weight can be known of an account as has to be configured for there to be a score."""
        if not self.is_configured:
            return pl.lit(value=False)
        return self._knowable >= self._minimum_weight

    def contribution(self, part: Part) -> pl.Expr:
        """Return weight times points by the populated weight; null where the part says nothing."""
        if not part.is_configured:
            return pl.lit(None, pl.Float64)
        return pl.when(self._populated > 0).then(divided(pl.col(part.points) * part.weight, self._populated))

    def coverage(self) -> pl.Expr:
        """Return the populated share of the knowable weight; null where too little is configured, or none knowable."""
        if not self.is_configured:
            return pl.lit(None, pl.Float64)
        return pl.when(self._knowable > 0).then(divided(self._populated, self._knowable).round(_DECIMALS))

    def score(self) -> pl.Expr:
        """Return the sum of the contributions; null where the coverage is too small or a needed value is missing."""
        if not self.is_configured:
            return pl.lit(None, pl.Float64)
        is_known = (self._populated > 0) & (self.coverage() >= self._minimum_coverage)
        for part in self._parts:
            if part.needed is not None:
                is_known &= pl.col(part.needed).is_not_null()
        total = _added(self.contribution(part).fill_null(0.0) for part in self._parts)
        return pl.when(is_known).then(total.round(_DECIMALS))


def _knowable_weight(part: Part) -> pl.Expr:
    if part.is_knowable is None:
        return pl.lit(part.weight)
    # What has points counts, wherever they come from.
    return pl.when(part.is_knowable | pl.col(part.points).is_not_null()).then(part.weight).otherwise(0.0)


def _added(terms: Iterable[pl.Expr]) -> pl.Expr:
    return reduce(lambda total, term: total + term, terms, pl.lit(0.0))
