"""Weighted means: components into pillar scores, pillars into the priority, each with its coverage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import polars as pl

from transforms.exact import divided
from transforms.policy.sections import ScoringRules

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
        needed: The column without whose value there is no score at all; None where it may be missing.
    """

    points: str
    weight: float
    is_configured: bool = True
    needed: str | None = None


class WeightedMean:
    """The weighted mean of the populated parts, and how much of the configured weight is populated.

    Attributes:
        is_configured: Whether enough weight is configured for there to be a score at all.
    """

    def __init__(self, parts: Iterable[Part], rules: ScoringRules) -> None:
        self._parts = [part for part in parts if part.is_configured]
        self._rules = rules
        self._configured = sum(part.weight for part in self._parts)
        self.is_configured = self._configured > 0 and self._configured >= rules.minimum_configured_weight
        # In the order of the policy, one after the other: horizontal sums of Polars may add in any order.
        self._populated = _added(
            pl.when(pl.col(part.points).is_not_null()).then(part.weight).otherwise(0.0) for part in self._parts
        )

    def contribution(self, part: Part) -> pl.Expr:
        """Weight times points by the populated weight; null where the part says nothing."""
        if not part.is_configured:
            return pl.lit(None, pl.Float64)
        return pl.when(self._populated > 0).then(divided(pl.col(part.points) * part.weight, self._populated))

    def coverage(self) -> pl.Expr:
        """Populated share of the configured weight; null where too little is configured."""
        if not self.is_configured:
            return pl.lit(None, pl.Float64)
        return divided(self._populated, self._configured).round(_DECIMALS)

    def score(self) -> pl.Expr:
        """The sum of the contributions; null where the coverage is too small or a needed value is missing."""
        if not self.is_configured:
            return pl.lit(None, pl.Float64)
        is_known = (self._populated > 0) & (self.coverage() >= self._rules.minimum_coverage_share)
        for part in self._parts:
            if part.needed is not None:
                is_known &= pl.col(part.needed).is_not_null()
        total = _added(self.contribution(part).fill_null(0.0) for part in self._parts)
        return pl.when(is_known).then(total.round(_DECIMALS))


def _added(terms: Iterable[pl.Expr]) -> pl.Expr:
    return reduce(lambda total, term: total + term, terms, pl.lit(0.0))
