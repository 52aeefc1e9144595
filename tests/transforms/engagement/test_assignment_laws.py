"""What holds of every assignment, with many owners overloaded and many accounts of equal size and importance."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.engagement.pools import COSTS, account, accounts_frame, assign, owners_frame, person
from transforms.engagement.owners import assigned

NAMES = ("Ada", "Bo", "Cy", "Di")
PLACES = st.sampled_from([None, "emea", "apac", "moon"])
LISTS = st.none() | st.lists(st.sampled_from(["apac", "emea", "uki"]), min_size=1, max_size=2, unique=True).map(sorted)

Rows = list[dict[str, Any]]


@st.composite
def pools(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """The accounts and owners of a pool, with about as much to do as there are hours."""
    owners = [
        person(
            name, draw(st.integers(0, 25)), is_away=draw(st.booleans()) and draw(st.booleans()), regions=draw(LISTS),
            industries=draw(LISTS),
        )
        for name in NAMES[: draw(st.integers(0, 4))]
    ]  # fmt: skip
    accounts = [
        account(
            f"{number * 7 % 19:02}", draw(st.integers(0, 9)), importance=draw(st.integers(0, 3)), region=draw(PLACES),
            industry=draw(PLACES), owner=draw(st.sampled_from([None, *NAMES, "gone"])),
        )
        for number in range(draw(st.integers(0, 14)))
    ]  # fmt: skip
    return accounts, owners


def loads(accounts: Rows, found: dict[str, str]) -> Counter[str]:
    load: Counter[str] = Counter()
    for one in accounts:
        load[found[one["account_id"]]] += one["demand"]
    return load


def there(owners: Rows) -> dict[str, int]:
    return {one["owner"]: one["capacity"] for one in owners if not one["is_away"]}


@given(pools())
@settings(deadline=None)
def test_each_account_has_one_owner_who_is_there_and_no_capacity_is_exceeded(pool):
    accounts, owners = pool
    found = assign(accounts, owners)
    assert set(found) == {one["account_id"] for one in accounts}
    assert set(found.values()) <= {*there(owners), "unassigned"}
    load = loads(accounts, found)
    assert all(load[owner] <= capacity for owner, capacity in there(owners).items())


@given(pools())
@settings(deadline=None)
def test_nobody_loses_an_owner_who_need_not(pool):
    """Who has room for all keeps all; who has not keeps as many as fit, which is to hand over the largest."""
    accounts, owners = pool
    found = assign(accounts, owners)
    for owner, capacity in there(owners).items():
        of_today = [one for one in accounts if one["owner"] == owner]
        lost = [one for one in of_today if found[one["account_id"]] != owner]
        sizes, fewest = sorted(one["demand"] for one in of_today), 0
        while sum(sizes) > capacity:
            sizes.pop()
            fewest += 1
        assert len(lost) == fewest


@given(pools())
@settings(deadline=None)
def test_unassigned_is_only_what_nobody_has_room_for(pool):
    accounts, owners = pool
    found = assign(accounts, owners)
    load = loads(accounts, found)
    room = max((capacity - load[owner] for owner, capacity in there(owners).items()), default=-1)
    left = [one["demand"] for one in accounts if found[one["account_id"]] == "unassigned"]
    assert all(demand > room for demand in left)


@given(pools())
@settings(deadline=None)
def test_what_is_unassigned_yields_to_nothing_less_important_that_was_placed_anew(pool):
    accounts, owners = pool
    found = assign(accounts, owners)
    placed = [
        one for one in accounts if found[one["account_id"]] != "unassigned" and found[one["account_id"]] != one["owner"]
    ]
    for left in (one for one in accounts if found[one["account_id"]] == "unassigned"):
        later = [one for one in placed if one["importance"] < left["importance"]]
        assert all(one["demand"] < left["demand"] for one in later)


@given(pools(), st.integers(0, 99))
@settings(deadline=None)
def test_the_order_of_rows_does_not_matter(pool, seed):
    accounts, owners = (accounts_frame(pool[0]), owners_frame(pool[1]))
    shuffled = [frame.sample(fraction=1.0, shuffle=True, seed=seed) for frame in (accounts, owners)]
    assert assigned(*shuffled, COSTS).sort("account_id").equals(assigned(accounts, owners, COSTS).sort("account_id"))


@given(pools())
@settings(deadline=None)
def test_assigned_again_nothing_changes(pool):
    accounts, owners = pool
    found = assign(accounts, owners)
    again = [one | {"owner": found[one["account_id"]]} for one in accounts]
    assert assign(again, owners) == found
