"""Raise what is named as lever to what is named, all else held, and the account is promoted in the month named."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import polars as pl
import pytest

from tests.flows.laws.company import Company
from tests.transforms.tiers.factory import as_published, rank
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.pillars.needs import NEEDS
from transforms.policy import Policy
from transforms.policy.scoring import Linear
from transforms.sample import MONTHS
from transforms.scoring import score
from transforms.tiers import step
from transforms.tiers.levers import with_levers

EVERYTHING = frozenset(name for ways in NEEDS.values() for way in ways for name in way)
"""What the sample company maps: all there is."""

UNMAPPED: dict[str, frozenset[str]] = {
    "everything": frozenset(),
    "no_seats": frozenset({"subscriptions.seats", "accounts.addressable_seats"}),
    "no_seats_no_products": frozenset({"subscriptions.seats", "accounts.addressable_seats", "products"}),
    "no_grants": frozenset({"strategic_grants"}),
    "no_crm": frozenset({"strategic_grants", "accounts.nps", "accounts.brand_rank"}),
}
"""Companies that record less, so that other pillars and components carry the priority."""

# Of growth nothing that a team can improve is known in the first two months, unless seats are.
ALL = [(month, mapped) for month in MONTHS for mapped in UNMAPPED if mapped == "everything" or month >= MONTHS[2]]
SAMPLE = {*Random(14).sample([(month, "everything") for month in MONTHS[3:]], 2), (MONTHS[5], "no_seats_no_products")}
CASES = [
    pytest.param(*one, id="-".join(map(str, one)), marks=() if one in SAMPLE else pytest.mark.torture) for one in ALL
]

Named = dict[str, dict[str, float]]
"""Points by component, by account."""


@dataclass(frozen=True)
class Standing:
    """A month of the company, as it would be published with so much mapped."""

    month: Month
    configured: frozenset[str]
    features: pl.DataFrame
    scores: pl.DataFrame
    components: pl.DataFrame
    tiers: pl.DataFrame

    def short_of_score(self) -> dict[str, dict[str, Any]]:
        """The tiers of the accounts whose constraint is the score."""
        short = self.tiers.filter(pl.col("binding_constraint") == "score")
        return {row["account_id"]: row for row in short.iter_rows(named=True)}


def standing_of(company: Company, month: Month, unmapped: frozenset[str]) -> Standing:
    """Score and tier a month again from its features and the state before."""
    policy, configured = company.policy, EVERYTHING - unmapped
    features, scores = (company.month(name, month) for name in ("account_features", "account_scores"))
    components = score(features.lazy(), policy, configured).collect()
    stepped = step(
        company.month("account_tiers", month - 1).lazy(), inputs(features, scores, policy, configured), policy, month
    )
    tiers = with_levers(stepped, components.lazy(), policy, configured).collect()
    return Standing(month, configured, features, scores, components, as_published(tiers, month))


def inputs(features: pl.DataFrame, scores: pl.DataFrame, policy: Policy, configured: frozenset[str]) -> pl.LazyFrame:
    """Features with the scores that they make; money, and the health of former months, as published."""
    scored = score(features.lazy(), policy, configured).collect()
    known = {*features.columns, *scored.columns}
    rest = scores.select("account_id", *(name for name in scores.columns if name not in known))
    return features.lazy().join(scored.lazy(), on="account_id").join(rest.lazy(), on="account_id")


def raised(features: pl.DataFrame, named: Named, policy: Policy) -> pl.DataFrame:
    """The features with which components score what is named; nobody's arr grows any more."""
    points: dict[str, dict[str, float]] = defaultdict(dict)
    for account_id, components in named.items():
        for component, wanted in components.items():
            points[component][account_id] = wanted
    for pillar, name, component in policy.pillars.components():
        wanted = points[f"{pillar}.{name}"]
        if wanted:
            assert isinstance(component.score, Linear)
            lo, hi = component.score.lo, component.score.hi
            share = pl.col("account_id").replace_strict(wanted, default=None, return_dtype=pl.Float64) / 100
            metric = pl.coalesce(lo + share * (hi - lo), pl.col(component.metric).cast(pl.Float64))
            features = features.with_columns(metric.alias(component.metric))
    return features.with_columns(arr_1_month_ago="arr", arr_2_months_ago="arr", new_product_arr=pl.lit(0.0))


def promotions(standing: Standing, named: Named, policy: Policy) -> dict[str, Month]:
    """Step on with what is named raised and all else held, to the last month named: the first promotion of each.

    Each account is asked about by itself, so the cap on how many may move in the same month stays out of it.
    """
    cap = policy.movement.move_cap.model_copy(update={"minimum_accounts": standing.tiers.height})
    movement = policy.movement.model_copy(update={"move_cap": cap})
    alone = policy.model_copy(update={"movement": movement})
    held = inputs(raised(standing.features, named, policy), standing.scores, alone, standing.configured).collect()
    start = dict(standing.tiers.select("account_id", "base_tier_without_override").iter_rows())
    last = max(Month.of(row["earliest_promotion_month"]) for row in standing.short_of_score().values())
    found: dict[str, Month] = {}
    tiers = standing.tiers
    for month in Month.range(standing.month + 1, last):
        tiers = as_published(step(tiers.lazy(), held.lazy(), alone, month).collect(), month)
        for account_id, base in tiers.select("account_id", "base_tier_without_override").iter_rows():
            if rank(base) > rank(start[account_id]):
                found.setdefault(account_id, month)
    return found


def listed(row: Mapping[str, Any]) -> dict[str, float]:
    return {one["component"]: one["points"] for one in json.loads(row["levers"])}


def to_the_end(standing: Standing, account_ids: set[str], policy: Policy) -> Named:
    """Everything that a team can improve for accounts, at its best."""
    scores = dict(standing.components.select("account_id", "component_scores").iter_rows())
    actionable = [
        (position, f"{pillar}.{name}")
        for position, (pillar, name, component) in enumerate(policy.pillars.components())
        if component.is_actionable and pillar in {"growth", "strategic"}
    ]
    return {
        one: {name: 100.0 for position, name in actionable if scores[one][position] is not None} for one in account_ids
    }


@pytest.mark.parametrize(("month", "mapped"), CASES)
def test_who_does_what_is_named_is_promoted_in_the_month_named(company: Company, month: Month, mapped: str) -> None:
    standing = standing_of(company, month, UNMAPPED[mapped])
    short = standing.short_of_score()
    named = {one: listed(row) for one, row in short.items() if row["levers"] is not None}
    assert named
    found = promotions(standing, named, company.policy)
    due = {one: Month.of(short[one]["earliest_promotion_month"]) for one in named}
    assert {one: found.get(one) for one in named} == due
    for one, components in named.items():
        assert short[one]["is_lever_sufficient"] == (len(components) == 1)
        assert short[one]["top_lever"] in components


@pytest.mark.parametrize(("month", "mapped"), CASES)
def test_where_nothing_is_named_nothing_that_a_team_can_do_promotes(
    company: Company, month: Month, mapped: str
) -> None:
    standing = standing_of(company, month, UNMAPPED[mapped])
    helpless = {one for one, row in standing.short_of_score().items() if row["levers"] is None}
    assert not helpless & promotions(standing, to_the_end(standing, helpless, company.policy), company.policy).keys()


@pytest.mark.parametrize("month", [MONTHS[0], MONTHS[7], MONTHS[-1]], ids=str)
def test_what_is_simulated_is_what_is_published(company: Company, month: Month) -> None:
    standing = standing_of(company, month, frozenset())
    published = company.month("account_tiers", month)
    named = ["account_id", "binding_constraint", "earliest_promotion_month", "top_lever", "levers"]
    assert standing.tiers.select(named).sort("account_id").equals(published.select(named))
    assert set(PUBLISHED["account_tiers"].columns) == set(standing.tiers.columns)
