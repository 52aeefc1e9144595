"""Golden examples for the metrics of growth, each worked out by hand."""

from __future__ import annotations

import pytest

from tests.transforms.pillars.world import EVERYTHING, M, day, measured, used


@pytest.mark.parametrize(
    ("events", "tenure_months", "expected"),
    [
        pytest.param([60, 40, 50, 40, 30, 30], 6, 50 / 120, id="half-as-much-again"),
        pytest.param([0, 0, 0, 40, 30, 30], 6, -100 / 120, id="down-to-nothing"),
        pytest.param([6, 4, 5, 2, 2, 2], 6, 9 / 26, id="few-events-move-little"),
        pytest.param([0, 0, 0, 0, 0, 0], 6, None, id="never-used"),
        pytest.param([60, 40, 50, 40, 30, 30], 5, None, id="under-six-months"),
    ],
)
def test_usage_growth(policy, events, tenure_months, expected):
    row = measured(policy, usage=used(dict(enumerate(events))), billing=[{"tenure_months": tenure_months}])["a"]
    assert row["usage_growth_ratio"] == (None if expected is None else pytest.approx(expected, abs=1e-12))


@pytest.mark.parametrize(
    ("users", "tenure_months", "expected"),
    [
        pytest.param([8, 8, 8, 5, 5, 5], 6, 3 / 7, id="from-five-users"),
        pytest.param([2, 2, 2, 1, 1, 1], 6, 1 / 3, id="one-more-user-is-hardly-a-trend"),
        pytest.param([8, 8, 8, 5, 5, 5], 5, None, id="under-six-months"),
    ],
)
def test_user_growth(policy, users, tenure_months, expected):
    usage = [{"date": day(ago), "active_users": count} for ago, count in enumerate(users)]
    row = measured(policy, usage=usage, billing=[{"tenure_months": tenure_months}])["a"]
    assert row["user_growth_ratio"] == (None if expected is None else pytest.approx(expected, abs=1e-12))


def test_growth_is_unknown_where_none_of_the_three_months_before_is_known(policy):
    row = measured(policy, usage=used(dict.fromkeys(range(3), 100), active_users=9), usage_from=M - 2)["a"]
    assert row["usage_growth_ratio"] is None
    assert row["user_growth_ratio"] is None


@pytest.mark.parametrize(
    ("billing", "expected"),
    [
        pytest.param({"arr": 1400.0, "arr_reference": 1000.0}, 0.4, id="grown"),
        pytest.param({"arr": 900.0, "arr_reference": 1000.0}, -0.1, id="shrunk"),
        pytest.param({"arr_reference": None}, None, id="no-reference"),
        pytest.param({"arr_reference": 0.0}, None, id="reference-of-nothing"),
    ],
)
def test_revenue_expansion(policy, billing, expected):
    assert measured(policy, billing=[billing])["a"]["revenue_expansion_ratio"] == expected


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        pytest.param([(0, "x"), (2, "y")], 2, id="all-new"),
        pytest.param([(0, "x"), (9, "x"), (1, "y")], 1, id="known-from-long-before"),
        pytest.param([(0, "x"), (3, "x")], 0, id="known-from-the-month-before-the-window"),
        pytest.param([(0, "x"), (1, "x"), (4, "y")], 1, id="once-counted"),
        pytest.param([], 0, id="no-use"),
    ],
)
def test_features_adopted(policy, usage, expected):
    rows = [{"date": day(ago), "feature": feature} for ago, feature in usage]
    assert measured(policy, usage=rows)["a"]["features_adopted"] == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [pytest.param(day(2, 1), 1, id="customer-since"), pytest.param(day(3, 30), None, id="customer-before")],
)
def test_adoption_where_nothing_is_known_of_earlier_use(policy, start, expected):
    row = measured(policy, usage=used({0: 1}), usage_from=M - 1, billing=[{"tenure_start_date": start}])["a"]
    assert row["features_adopted"] == expected


_PRODUCTS = (
    {"product": "core"},
    {"product": "extra", "eligible_plans": "team | pro"},
    {"product": "more", "eligible_plans": "pro;enterprise"},
)


@pytest.mark.parametrize(
    ("account", "billing", "expected"),
    [
        pytest.param({"plan": "pro"}, {}, 2 / 3, id="two-of-three-not-owned"),
        pytest.param({"plan": "team"}, {"products": ["core", "extra"]}, 0.0, id="all-eligible-ones-owned"),
        pytest.param({"plan": "team"}, {"products": ["more"]}, 1.0, id="owned-ones-that-are-not-eligible-do-not-count"),
        pytest.param({"plan": None}, {"products": []}, 1.0, id="without-a-plan-what-is-open-to-all"),
        pytest.param({"plan": "pro", "addressable_seats": 40}, {}, (2 / 3 + 0.75) / 2, id="mean-with-free-seats"),
        pytest.param({"plan": "pro", "addressable_seats": 5}, {}, 1 / 3, id="more-seats-than-people-is-no-space"),
        pytest.param({"plan": "pro", "addressable_seats": 0}, {}, 2 / 3, id="nobody-addressable"),
        pytest.param({"plan": "pro", "addressable_seats": 40}, {"seats": None}, 2 / 3, id="seats-unknown"),
    ],
)
def test_whitespace(policy, account, billing, expected):
    row = measured(policy, accounts=[account], billing=[billing], products=_PRODUCTS)["a"]
    assert row["whitespace_share"] == pytest.approx(expected, abs=1e-15)


def test_whitespace_by_seats_where_products_are_not_mapped(policy):
    row = measured(policy, accounts=[{"addressable_seats": 40}], configured=EVERYTHING - {"products"})["a"]
    assert row["whitespace_share"] == 0.75


def test_whitespace_is_unknown_where_no_product_is_open_to_the_account(policy):
    products = [{"product": "extra", "eligible_plans": "pro"}]
    assert measured(policy, products=products)["a"]["whitespace_share"] is None
