"""The working frame of the step has the described columns after each sub-step, and no others."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.tiers.factory import MONTH, features, state
from transforms.contracts import PUBLISHED
from transforms.policy import Policy
from transforms.tiers.step import step, sub_steps
from transforms.tiers.working import STEPPED, WORKING

_OF_THE_RUN = {"month", "policy_version", "revision", "run_id", "tier_under_previous_policy"}
_OF_OWNERS = {"owner", "is_interim_owner", "owner_before_lift"}
_OF_LEVERS = {"top_lever", "is_lever_sufficient", "levers"}
_ADDED_LATER = _OF_THE_RUN | _OF_OWNERS | _OF_LEVERS


def described_up_to(name: str) -> dict[str, pl.DataType]:
    """The columns that the frame should have after a sub-step."""
    names = list(WORKING)
    return {column.name: column.dtype for added in names[: names.index(name) + 1] for column in WORKING[added]}


def frame_after(name: str, policy: Policy) -> pl.DataFrame:
    """The working frame of one account as a sub-step leaves it."""
    before = state([{}])
    working = features([{}])
    for one, sub_step in sub_steps(before, policy, MONTH).items():
        working = working.pipe(sub_step)
        if one == name:
            break
    return working.collect()


def test_every_sub_step_is_described_in_order(policy: Policy) -> None:
    assert list(WORKING) == list(sub_steps(state([{}]), policy, MONTH))


@pytest.mark.parametrize("name", WORKING)
def test_columns_after_a_sub_step_are_the_described_ones(policy: Policy, name: str) -> None:
    assert dict(frame_after(name, policy).schema) == described_up_to(name)


def test_each_column_is_described_once() -> None:
    names = [column.name for columns in WORKING.values() for column in columns]
    assert len(names) == len(set(names))


def test_the_step_makes_all_of_the_contract_but_what_comes_later(policy: Policy) -> None:
    assert set(PUBLISHED["account_tiers"].columns) - set(STEPPED) == _ADDED_LATER
    assert step(state([{}]), features([{}]), policy, MONTH).collect().columns == list(STEPPED)
