"""Assignments small enough to be worked out by hand."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.transforms.engagement.pools import account, assign, person


def test_who_can_keep_all_keeps_all_even_where_another_matches_better():
    accounts = [account("a", 6, owner="Ada", region="emea"), account("b", 4, owner="Ada")]
    assert assign(accounts, [person("Ada", 10, regions=["apac"]), person("Bo", 10, regions=["emea"])]) == {
        "a": "Ada",
        "b": "Ada",
    }


def test_an_overloaded_owner_hands_over_as_few_as_possible():
    accounts = [account(name, 4, importance=9, owner="Ada") for name in "abc"] + [account("d", 5, owner="Ada")]
    accounts[3]["importance"] = 99
    # 17 of 12: the one of 5 is enough, however important it is; two of 4 would be one more hand-over.
    assert assign(accounts, [person("Ada", 12), person("Bo", 12)]) == {"a": "Ada", "b": "Ada", "c": "Ada", "d": "Bo"}


def test_of_equally_few_the_least_important_are_handed_over():
    accounts = [
        account("a", 5, importance=30, owner="Ada"),
        account("b", 5, importance=10, owner="Ada"),
        account("c", 5, importance=20, owner="Ada"),
    ]
    assert assign(accounts, [person("Ada", 10), person("Bo", 5)]) == {"a": "Ada", "b": "Bo", "c": "Ada"}


def test_least_important_is_judged_over_all_that_go_together():
    accounts = [
        account("a", 6, importance=50, owner="Ada"),
        account("b", 6, importance=49, owner="Ada"),
        account("c", 4, importance=1, owner="Ada"),
        account("d", 9, importance=60, owner="Ada"),
    ]
    # 25 of 15: two must go and take 10 together: b with c (50), not a with c (51), nor d with c (61).
    kept = assign(accounts, [person("Ada", 15)])
    assert {name for name, owner in kept.items() if owner == "unassigned"} == {"b", "c"}


def test_what_does_not_fit_goes_by_importance_and_unknown_comes_last():
    accounts = [account("a", 5, importance=1), account("b", 5, importance=7), account("c", 5, importance=0)]
    assert assign(accounts, [person("Ada", 10)]) == {"a": "Ada", "b": "Ada", "c": "unassigned"}


def test_a_smaller_one_takes_the_room_that_a_larger_one_did_not_fit_into():
    accounts = [account("a", 8, importance=9), account("b", 8, importance=8), account("c", 2, importance=1)]
    assert assign(accounts, [person("Ada", 10)]) == {"a": "Ada", "b": "unassigned", "c": "Ada"}


def test_equally_important_ones_are_served_in_the_order_of_their_names():
    assert assign([account("b", 5), account("a", 5)], [person("Ada", 5)]) == {"a": "Ada", "b": "unassigned"}


@pytest.mark.parametrize("owner", ["Bo", "nobody here"], ids=["away", "left, or in another pool"])
def test_accounts_of_who_is_not_there_are_handed_over(owner):
    owners = [person("Ada", 10), person("Bo", 0, is_away=True)]
    assert assign([account("a", 5, owner=owner)], owners) == {"a": "Ada"}


def test_who_is_away_keeps_not_even_what_takes_no_time():
    assert assign([account("a", 0, owner="Bo")], [person("Bo", 0, is_away=True)]) == {"a": "unassigned"}


def test_region_weighs_more_than_industry_and_both_less_than_having_an_owner():
    owners = [
        person("Region", 5, regions=["emea"], industries=["retail"]),
        person("Industry", 5, regions=["apac"], industries=["finance"]),
        person("Neither", 5, regions=["apac"], industries=["retail"]),
    ]
    accounts = [
        account(name, 5, importance=importance, region=" EMEA", industry="Finance")
        for importance, name in enumerate("dcba")
    ]
    assert assign(accounts, owners) == {"a": "Region", "b": "Industry", "c": "Neither", "d": "unassigned"}


def test_the_plan_looks_ahead_for_the_accounts_that_only_one_owner_matches():
    """First come, first served would give the first account to Ada, who has as much room, and the second to nobody's
    satisfaction."""
    owners = [person("Ada", 5, regions=["emea", "apac"]), person("Bo", 5, regions=["emea"])]
    accounts = [account("a", 5, importance=9, region="emea"), account("b", 5, importance=1, region="apac")]
    assert assign(accounts, owners) == {"a": "Bo", "b": "Ada"}


def test_who_has_no_list_takes_all_and_what_is_unknown_matches_everybody():
    owners = [person("Ada", 5, regions=["emea"]), person("Bo", 5)]
    assert assign([account("a", 5, region="moon", importance=1), account("b", 5)], owners) == {"a": "Bo", "b": "Ada"}


def test_without_owners_all_are_unassigned():
    assert assign([account("a")], []) == {"a": "unassigned"}
    assert assign([], [person("Ada")]) == {}


def test_where_everybody_keeps_the_solver_is_not_even_imported():
    code = (
        "import sys\n"
        "from tests.transforms.engagement.pools import account, assign, person\n"
        "assign([account('a', 5, owner='Ada')], [person('Ada')])\n"
        "assert 'scipy' not in sys.modules\n"
        "assign([account('a', 5, region='x'), account('b', 5, region='y')],"
        " [person('Ada', 5, regions=['x']), person('Bo', 5, regions=['y'])])\n"
        "assert 'scipy' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
