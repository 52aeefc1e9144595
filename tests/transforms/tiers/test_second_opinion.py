"""The vectorised step against the naive one, cell by cell, over generated and remembered histories."""

from __future__ import annotations

from math import isclose

import polars as pl
import pytest

from tests.second_opinion.histories import FIRST_MONTH, NAMED_HISTORIES, population
from tests.second_opinion.model import run_history
from tests.transforms.tiers.adapter import published, published_changes, published_risks, risks, run_vectorised, stages
from transforms.policy import Policy

SEEDS = range(14)
TORTURE_SEEDS = range(1000, 1100)


def is_same(naive: object, vectorised: object) -> bool:
    """Amounts may differ in their last digits, since they are summed in another order."""
    if isinstance(naive, float) and isinstance(vectorised, float):
        return isclose(naive, vectorised, rel_tol=1e-9)
    return naive == vectorised


def compare(history, policy: Policy) -> None:
    listed: list[pl.DataFrame] = []
    naive = run_history(FIRST_MONTH, history)
    ours = run_vectorised(FIRST_MONTH, history, policy)
    for (month, states, changes), (tiers, our_changes) in zip(naive, ours, strict=True):
        expected = published(states)
        columns = list(expected[0]) if expected else ["account_id"]
        for want, got in zip(expected, tiers.select(columns).to_dicts(), strict=True):
            differing = {name: (want[name], got[name]) for name in columns if not is_same(want[name], got[name])}
            assert not differing, f"month {month}, {want['account_id']}: (naive, vectorised) {differing}"
        facts = history[month - FIRST_MONTH]
        listed.append(risks(month, facts, tiers, listed, policy))
        assert listed[-1].to_dicts() == published_risks(states), f"month {month}"
        assert stages(month, facts, tiers, policy) == [states[name].lifecycle_stage for name in sorted(states)]
        wanted_changes = published_changes(changes)
        got_changes = our_changes.select(list(wanted_changes[0]) if wanted_changes else ["account_id"]).to_dicts()
        assert got_changes == wanted_changes, f"month {month}"


@pytest.mark.parametrize("seed", SEEDS)
def test_generated_population_agrees(seed: int, policy: Policy) -> None:
    compare(population(seed, accounts=150), policy)


@pytest.mark.parametrize("name", sorted(NAMED_HISTORIES))
def test_remembered_history_agrees(name: str, policy: Policy) -> None:
    made = NAMED_HISTORIES[name]
    compare(made() if callable(made) else made, policy)


@pytest.mark.torture
@pytest.mark.parametrize("seed", TORTURE_SEEDS)
def test_many_generated_populations_agree(seed: int, policy: Policy) -> None:
    compare(population(seed, accounts=150), policy)
