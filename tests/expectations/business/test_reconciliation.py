"""The plain reckoning of ARR, and how far the published ARR may lie from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from expectations.business.measure import Measure
from expectations.business.reconciliation import arr_reconciliation, plain_arr
from tests.expectations.business.limits import limited, only
from tests.factories import rows
from transforms.contracts import SOURCES
from transforms.month import Month
from transforms.policy import Policy
from transforms.policy.quality import Quality

JUNE = Month.parse("2025-06")
LAST_DAY = date(2025, 6, 30)


def subscription(account_id: str = "a", **given: Any) -> dict[str, Any]:
    return {"account_id": account_id, "subscription_id": account_id, "mrr": 100.0} | given


def reckoned(
    *subscriptions: dict[str, Any],
    accounts: tuple[dict[str, Any], ...] = ({"account_id": "a"}, {"account_id": "b"}),
    rates: list[dict[str, Any]] | None = None,
) -> dict[str, float]:
    frame = plain_frame(*subscriptions, accounts=accounts, rates=rates)
    return dict(frame.select("account_id", "plain_arr").iter_rows())


def plain_frame(
    *subscriptions: dict[str, Any],
    accounts: tuple[dict[str, Any], ...] = ({"account_id": "a"}, {"account_id": "b"}),
    rates: list[dict[str, Any]] | None = None,
) -> pl.DataFrame:
    return plain_arr(
        rows(SOURCES["subscriptions"], subscriptions).lazy(),
        rows(SOURCES["accounts"], accounts).lazy(),
        None if rates is None else rows(SOURCES["rates"], rates).lazy(),
        "USD",
        JUNE,
    )


@pytest.mark.parametrize(
    ("subscriptions", "expected"),
    [
        pytest.param([subscription()], {"a": 1200.0}, id="twelve_months"),
        pytest.param([], {}, id="none"),
        pytest.param([subscription(start_date=LAST_DAY)], {"a": 1200.0}, id="begins_on_the_last_day"),
        pytest.param([subscription(start_date=date(2025, 7, 1))], {}, id="begins_later"),
        pytest.param([subscription(end_date=LAST_DAY)], {"a": 1200.0}, id="ends_on_the_last_day"),
        pytest.param([subscription(end_date=date(2025, 6, 29))], {}, id="ended_the_day_before"),
        pytest.param([subscription(is_trial=True)], {}, id="trial"),
        pytest.param(
            [subscription(), subscription(subscription_id="2", mrr=50.0)], {"a": 1800.0}, id="different_ids_add"
        ),
        pytest.param(
            [subscription(mrr=70.0, start_date=date(2025, 3, 1)), subscription()],
            {"a": 840.0},
            id="of_overlapping_rows_the_latest_start",
        ),
        pytest.param(
            [subscription(), subscription(mrr=70.0, start_date=date(2025, 3, 1), is_trial=True)],
            {"a": 1200.0},
            id="a_later_trial_replaces_nothing",
        ),
        pytest.param(
            [subscription(), subscription(mrr=70.0, start_date=date(2025, 3, 1), end_date=date(2025, 5, 1))],
            {"a": 1200.0},
            id="a_later_row_that_has_ended_replaces_nothing",
        ),
        pytest.param(
            [subscription(), subscription("b", subscription_id="a", start_date=date(2025, 3, 1))],
            {"b": 1200.0},
            id="goes_over_to_another_account",
        ),
    ],
)
def test_what_counts(subscriptions: list[dict[str, Any]], expected: dict[str, float]) -> None:
    assert reckoned(*subscriptions) == expected
    assert reckoned(*reversed(subscriptions)) == expected


@pytest.mark.parametrize(
    ("is_internal", "expected"),
    [(True, {"b": 1200.0}), (False, {"a": 1200.0, "b": 1200.0}), (None, {"a": 1200.0, "b": 1200.0})],
)
def test_internal_accounts_are_left_out(is_internal: bool | None, expected: dict[str, float]) -> None:
    accounts = ({"account_id": "a", "is_internal": is_internal}, {"account_id": "b"})
    assert reckoned(subscription(), subscription("b"), accounts=accounts) == expected


def test_amounts_are_at_the_rate_of_the_month() -> None:
    rates = [
        {"currency": "EUR", "month": date(2025, 5, 1), "rate": 9.0},
        {"currency": "EUR", "month": date(2025, 6, 1), "rate": 1.25},
        {"currency": "USD", "month": date(2025, 6, 1), "rate": 7.0},
    ]
    euro, own = subscription(currency="EUR"), subscription("b", currency="USD")
    assert reckoned(euro, own, rates=rates) == {"a": 1500.0, "b": 1200.0}
    assert reckoned(euro, own) == {"a": 0.0, "b": 1200.0}


def test_accounts_that_nobody_knows_are_counted_and_marked() -> None:
    frame = plain_frame(subscription(), subscription("stranger"))
    assert dict(frame.select("account_id", "is_known").iter_rows()) == {"a": True, "stranger": False}


def features(**arr: float) -> pl.DataFrame:
    return pl.DataFrame(
        [(account_id, amount, False) for account_id, amount in arr.items()],
        schema={"account_id": pl.String, "arr": pl.Float64, "is_in_grace": pl.Boolean},
        orient="row",
    )


def plain(*, is_known: bool = True, **arr: float) -> pl.DataFrame:
    return pl.DataFrame(
        [(account_id, amount, is_known) for account_id, amount in arr.items()],
        schema={"account_id": pl.String, "plain_arr": pl.Float64, "is_known": pl.Boolean},
        orient="row",
    )


@pytest.fixture
def quality(policy: Policy) -> Quality:
    return limited(policy.quality, "arr_reconciliation", minimum_accounts=1, maximum_difference_share=0.01)


def measured(published: pl.DataFrame, reckoning: pl.DataFrame, quality: Quality) -> Measure:
    return only(arr_reconciliation(published, reckoning, quality, JUNE))


@pytest.mark.parametrize(
    ("published", "reckoning", "share"),
    [
        pytest.param({"a": 100}, {"a": 100}, 0, id="equal"),
        pytest.param({"a": 99}, {"a": 100}, 0.01, id="at_the_limit"),
        pytest.param({"a": 98}, {"a": 100}, 0.02, id="too_little"),
        pytest.param({"a": 100}, {"a": 98}, 0.02, id="too_much"),
        pytest.param({"a": 100}, {}, 1, id="no_subscription"),
        pytest.param({}, {"a": 100}, 1, id="not_in_scope"),
        pytest.param({"a": 60, "b": 40}, {"a": 40, "b": 60}, 0.4, id="on_the_wrong_accounts"),
        pytest.param({"a": 100}, {"a": 100, "b": 0}, 0, id="for_nothing"),
        pytest.param({}, {}, None, id="nobody_pays"),
    ],
)
def test_difference_is_a_share_of_the_larger_sum(
    quality: Quality, published: dict[str, float], reckoning: dict[str, float], share: float | None
) -> None:
    measure = measured(features(**published), plain(**reckoning), quality)
    assert (measure.name, measure.observed) == ("arr_reconciliation", share)
    assert measure.is_passed is (share is None or share <= 0.01)


def test_accounts_in_grace_have_no_subscription_in_force(quality: Quality) -> None:
    published = features(a=100, late=900).with_columns(is_in_grace=pl.col("account_id") == "late")
    assert measured(published, plain(a=100), quality).observed == 0


def test_the_sentence_names_both_sums_and_who_differs_most(quality: Quality) -> None:
    strangers = plain(is_known=False, s=5000.0)
    reckoning = pl.concat([plain(a=100.0, b=20.0, c=30.0, d=10.0), strangers])
    assert measured(features(a=100.0, b=10.0, c=10.0), reckoning, quality).message == (
        "ARR of the accounts in scope in 2025-06 is 120.00, that of the subscriptions 5,160.00, and 5,040.00 (97.7 %) "
        "of it differs, most for 's' (0.00 against 5,000.00, unknown to accounts), 'c' (10.00 against 30.00), "
        "'b' (10.00 against 20.00) and 1 more; expected at most 1 %: add the missing accounts or fix their "
        "subscriptions and rates, and run the month again"
    )


@pytest.mark.parametrize(("number", "is_judged"), [(0, False), (2, False), (3, True)])
def test_too_few_accounts_are_not_judged(quality: Quality, number: int, is_judged: bool) -> None:
    """An account counts whichever side knows it."""
    amounts = {str(one): 100.0 for one in range(number)}
    three = limited(quality, "arr_reconciliation", minimum_accounts=3)
    for measure in (measured(features(**amounts), plain(), three), measured(features(), plain(**amounts), three)):
        assert (measure.observed is not None) is is_judged
        assert measure.is_passed is not is_judged


def test_row_order_does_not_matter(quality: Quality) -> None:
    amounts = {f"account {number}": number / 7 for number in range(100)}
    published, reckoning = features(**amounts), plain(**{name: amount * 0.9 for name, amount in amounts.items()})
    assert measured(published.reverse(), reckoning.reverse(), quality) == measured(published, reckoning, quality)
