"""One row of segments per account, whatever is known of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.laws import days
from tests.transforms.pillars.world import EVERYTHING, M, day, inputs_of, moment
from transforms.contracts import PUBLISHED, SOURCES
from transforms.facts.feature_sets import UsageFacts
from transforms.facts.invoices import invoice_facts
from transforms.facts.tickets import ticket_facts
from transforms.facts.touchpoints import touchpoint_facts
from transforms.pillars import MonthInputs, account_metrics
from transforms.policy import Policy
from transforms.policy.segments import UseCase
from transforms.segments.account_segments import account_segments

SEGMENTS = PUBLISHED["account_segments"]
IDS = ("a", "b", "c", "d")
REVENUE = {"account_id": pl.String, "trailing_year_revenue": pl.Float64}


def segmented(
    policy: Policy, revenue: dict[str, float] | None, use_cases: pl.LazyFrame | None = None, **given: Any
) -> pl.DataFrame:
    inputs = replace(inputs_of(**given), use_cases=use_cases)
    features = account_metrics(inputs, policy, EVERYTHING).collect()
    tiers = rows(PUBLISHED["account_tiers"], [{"account_id": one} for one in IDS], structural_stage="mature")
    invoiced = None
    if revenue is not None:
        invoiced = pl.LazyFrame(list(revenue.items()), schema=REVENUE, orient="row")
    return account_segments(features.lazy(), tiers.lazy(), inputs, invoiced, policy).collect()


def world() -> dict[str, Any]:
    return {
        "accounts": [
            {"account_id": "a", "industry": "retail", "employees": 30, "region": "emea", "plan": "team",
             "addressable_seats": 30},
            {"account_id": "b"},
        ],
        "billing": [{"account_id": "a", "products": ["x"]}, {"account_id": "b", "products": [], "seats": None}],
        "usage": [{"account_id": "a", "date": day(0, one), "events": 5} for one in (1, 2, 30)],
        "tickets": [{"account_id": "b", "opened_at": moment(0, 10)}],
        "products": [{"product": "x", "list_price": 5.0, "is_per_seat": True}],
    }  # fmt: skip


def test_rows_are_as_the_contract_says(policy: Policy) -> None:
    found = segmented(policy, {"a": 700.0}, **world())
    assert dict(found.schema) == SEGMENTS.schema
    a, b = found.sort("account_id").to_dicts()
    assert a == {
        "month": M.first_day, "account_id": "a", "trait": "retail|small|emea|team|mature", "size_band": "small",
        "value_band": "10k to 50k", "subscription_level": "team", "interaction_recency_days": 0,
        "trailing_year_active_days": 3, "trailing_year_revenue": 700.0, "rfm_recency": 5, "rfm_frequency": 4,
        "rfm_monetary": 4, "rfm_code": "544", "rfm_segment": "Champions", "attachment_rate": 1.0,
        "arr_potential": 1200.0, "opportunity": "upsell", "opportunity_amount": 1200.0, "primary_need": None,
        "secondary_need": None,
    }  # fmt: skip
    assert b["trait"] == "unknown|unknown|unknown|unknown|mature"
    assert (b["rfm_code"], b["rfm_segment"]) == ("322", "About To Sleep")
    assert (b["interaction_recency_days"], b["trailing_year_revenue"]) == (20, 0.0)
    assert (b["arr_potential"], b["opportunity"]) == (None, None)


@pytest.mark.parametrize(
    ("revenue", "more", "known"),
    [
        pytest.param(None, {}, "trailing_year_active_days", id="revenue-unknown"),
        pytest.param({"a": 1.0}, {"freshness": {"usage": True}}, "trailing_year_revenue", id="usage-stale"),
    ],
)
def test_nobody_has_a_code_where_a_measure_is_unknown(
    policy: Policy, revenue: dict[str, float] | None, more: dict[str, Any], known: str
) -> None:
    found = segmented(policy, revenue, **world(), **more)
    names = ["rfm_recency", "rfm_frequency", "rfm_monetary", "rfm_code", "rfm_segment"]
    assert found.select(names).null_count().row(0) == (2,) * 5
    assert found[known].null_count() == 0


def test_needs_are_read_off_the_usage_unless_it_is_stale(policy: Policy) -> None:
    case = UseCase(name="edit", features=["editor"], reason="Tried in a test.")
    needs = policy.segments.needs.model_copy(update={"use_cases": [case]})
    edited = policy.model_copy(update={"segments": policy.segments.model_copy(update={"needs": needs})})
    events = pl.LazyFrame({"account_id": ["a"], "use_case_events_0": [7]})

    def primary_needs(**more: Any) -> list[str | None]:
        found = segmented(edited, {}, use_cases=events, **world(), **more).sort("account_id")
        return found["primary_need"].to_list()

    assert primary_needs() == ["edit", None]
    assert primary_needs(freshness={"usage": True}) == [None, None]


LIVES = st.lists(
    st.fixed_dictionaries(
        {
            "plan": st.sampled_from([None, "team"]),
            "employees": st.none() | st.integers(0, 2000),
            "days": st.sets(days(M.first_day, M.last_day), max_size=3),
            "revenue": st.none() | st.integers(-9, 9).map(float),
            "products": st.lists(st.sampled_from(["x", "y"]), unique=True),
            "seats": st.none() | st.integers(0, 9),
        }
    ),
    min_size=1,
    max_size=len(IDS),
)


def segments_of(policy: Policy, lives: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """The segments of accounts, by their facts: the metrics are not looked at."""
    features = [
        {"account_id": one, "last_active_date": max(life["days"], default=None)}
        | {name: life[name] for name in ("plan", "employees", "seats")}
        for one, life in lives.items()
    ]
    billing = [{"account_id": one, "products": sorted(life["products"])} for one, life in lives.items()]
    bits = [{"account_id": one, "active_day_bits": 2 ** len(life["days"]) - 1} for one, life in lives.items()]
    usage = pl.LazyFrame(bits, schema={"account_id": pl.String, "active_day_bits": pl.UInt32})
    inputs = MonthInputs(
        month=M,
        accounts=rows(SOURCES["accounts"], [{"account_id": one} for one in lives], addressable_seats=7).lazy(),
        billing=pl.LazyFrame(billing, schema={"account_id": pl.String, "products": pl.List(pl.String)}),
        usage={M: UsageFacts(usage, ())},
        usage_history=UsageFacts(usage, ()),
        tickets=ticket_facts(SOURCES["tickets"].empty().lazy(), EVERYTHING),
        invoices=invoice_facts(SOURCES["invoices"].empty().lazy()),
        touchpoints=touchpoint_facts(SOURCES["touchpoints"].empty().lazy()),
        products=rows(SOURCES["products"], [{"product": "x", "is_per_seat": True}, {"product": "y"}]).lazy(),
    )
    revenue = {one: life["revenue"] for one, life in lives.items() if life["revenue"] is not None}
    return account_segments(
        rows(PUBLISHED["account_features"], features, month=M.first_day, tenure_start_date=day(9)).lazy(),
        rows(PUBLISHED["account_tiers"], [{"account_id": one} for one in lives], structural_stage="mature").lazy(),
        inputs,
        pl.LazyFrame(list(revenue.items()), schema=REVENUE, orient="row"),
        policy,
    ).collect()


@given(LIVES, st.permutations(IDS))
@settings(max_examples=30)
def test_every_account_has_one_row_in_any_order(policy: Policy, lives: list[dict[str, Any]], order: list[str]) -> None:
    ids = list(IDS[: len(lives)])
    by_id = dict(zip(ids, lives, strict=True))
    found = segments_of(policy, by_id).sort("account_id")
    assert found["account_id"].to_list() == ids
    assert found.select(SEGMENTS.required).null_count().row(0) == (0,) * len(SEGMENTS.required)
    shuffled = {one: by_id[one] for one in order if one in by_id}
    assert found.equals(segments_of(policy, shuffled).sort("account_id"))
