"""Hours needed against hours there are, read from the warehouse."""

from __future__ import annotations

import pytest

from flows.capacity import read_capacity
from flows.settings import load_project
from tests.flows.engaged import publish_plan, short_pool
from tests.flows.published import FEBRUARY, JANUARY, publish_month
from transforms.errors import WrongUseError


def test_tiers_pools_owners_and_heads(project):
    short_pool(project)
    capacity = read_capacity(load_project(project, {}), None)

    assert (capacity.month, capacity.has_team) == (JANUARY, True)
    assert [(row["tier"], row["required_hours"], row["missing_hours"]) for row in capacity.tiers] == [
        ("mid_touch", 15.5, 5.5),
        ("low_touch", 0.5, 0.0),
    ]
    pooled, digital = capacity.pools
    assert pooled == {
        "pool": "pooled", "people": 2, "available_hours": 12.0, "required_hours": 15.5, "missing_hours": 5.5,
        "accounts": 3, "unassigned_accounts": 1, "handed_over_accounts": 2,
    }  # fmt: skip
    assert (digital["pool"], digital["people"], digital["missing_hours"]) == ("digital", 1, 0.0)
    assert [row["owner"] for row in capacity.owners] == ["Ada", "Bo\x1b[31m", "Gone", "Robot"]
    more, less = capacity.heads[:2]
    assert (more.pool, more.hours, more.missing_hours, more.unassigned_accounts) == ("pooled", 5.0, 5.5, 1)
    assert (less.missing_hours, less.handed_over_accounts) == (9.5, 1)


def test_without_a_team_only_the_tiers_are_reported(project):
    publish_plan(project, [("a", "pooled", 6.0, "x@y.z"), ("b", "dedicated", 4.0, None)], [])
    capacity = read_capacity(load_project(project, {}), JANUARY)

    assert (capacity.has_team, capacity.pools, capacity.owners, capacity.heads) == (False, (), (), ())
    assert [(row["tier"], row["unassigned_accounts"]) for row in capacity.tiers] == [
        ("high_touch", 0),
        ("mid_touch", 0),
    ]


def test_a_month_that_is_not_there_is_named(project):
    read = load_project(project, {})
    with pytest.raises(WrongUseError, match="no month is published yet"):
        read_capacity(read, None)
    publish_month(project, JANUARY, {"a": {}})
    with pytest.raises(WrongUseError, match="2025-02 is not published: the published months run from 2025-01"):
        read_capacity(read, FEBRUARY)
    with pytest.raises(WrongUseError, match=r"2025-01 was published without a plan, .* retier backfill --from 2025-01"):
        read_capacity(read, JANUARY)
