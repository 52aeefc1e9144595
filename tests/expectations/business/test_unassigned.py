"""Accounts without an owner are reported where they are more than a few."""

from __future__ import annotations

import pytest

from expectations.business.unassigned import unassigned
from flows.settings import default_policy
from tests.factories import rows
from transforms.contracts import PUBLISHED
from transforms.month import Month

OCTOBER = Month.parse("2026-10")


def measured(*lines):
    zero = dict.fromkeys(("high_touch_accounts", "mid_touch_accounts", "low_touch_accounts"), 0)
    load = rows(PUBLISHED["team_load"], lines, month=OCTOBER.first_day, **zero)
    return {one.name: one for one in unassigned(load, default_policy().versions[0].staffing, OCTOBER)}


@pytest.mark.parametrize(("left", "is_passed"), [(0, True), (10, True), (11, False), (100, False)])
def test_the_share_of_accounts_without_an_owner_is_reported_above_a_tenth(left, is_passed):
    found = measured(
        {"owner": "Kim", "pool": "pooled", "mid_touch_accounts": 100 - left, "required_hours": 90.0},
        {"owner": "unassigned", "pool": "pooled", "mid_touch_accounts": left, "required_hours": 1234.0},
    )["unassigned.pooled"]

    assert (found.is_passed, found.observed, found.severity) == (is_passed, left / 100, "warn")
    assert found.message.startswith(f"{left} of 100 accounts of the pool pooled have no owner in 2026-10")
    assert ("1,234 hours a month are missing" in found.message) == (not is_passed)


def test_where_there_are_no_accounts_or_no_team_it_does_not_apply():
    nobody = measured({"owner": "unassigned", "pool": "tam"})

    assert [one.observed for one in (*nobody.values(), *measured().values())] == [None] * 8
