"""Change rows are a ledger: added up from nothing they give every published tier."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings

from tests.second_opinion.histories import FIRST_MONTH, NAMED_HISTORIES, History, population
from tests.transforms.tiers.adapter import run_vectorised
from tests.transforms.tiers.factory import MONTH, features, state
from tests.transforms.tiers.strategies import Account, befores, nows, populations
from transforms.policy import Policy
from transforms.tiers import step
from transforms.tiers.changes import ORDER, tier_changes

Place = tuple[str | None, str | None]
"""Tier and base tier."""

OUT: Place = (None, None)

HISTORIES = {
    **{name: NAMED_HISTORIES[name] for name in ("lift_and_demotion_in_one_month", "first_month_without_data")},
    **{f"population_{seed}": lambda seed=seed: population(seed, accounts=100, months=20) for seed in (1, 2)},
}


def place(row: dict[str, Any]) -> Place:
    return row["tier"], row["base_tier"]


def chained(start: Place, changes: list[dict[str, Any]]) -> Place:
    """Follow the changes of a month; each one's from is the former one's to."""
    for one in changes:
        assert (one["from_tier"], one["from_base_tier"]) == start
        start = (one["to_tier"], one["to_base_tier"])
    return start


def history_of(name: str) -> History:
    return HISTORIES[name]()


@pytest.mark.parametrize("name", HISTORIES)
def test_changes_added_up_from_nothing_give_every_published_tier(policy: Policy, name: str) -> None:
    ledger: defaultdict[str, Place] = defaultdict(lambda: OUT)
    for tiers, changes in run_vectorised(FIRST_MONTH, history_of(name), policy):
        for (account_id,), own in changes.group_by("account_id", maintain_order=True):
            ledger[account_id] = chained(ledger[account_id], own.to_dicts())
        standing = {account_id: where for account_id, where in ledger.items() if where != OUT}
        assert standing == {row["account_id"]: place(row) for row in tiers.iter_rows(named=True)}


@settings(max_examples=20)
@given(populations())
def test_changes_of_a_month_lead_from_one_published_row_to_the_next(policy: Policy, accounts: list[Account]) -> None:
    former = state(befores(accounts))
    present = step(former, features(nows(accounts)), policy, MONTH).collect()
    own: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in tier_changes(former, present.lazy()).collect().sort("account_id", "sequence").iter_rows(named=True):
        own[one["account_id"]].append(one)
    was = {row["account_id"]: place(row) for row in former.collect().iter_rows(named=True)}
    became = {row["account_id"]: place(row) for row in present.iter_rows(named=True)}
    for account_id in was.keys() | became.keys():
        start, end = was.get(account_id, OUT), became.get(account_id, OUT)
        assert chained(start, own[account_id]) == end
        kinds = [one["kind"] for one in own[account_id]]
        assert kinds == sorted(set(kinds), key=ORDER.index)


@settings(max_examples=20)
@given(populations())
def test_a_month_beside_itself_tells_nothing(policy: Policy, accounts: list[Account]) -> None:
    present = step(state(befores(accounts)), features(nows(accounts)), policy, MONTH).collect().lazy()
    assert tier_changes(present, present).collect().is_empty()
