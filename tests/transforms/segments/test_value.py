from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from transforms.contracts import SOURCES
from transforms.policy import Policy
from transforms.policy.segments import Segments
from transforms.segments.value import with_value

SCHEMA = {
    "account_id": pl.String(), "arr": pl.Float64(), "plan": pl.String(), "seats": pl.Int64(),
    "addressable_seats": pl.Int64(), "products": pl.List(pl.String()),
}  # fmt: skip
ACCOUNT = {
    "account_id": "a", "arr": 24_000.0, "plan": "team", "seats": 10, "addressable_seats": 30, "products": ["Suite"],
}  # fmt: skip
PRODUCTS = (
    {"product": "Suite", "list_price": 40.0, "is_per_seat": True},
    {"product": "Insights", "list_price": 9.0, "is_per_seat": True, "eligible_plans": "team|business"},
    {"product": "Connect", "list_price": 450.0, "eligible_plans": "business; enterprise"},
)


@pytest.fixture
def segments(policy: Policy) -> Segments:
    return policy.segments


def valued(
    segments: Segments, price_list: tuple[dict[str, Any], ...] | None = PRODUCTS, **changed: Any
) -> dict[str, Any]:
    source = None if price_list is None else rows(SOURCES["products"], price_list).lazy()
    accounts = pl.LazyFrame([ACCOUNT | changed], schema=SCHEMA)
    found = with_value(accounts, source, segments).collect()
    assert found.columns[: len(SCHEMA)] == list(SCHEMA)
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("arr", "expected"),
    [(0.01, "below 10k"), (9_999.99, "below 10k"), (10_000.0, "10k to 50k"), (50_000.0, "50k to 250k"),
     (249_999.99, "50k to 250k"), (250_000.0, "250k and more")],
)  # fmt: skip
def test_value_band(segments: Segments, arr: float, expected: str) -> None:
    assert valued(segments, arr=arr)["value_band"] == expected


@pytest.mark.parametrize(
    ("plan", "expected"), [("team", "team"), (" Team ", "Team"), (None, "unknown"), ("", "unknown")]
)
def test_subscription_level(segments: Segments, plan: str | None, expected: str) -> None:
    assert valued(segments, plan=plan)["subscription_level"] == expected


class TestAttachment:
    @pytest.mark.parametrize(
        ("plan", "products", "expected"),
        [
            pytest.param("team", ["Suite"], 1 / 2, id="one-of-two"),
            pytest.param("team", ["Insights", "Suite"], 1.0, id="all"),
            pytest.param("business", ["Suite"], 1 / 3, id="one-of-three"),
            pytest.param("team", ["Connect", "Suite"], 1 / 2, id="what-is-not-eligible-counts-for-nothing"),
            pytest.param("team", ["Other"], 0.0, id="none-of-the-list"),
            pytest.param(None, ["Suite"], 1.0, id="without-plan-what-is-open-to-all"),
        ],
    )
    def test_rate(self, segments: Segments, plan: str | None, products: list[str], expected: float) -> None:
        assert valued(segments, plan=plan, products=products)["attachment_rate"] == expected

    def test_is_unknown_where_nothing_is_eligible(self, segments: Segments) -> None:
        assert valued(segments, PRODUCTS[2:], plan="team")["attachment_rate"] is None

    def test_is_unknown_without_a_price_list(self, segments: Segments) -> None:
        found = valued(segments, None)
        assert found["value_band"] == "10k to 50k"
        names = ("attachment_rate", "arr_potential", "opportunity", "opportunity_amount")
        assert [found[name] for name in names] == [None] * 4


SEATS = 20 * 40 * 12
"""Twenty addressable seats that are free, at the price of Suite, for a year."""

INSIGHTS = 10 * 9 * 12
"""Insights for the ten seats that there are, for a year."""


class TestPotential:
    @pytest.mark.parametrize(
        ("changed", "potential", "opportunity", "amount"),
        [
            pytest.param({}, SEATS + INSIGHTS, "upsell", SEATS, id="seats-bring-more"),
            pytest.param({"addressable_seats": 11}, 480 + INSIGHTS, "cross_sell", INSIGHTS, id="products-bring-more"),
            pytest.param({"addressable_seats": 3}, INSIGHTS, "cross_sell", INSIGHTS, id="more-seats-than-addressable"),
            pytest.param({"addressable_seats": None}, INSIGHTS, "cross_sell", INSIGHTS, id="addressable-unknown"),
            pytest.param({"seats": None}, None, None, None, id="seats-unknown"),
            pytest.param({"seats": None, "products": ["Insights", "Suite"]}, 0, "none", 0,
                         id="nothing-to-buy-by-the-seat"),
            pytest.param({"products": ["Insights", "Suite"]}, 20 * 49 * 12, "upsell", 20 * 49 * 12,
                         id="seats-of-all-products-owned"),
            pytest.param({"plan": "business", "addressable_seats": 10}, INSIGHTS + 5400, "cross_sell",
                         INSIGHTS + 5400, id="flat-price"),
            pytest.param({"products": ["Insights", "Suite"], "addressable_seats": 10}, 0, "none", 0, id="nothing-left"),
            pytest.param({"addressable_seats": 12, "products": ["Insights", "Suite"]}, 1176, "upsell", 1176,
                         id="above-the-minimum"),
            pytest.param({"addressable_seats": 12, "products": ["Insights", "Suite"], "seats": 11}, 588, "none", 0,
                         id="below-the-minimum"),
            pytest.param({"products": ["Other"]}, 10 * 49 * 12, "cross_sell", 10 * 49 * 12,
                         id="what-is-owned-has-no-price"),
        ],
    )  # fmt: skip
    def test_amounts(
        self, segments: Segments, changed: dict[str, Any], potential: float, opportunity: str, amount: float
    ) -> None:
        found = valued(segments, **changed)
        assert (found["arr_potential"], found["opportunity"], found["opportunity_amount"]) == (
            potential, opportunity, amount,
        )  # fmt: skip

    def test_nothing_is_no_opportunity_even_without_a_minimum(self, segments: Segments) -> None:
        free = segments.model_copy(
            update={"opportunity": segments.opportunity.model_copy(update={"minimum_amount": 0})}
        )
        found = valued(free, products=["Insights", "Suite"], addressable_seats=10)
        assert (found["opportunity"], found["opportunity_amount"]) == ("none", 0)

    def test_equal_amounts_are_an_upsell(self, segments: Segments) -> None:
        one = {"product": "Suite", "list_price": 50.0, "is_per_seat": True}
        found = valued(segments, (one, one | {"product": "Twin"}), seats=10, addressable_seats=20)
        assert (found["opportunity"], found["opportunity_amount"], found["arr_potential"]) == ("upsell", 6000, 12000)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "plan": st.sampled_from([None, "team", "business", "enterprise", "other"]),
                "seats": st.none() | st.integers(0, 50),
                "addressable_seats": st.none() | st.integers(0, 80),
                "products": st.lists(st.sampled_from(["Suite", "Insights", "Connect", "Other"]), unique=True),
            }
        ),
        max_size=4,
    )
)
@settings(max_examples=30)
def test_each_account_is_valued_by_itself(policy: Policy, given: list[dict[str, Any]]) -> None:
    accounts = [ACCOUNT | row | {"account_id": f"a{number}"} for number, row in enumerate(given)]
    source = rows(SOURCES["products"], PRODUCTS).lazy()
    found = with_value(pl.LazyFrame(accounts, schema=SCHEMA), source, policy.segments).collect()
    assert found["account_id"].sort().to_list() == sorted(row["account_id"] for row in accounts)
    for row in found.iter_rows(named=True):
        alone = valued(policy.segments, **{name: row[name] for name in SCHEMA})
        assert alone == row
        if row["opportunity"] is not None:
            assert 0 <= row["opportunity_amount"] <= row["arr_potential"]
            assert (row["opportunity"] == "none") == (row["opportunity_amount"] == 0)
