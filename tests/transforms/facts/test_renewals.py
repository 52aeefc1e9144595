from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.transforms.facts.contracts_of import JUNE, subscriptions
from transforms.facts.renewals import pending_renewals
from transforms.facts.service import paid

DAY = JUNE.last_day
SOON = date(2025, 8, 15)


def pending(policy, *given_rows: dict) -> tuple[date, bool] | None:
    frame = subscriptions(list(given_rows)).lazy()
    found = pending_renewals(paid(frame), DAY, policy).collect().to_dicts()
    assert len(found) <= 1
    return (found[0]["renewal_date"], found[0]["has_renewal_freeze"]) if found else None


@pytest.mark.parametrize(
    ("days_from_month_end", "expected"),
    [
        pytest.param(91, False, id="91_days_before"),
        pytest.param(90, True, id="90_days_before"),
        pytest.param(0, True, id="on_the_day"),
        pytest.param(-30, True, id="30_days_overdue"),
        pytest.param(-31, None, id="31_days_overdue"),
    ],
)
def test_a_freeze_from_before_the_renewal_until_grace_ends(days_from_month_end, expected, policy):
    renewal = DAY + timedelta(days=days_from_month_end)
    found = pending(policy, {"renewal_date": renewal})
    assert found == (None if expected is None else (renewal, expected))


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        pytest.param({"start_date": date(2025, 2, 15)}, True, id="six_months_to_the_renewal"),
        pytest.param({"start_date": date(2025, 2, 16)}, False, id="a_day_less"),
        pytest.param({"start_date": date(2025, 3, 1), "end_date": date(2025, 8, 31)}, True, id="six_months_of_service"),
        pytest.param(
            {"start_date": date(2025, 3, 1), "end_date": date(2025, 8, 30)}, False, id="a_day_of_service_less"
        ),
        pytest.param({"start_date": date(2025, 6, 1), "end_date": date(2026, 5, 31)}, True, id="term_before_renewal"),
        pytest.param({"renewal_date": None, "end_date": date(2025, 8, 14)}, False, id="an_end_is_no_renewal"),
        pytest.param({"mrr": 0}, False, id="nothing_paid"),
        pytest.param({"is_trial": True}, False, id="trial"),
        pytest.param(
            {"start_date": date(2025, 6, 11), "end_date": date(2026, 6, 10), "renewal_date": date(2025, 6, 11)},
            False,
            id="its_own_start",
        ),
    ],
)
def test_which_terms_count(row, counts, policy):
    assert (pending(policy, {"renewal_date": SOON} | row) is not None) == counts


OLD = {"renewal_date": date(2025, 6, 11), "end_date": date(2025, 6, 10)}


@pytest.mark.parametrize(
    ("later", "is_signed"),
    [
        pytest.param([], False, id="nothing_yet"),
        pytest.param([{"start_date": date(2025, 6, 11)}], True, id="a_later_row_of_the_subscription"),
        pytest.param([{"start_date": date(2025, 6, 11), "subscription_id": "2"}], True, id="another_subscription"),
        pytest.param(
            [{"start_date": date(2025, 6, 11), "subscription_id": "2", "product": "extra"}], False, id="another_product"
        ),
        pytest.param(
            [{"start_date": date(2025, 6, 11), "subscription_id": "2", "mrr": 0}], False, id="another_for_nothing"
        ),
        pytest.param(
            [{"start_date": date(2025, 6, 11), "subscription_id": "2", "is_trial": True}], False, id="another_on_trial"
        ),
        pytest.param([{"start_date": date(2023, 1, 1), "subscription_id": "2"}], False, id="another_that_began_before"),
        pytest.param(
            [{"start_date": date(2024, 3, 1), "end_date": date(2024, 4, 1)}], False, id="an_amendment_that_ended_before"
        ),
    ],
)
def test_what_signs_a_renewal(later, is_signed, policy):
    assert pending(policy, OLD, *later) == (None if is_signed else (OLD["renewal_date"], True))


def test_a_signed_renewal_gives_way_to_the_next(policy):
    signed = {"start_date": date(2025, 6, 11), "end_date": date(2026, 6, 10), "renewal_date": date(2026, 6, 11)}
    assert pending(policy, OLD, signed) == (date(2026, 6, 11), False)


def test_a_lapsed_contract_is_forgotten_after_grace(policy):
    lapsed = {"renewal_date": SOON, "end_date": DAY - timedelta(days=31)}
    other = {"subscription_id": "2", "product": "extra"}
    assert pending(policy, lapsed, other) is None
    assert pending(policy, lapsed | {"end_date": DAY - timedelta(days=30)}, other) == (SOON, True)


def test_of_two_rows_with_one_end_the_latest_start_is_the_last(policy):
    amended = OLD | {"start_date": date(2024, 7, 1), "renewal_date": date(2025, 6, 20)}
    assert pending(policy, OLD, amended) == (date(2025, 6, 20), True)


def test_the_earliest_of_several_counts(policy):
    later = {"subscription_id": "2", "renewal_date": date(2026, 1, 1)}
    assert pending(policy, {"renewal_date": SOON}, later) == (SOON, True)
