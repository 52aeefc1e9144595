"""The checks' limits as the product page tells them."""

from __future__ import annotations

from transforms.policy import Policy
from transforms.policy.values import Section, has_reason


def test_fleet_shift_is_that_of_the_page(policy: Policy) -> None:
    check = policy.quality.fleet_shift
    assert (check.severity, check.maximum_share, check.points) == ("fail", 0.15, 5)


def test_customers_who_leave_all_at_once_stop_the_month(policy: Policy) -> None:
    assert policy.quality.exit_share.severity == "fail"


def test_quarantined_rows_are_kept_as_the_page_says(policy: Policy) -> None:
    assert policy.quality.quarantine_kept_days == 90


def test_every_check_says_what_it_does_when_broken(policy: Policy) -> None:
    checks = [value for _, value in policy.quality if isinstance(value, Section)]
    assert {check.severity for check in checks} == {"fail", "warn"}


def test_values_with_a_reason_are_distinguished_from_those_without(policy: Policy) -> None:
    assert has_reason(type(policy.quality.rows), "severity")
    assert has_reason(type(policy.quality), "maximum_quarantined_share")
    assert not has_reason(type(policy.quality), "rows")
    assert not has_reason(type(policy.engagement.high_touch), "owner_model")
