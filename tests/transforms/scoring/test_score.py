"""Pillar scores, coverage and priority: examples worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import rows
from tests.transforms.scoring.scored import EVERYTHING, FEATURES, scored
from transforms.contracts import PUBLISHED
from transforms.policy import Policy
from transforms.policy.model import Pillars
from transforms.scoring import score

# What an account needs for 100 points in each component of health.
_WELL = {
    "usage_trend_ratio": 0.2, "licence_utilisation_share": 0.8, "usage_recency_days": 0, "feature_breadth_share": 0.6,
    "tickets_per_100_seats": 1.0, "csat_mean": 4.5, "days_late_mean": 0.0,
}  # fmt: skip


def _with_missing(policy: Policy, pillar: str, name: str, missing: str) -> Policy:
    written = policy.pillars.model_dump()
    written[pillar][name]["missing"] = missing
    return policy.model_copy(update={"pillars": Pillars.model_validate(written)})


def _position(policy: Policy, name: str) -> int:
    return [component for _, component, _ in policy.pillars.components()].index(name)


def _without(metrics: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in metrics.items() if name not in names}


def test_a_pillar_is_the_weighted_mean_of_its_components(policy):
    # 25x50 + 20x50 + 15x50 + 10x0 + 10x60 + 10x75 + 10x90 = 5250, by 100.
    middling = {
        "usage_trend_ratio": -0.25, "licence_utilisation_share": 0.45, "usage_recency_days": 14, "csat_mean": 4.0,
        "feature_breadth_share": 0.1, "tickets_per_100_seats": 0.0, "days_late_mean": 3.0,
    }  # fmt: skip
    [row] = scored(policy, middling)
    assert (row["health"], row["health_coverage"]) == (52.5, 1.0)


def test_a_missing_component_leaves_its_weight_to_the_others(policy):
    # Without usage_trend (25): 75 of 75; licence_utilisation at half: 20x50 + 55x100 = 6500, by 75.
    [row] = scored(policy, _without(_WELL, "usage_trend_ratio") | {"licence_utilisation_share": 0.45})
    assert row["health"] == pytest.approx(6500 / 75, abs=1e-9)
    assert row["health_coverage"] == 0.75


def test_contributions_are_the_nearest_numbers_also_where_all_accounts_lack_the_same(policy):
    shares = [0.11, 0.23, 0.37, 0.41, 0.59, 0.61, 0.73]
    lacking = _without(_WELL, "usage_trend_ratio")
    rows_of = scored(policy, *(lacking | {"licence_utilisation_share": share} for share in shares))
    place = _position(policy, "licence_utilisation")
    points = [(share - 0.1) / (0.8 - 0.1) * 100 for share in shares]
    assert [row["component_scores"][place] for row in rows_of] == points
    assert [row["contributions"][place] for row in rows_of] == [given * 20 / 75 for given in points]


@pytest.mark.parametrize(
    ("missing", "coverage", "is_scored"),
    [
        pytest.param(("usage_trend_ratio",), 0.75, True, id="three-quarters"),
        pytest.param(("licence_utilisation_share", "csat_mean"), 0.7, True, id="less"),
        pytest.param(
            ("usage_trend_ratio", "licence_utilisation_share", "usage_recency_days"), 0.4, True, id="the-least"
        ),
        pytest.param(
            ("usage_trend_ratio", "licence_utilisation_share", "usage_recency_days", "csat_mean"),
            0.3,
            False,
            id="too-little",
        ),
    ],
)
def test_too_little_coverage_makes_no_score_but_still_contributions(policy, missing, coverage, is_scored):
    [row] = scored(policy, _without(_WELL, *missing))
    assert row["health_coverage"] == coverage
    assert (row["health"] == 100) == is_scored
    assert (row["health"] is None) != is_scored
    of_health = row["contributions"][: len(policy.pillars.health)]
    assert sum(value for value in of_health if value is not None) == pytest.approx(100, abs=1e-9)


def test_what_is_not_configured_counts_nowhere(policy):
    configured = {name for name in EVERYTHING if name.partition(".")[0] not in {"tickets", "invoices"}}
    [row] = scored(policy, _WELL, configured=configured)
    assert (row["health"], row["health_coverage"]) == (100, 1.0)
    place = _position(policy, "satisfaction")
    assert row["missing_reasons"][place] == "not_configured"
    assert [row[wide][place] for wide in ("metric_values", "component_scores", "contributions")] == [None] * 3


def test_a_stale_source_is_missing_for_all_and_not_unconfigured(policy):
    [row] = scored(policy, _WELL, stale={"tickets"})
    assert (row["health"], row["health_coverage"]) == (100, 0.8)
    place = _position(policy, "satisfaction")
    assert (row["missing_reasons"][place], row["metric_values"][place]) == ("stale", None)


_GRANTS = {"has_reference_grant": True, "has_co_development_grant": False}


@pytest.mark.parametrize(
    ("rule", "nps_points", "strategic", "coverage"),
    [
        # Reference 30x100, co-development 30x0, brand 25x0; advocacy weighs 15.
        pytest.param("leave_out", None, 3000 / 85, 0.85, id="left-out"),
        pytest.param("neutral", 50, 37.5, 1.0, id="neutral"),
        pytest.param("zero", 0, 30.0, 1.0, id="zero"),
        pytest.param("required", None, None, 0.85, id="required"),
    ],
)
def test_rules_for_a_missing_metric(policy, rule, nps_points, strategic, coverage):
    changed = _with_missing(policy, "strategic", "advocacy", rule)
    [row] = scored(changed, _GRANTS)
    place = _position(policy, "advocacy")
    assert row["missing_reasons"][place] == "not_recorded"
    assert row["component_scores"][place] == nps_points
    assert row["strategic"] == (strategic if strategic is None else pytest.approx(strategic, abs=1e-9))
    assert row["strategic_coverage"] == coverage


def test_a_required_metric_that_is_known_requires_nothing_more(policy):
    [row] = scored(_with_missing(policy, "strategic", "advocacy", "required"), _GRANTS | {"nps": 50.0})
    assert row["strategic"] == 45


def test_a_required_component_that_is_not_configured_leaves_like_any_other(policy):
    changed = _with_missing(policy, "strategic", "advocacy", "required")
    [row] = scored(changed, _GRANTS, configured=EVERYTHING - {"accounts.nps"})
    assert row["strategic"] == pytest.approx(3000 / 85, abs=1e-9)


def test_a_pillar_with_too_little_configured_weight_leaves_the_priority(policy):
    # Of strategic only brand_rank (25) is mapped; growth 40 and value 50 remain, with complexity missing.
    configured = {name for name in EVERYTHING if name not in {"strategic_grants", "accounts.nps"}}
    growth = {
        "revenue_expansion_ratio": 0.1,
        "seat_saturation_share": 0.68,
        "usage_growth_ratio": 0.08,
        "user_growth_ratio": 0.08,
    }
    [row] = scored(policy, growth | {"brand_rank": 1.0}, configured=configured)
    assert (row["strategic"], row["strategic_coverage"]) == (None, None)
    assert row["growth"] == pytest.approx(40, abs=1e-9)
    assert row["complexity"] is None
    assert row["priority"] == pytest.approx((30 * row["growth"] + 30 * 50) / 60, abs=1e-9)
    assert row["priority_coverage"] == pytest.approx(60 / 75, abs=1e-9)


def test_the_priority_weighs_three_pillars_and_value_and_not_health(policy):
    full = {
        **_GRANTS, "brand_rank": 1.0, "nps": 50.0,
        "usage_growth_ratio": 0.5, "user_growth_ratio": 0.5, "revenue_expansion_ratio": 0.4,
        "seat_saturation_share": 0.95, "features_adopted": 3, "whitespace_share": 1.0,
        "integrations": 0, "products_owned": 1, "tickets_per_month": 10.0, "escalations": 3, "regions": 1,
        "customer_hours_per_month": 0.0,
    }  # fmt: skip
    [well, ill] = scored(policy, full | _WELL, full | _without(_WELL, "usage_trend_ratio") | {"csat_mean": 1.0})
    # Growth 100, value 50 of two equals, strategic 70, complexity 40.
    assert well["priority"] == 30 + 15 + 17.5 + 6
    assert ill["priority"] == well["priority"]
    assert ill["health"] < well["health"]


def test_the_priority_is_unknown_where_under_seventy_per_cent_of_it_is(policy):
    [row] = scored(policy, {})
    assert row["value"] == 50
    assert (row["priority"], row["priority_coverage"]) == (None, 0.3)


def test_complexity_without_touchpoints_leaves_out_nothing_else(policy):
    metrics = {
        "integrations": 5, "products_owned": 4, "tickets_per_month": 0.0, "escalations": 0, "regions": 1,
        "customer_hours_per_month": 8.0,
    }  # fmt: skip
    [row] = scored(policy, metrics)
    assert row["complexity"] == 50
    assert row["complexity_without_touchpoints"] == 37.5


def test_no_coverage_is_no_score_even_where_the_policy_asks_for_none(policy):
    rules = policy.scoring.model_copy(update={"minimum_coverage_share": 0.0})
    [row] = scored(policy.model_copy(update={"scoring": rules}), {})
    assert (row["growth"], row["growth_coverage"]) == (None, 0.0)


def test_flags_are_published_as_0_and_1(policy):
    [row] = scored(policy, _GRANTS)
    assert row["metric_values"][_position(policy, "reference")] == 1.0
    assert row["metric_values"][_position(policy, "co_development")] == 0.0


def test_no_accounts_give_no_rows_and_the_same_columns(policy):
    empty = score(FEATURES.empty().lazy(), policy, EVERYTHING).collect()
    one = score(rows(FEATURES, [{}]).lazy(), policy, EVERYTHING).collect()
    assert empty.is_empty()
    assert empty.schema == one.schema


def test_columns_keep_the_contracts(policy):
    schema = score(rows(FEATURES, [{}]).lazy(), policy, EVERYTHING).collect().schema
    contracts = PUBLISHED["account_scores"].schema | PUBLISHED["score_contributions_wide"].schema
    assert {name: contracts[name] for name in schema} == dict(schema)


@pytest.mark.parametrize(
    ("metrics", "coverage", "reason"),
    [
        # Of health usage_trend weighs 25 of 100, of growth usage_growth, user_growth and adoption_pace 50.
        pytest.param({"known_usage_months": 0, "tenure_months": 3}, (1.0, 1.0), "too_young", id="cannot-be-known-yet"),
        pytest.param({"known_usage_months": 2, "tenure_months": 6}, (0.75, 0.5), "never_used", id="could-be-known"),
    ],
)
def test_what_an_accounts_tenure_excludes_leaves_the_coverage(policy, metrics, coverage, reason):
    growth = {"revenue_expansion_ratio": 0.1, "seat_saturation_share": 0.68, "whitespace_share": 0.5}
    [row] = scored(policy, _without(_WELL, "usage_trend_ratio") | growth | metrics)
    assert (row["health_coverage"], row["growth_coverage"]) == coverage
    assert row["missing_reasons"][_position(policy, "usage_trend")] == reason


def test_health_of_less_is_tentative_and_of_too_little_unknown(policy):
    some = {"known_usage_months": 2, "licence_utilisation_share": 0.8, "usage_recency_days": 0}
    [tentative] = scored(policy, some | {"csat_mean": 4.5})
    [unknown] = scored(policy, some)
    assert (tentative["health"], tentative["health_coverage"], tentative["is_health_tentative"]) == (100.0, 0.45, True)
    assert (unknown["health"], unknown["health_coverage"], unknown["is_health_tentative"]) == (None, 0.35, None)


@pytest.mark.parametrize(
    ("metric", "known", "reason"),
    [
        pytest.param("nps", {"nps_date": date(2026, 3, 2)}, "expired", id="asked-long-ago"),
        pytest.param("nps", {}, "not_recorded", id="never-asked"),
        pytest.param("csat_mean", {"last_rating_date": date(2026, 1, 2)}, "expired", id="rated-long-ago"),
        pytest.param("usage_trend_ratio", {"last_active_date": date(2024, 1, 2)}, "too_few", id="used-once"),
        pytest.param("escalations", {}, "too_few", id="tickets-known-for-too-few-months"),
    ],
)
def test_a_missing_metric_says_why_in_the_words_of_the_case(policy, metric, known, reason):
    [row] = scored(policy, {"known_usage_months": 5, "tenure_months": 12} | known)
    place = [component.metric for _, _, component in policy.pillars.components()].index(metric)
    assert row["missing_reasons"][place] == reason
