from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.facts.usage import use_case_columns
from transforms.policy.segments import UseCase
from transforms.segments.needs import with_needs

PLAN, REPORT, CONNECT = (
    UseCase(name=name, features=["f"], reason="Tried in a test.")
    for name in ("plan projects", "Report results", "connect systems")
)
CASES = [PLAN, REPORT, CONNECT]


def needed(
    events: dict[str, list[int]],
    objectives: dict[str, str | None] | None = None,
    *,
    is_known: bool = True,
    use_cases: list[UseCase] = CASES,
) -> dict[str, tuple[str | None, str | None]]:
    """The needs of accounts with these events per use case."""
    ids = list({**events, **(objectives or {})})
    declared = [(objectives or {}).get(account) for account in ids]
    accounts = pl.LazyFrame(
        {"account_id": ids, "declared_objective": declared},
        schema={"account_id": pl.String, "declared_objective": pl.String},
    )
    columns = use_case_columns(len(use_cases))
    schema = {"account_id": pl.String} | dict.fromkeys(columns, pl.Int64)
    usage = pl.LazyFrame([[account, *counts] for account, counts in events.items()], schema=schema, orient="row")
    found = with_needs(accounts, usage if is_known else None, use_cases).collect()
    return {row["account_id"]: (row["primary_need"], row["secondary_need"]) for row in found.iter_rows(named=True)}


def test_what_stands_out_against_all_accounts_comes_first() -> None:
    """Everybody plans much: who connects at all stands out by it."""
    found = needed({"a": [90, 10, 10], "b": [900, 0, 0], "c": [90, 30, 0]})
    assert found["a"] == ("connect systems", "Report results")
    assert found["b"] == ("plan projects", None)
    assert found["c"] == ("Report results", "plan projects")


def test_of_equals_the_first_in_the_policy_counts() -> None:
    assert needed({"a": [5, 5, 5], "b": [5, 5, 5]})["a"] == ("plan projects", "Report results")


def test_who_did_nothing_has_no_needs() -> None:
    assert needed({"a": [0, 0, 0], "b": [1, 0, 0]})["a"] == (None, None)
    assert needed({"b": [1, 0, 0]}, {"a": None})["a"] == (None, None)


@pytest.mark.parametrize("written", ["connect systems", " Connect  Systems ", "CONNECTSYSTEMS", "connect\tsystems\n"])
def test_a_declared_objective_wins(written: str) -> None:
    assert needed({"a": [9, 5, 1], "b": [1, 5, 9]}, {"a": written})["a"] == ("connect systems", "plan projects")


def test_an_objective_that_was_never_used_wins_too() -> None:
    assert needed({"a": [9, 0, 0]}, {"a": "report results"})["a"] == ("Report results", "plan projects")


@pytest.mark.parametrize("written", ["grow", "", "plan", "plan projects and more"])
def test_an_objective_that_names_no_use_case_counts_for_nothing(written: str) -> None:
    assert needed({"a": [9, 1, 0], "b": [9, 9, 0]}, {"a": written})["a"] == ("plan projects", "Report results")


def test_only_what_was_declared_is_known_while_usage_is_stale() -> None:
    found = needed({"a": [9, 1, 1], "b": [9, 1, 1]}, {"a": "report results"}, is_known=False)
    assert found == {"a": ("Report results", None), "b": (None, None)}


def test_without_use_cases_nothing_is_known() -> None:
    assert needed({"a": []}, {"a": "plan projects"}, use_cases=[]) == {"a": (None, None)}


def test_months_and_merged_accounts_add_up() -> None:
    accounts = pl.LazyFrame({"account_id": ["a", "b"], "declared_objective": [None, None]}).cast(pl.String)
    columns = use_case_columns(2)
    usage = pl.LazyFrame([["a", 4, 1], ["a", 4, 9], ["b", 6, 2]], schema=["account_id", *columns], orient="row")
    found = with_needs(accounts, usage, CASES[:2]).collect().sort("account_id")
    assert found["primary_need"].to_list() == ["Report results", "plan projects"]


COUNTS = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), max_size=6)


@given(COUNTS, st.permutations(range(6)))
def test_the_same_as_shares_worked_out_by_hand(counts: list[list[int]], order: list[int]) -> None:
    events = {f"a{number}": counts[number] for number in order if number < len(counts)}
    found = needed(events)
    assert set(found) == set(events)
    everything = sum(map(sum, counts))
    for account, own in events.items():
        # The account's share times the events of all: whole numbers over whole numbers, so that ties are ties.
        ratios: list[tuple[float, int]] = []
        for place, count in enumerate(own):
            of_all = sum(row[place] for row in counts)
            if count:
                ratios.append((-(count * everything) / (sum(own) * of_all), place))
        names = [CASES[place].name for _, place in _ranked(ratios)]
        assert found[account] == (*names, None, None)[:2]


def _ranked(ratios: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """The greatest first; what is equal but for the last bit in the order of the policy."""
    return sorted(ratios, key=lambda pair: (round(pair[0], 9), pair[1]))
