"""Pillar scores, coverage and priority: hand-worked examples, and the laws that explanations rest on."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.factories import rows
from transforms.contracts import PUBLISHED, SOURCES
from transforms.policy import Policy
from transforms.policy.model import PILLARS, Pillars
from transforms.policy.scoring import FLAGS, METRICS
from transforms.scoring import score

_FEATURES = PUBLISHED["account_features"]
_EVERYTHING = frozenset(SOURCES) | {
    f"{table.name}.{field.name}" for table in SOURCES.values() for field in table.fields if not field.is_required
}

# What an account needs for 100 points in each component of health.
_WELL = {
    "usage_trend_ratio": 0.2, "licence_utilisation_share": 0.8, "usage_recency_days": 0, "feature_breadth_share": 0.6,
    "tickets_per_100_seats": 1.0, "csat_mean": 4.5, "days_late_mean": 0.0,
}  # fmt: skip


def _score(policy: Policy, *given_rows: dict[str, Any], configured=_EVERYTHING, stale=()) -> list[dict[str, Any]]:
    named = [{"account_id": f"a{place}", **row} for place, row in enumerate(given_rows)]
    frame = score(rows(_FEATURES, named).lazy(), policy, frozenset(configured), frozenset(stale))
    return frame.collect().sort("account_id").to_dicts()


def _with_missing(policy: Policy, pillar: str, name: str, missing: str) -> Policy:
    written = policy.pillars.model_dump()
    written[pillar][name]["missing"] = missing
    return policy.model_copy(update={"pillars": Pillars.model_validate(written)})


def _position(policy: Policy, name: str) -> int:
    return [component for _, component, _ in policy.pillars.components()].index(name)


def _without(metrics: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in metrics.items() if name not in names}


def test_a_pillar_is_the_weighted_mean_of_its_components(policy):
    # 25x75 + 20x50 + 15x50 + 10x0 + 10x60 + 10x75 + 10x90 = 5875, by 100.
    middling = {
        "usage_trend_ratio": 0.0, "licence_utilisation_share": 0.45, "usage_recency_days": 14, "csat_mean": 4.0,
        "feature_breadth_share": 0.1, "tickets_per_100_seats": 0.0, "days_late_mean": 3.0,
    }  # fmt: skip
    [row] = _score(policy, middling)
    assert (row["health"], row["health_coverage"]) == (58.75, 1.0)


def test_a_missing_component_leaves_its_weight_to_the_others(policy):
    # Without usage_trend (25): 75 of 75; licence_utilisation at half: 20x50 + 55x100 = 6500, by 75.
    [row] = _score(policy, _without(_WELL, "usage_trend_ratio") | {"licence_utilisation_share": 0.45})
    assert row["health"] == pytest.approx(6500 / 75, abs=1e-9)
    assert row["health_coverage"] == 0.75


@pytest.mark.parametrize(
    ("missing", "coverage", "is_scored"),
    [
        pytest.param(("usage_trend_ratio",), 0.75, True, id="three-quarters"),
        pytest.param(("licence_utilisation_share", "csat_mean"), 0.7, True, id="exactly-the-minimum"),
        pytest.param(("usage_trend_ratio", "csat_mean"), 0.65, False, id="too-little"),
    ],
)
def test_too_little_coverage_gives_no_score_but_still_contributions(policy, missing, coverage, is_scored):
    [row] = _score(policy, _without(_WELL, *missing))
    assert row["health_coverage"] == coverage
    assert (row["health"] == 100) == is_scored
    assert (row["health"] is None) != is_scored
    of_health = row["contributions"][: len(policy.pillars.health)]
    assert sum(value for value in of_health if value is not None) == pytest.approx(100, abs=1e-9)


def test_what_is_not_configured_counts_nowhere(policy):
    configured = {name for name in _EVERYTHING if name.partition(".")[0] not in {"tickets", "invoices"}}
    [row] = _score(policy, _WELL, configured=configured)
    assert (row["health"], row["health_coverage"]) == (100, 1.0)
    place = _position(policy, "satisfaction")
    assert row["missing_reasons"][place] == "not_configured"
    assert [row[wide][place] for wide in ("metric_values", "component_scores", "contributions")] == [None] * 3


def test_a_stale_source_is_missing_for_all_and_not_unconfigured(policy):
    [row] = _score(policy, _WELL, stale={"tickets"})
    assert (row["health"], row["health_coverage"]) == (100, 0.8)
    place = _position(policy, "satisfaction")
    assert (row["missing_reasons"][place], row["metric_values"][place]) == ("stale_source", None)


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
    [row] = _score(changed, _GRANTS)
    place = _position(policy, "advocacy")
    assert row["missing_reasons"][place] == "no_data"
    assert row["component_scores"][place] == nps_points
    assert row["strategic"] == (strategic if strategic is None else pytest.approx(strategic, abs=1e-9))
    assert row["strategic_coverage"] == coverage


def test_a_required_metric_that_is_known_requires_nothing_more(policy):
    [row] = _score(_with_missing(policy, "strategic", "advocacy", "required"), _GRANTS | {"nps": 50.0})
    assert row["strategic"] == 45


def test_a_required_component_that_is_not_configured_leaves_like_any_other(policy):
    changed = _with_missing(policy, "strategic", "advocacy", "required")
    [row] = _score(changed, _GRANTS, configured=_EVERYTHING - {"accounts.nps"})
    assert row["strategic"] == pytest.approx(3000 / 85, abs=1e-9)


def test_a_pillar_with_too_little_configured_weight_leaves_the_priority(policy):
    # Of strategic only brand_rank (25) is mapped; growth 40 and value 50 remain, with complexity missing.
    configured = {name for name in _EVERYTHING if name not in {"strategic_grants", "accounts.nps"}}
    growth = {
        "revenue_expansion_ratio": 0.1,
        "seat_saturation_share": 0.68,
        "usage_growth_ratio": 0.08,
        "user_growth_ratio": 0.08,
    }
    [row] = _score(policy, growth | {"brand_rank": 1.0}, configured=configured)
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
    [well, ill] = _score(policy, full | _WELL, full | _without(_WELL, "usage_trend_ratio") | {"csat_mean": 1.0})
    # Growth 100, value 50 of two equals, strategic 70, complexity 40.
    assert well["priority"] == 30 + 15 + 17.5 + 6
    assert ill["priority"] == well["priority"]
    assert ill["health"] < well["health"]


def test_the_priority_is_unknown_where_under_seventy_per_cent_of_it_is(policy):
    [row] = _score(policy, {})
    assert row["value"] == 50
    assert (row["priority"], row["priority_coverage"]) == (None, 0.3)


def test_complexity_without_touchpoints_leaves_out_nothing_else(policy):
    metrics = {
        "integrations": 5, "products_owned": 4, "tickets_per_month": 0.0, "escalations": 0, "regions": 1,
        "customer_hours_per_month": 8.0,
    }  # fmt: skip
    [row] = _score(policy, metrics)
    assert row["complexity"] == 50
    assert row["complexity_without_touchpoints"] == 37.5


def test_no_coverage_is_no_score_even_where_the_policy_asks_for_none(policy):
    rules = policy.scoring.model_copy(update={"minimum_coverage_share": 0.0})
    [row] = _score(policy.model_copy(update={"scoring": rules}), {})
    assert (row["growth"], row["growth_coverage"]) == (None, 0.0)


def test_flags_are_published_as_0_and_1(policy):
    [row] = _score(policy, _GRANTS)
    assert row["metric_values"][_position(policy, "reference")] == 1.0
    assert row["metric_values"][_position(policy, "co_development")] == 0.0


def _metric_values(name: str) -> st.SearchStrategy[Any]:
    field = _FEATURES.field(name)
    if name in FLAGS:
        return st.none() | st.booleans()
    lo, hi = field.column.minimum, field.column.maximum
    if field.column.dtype == pl.Int64:
        known: st.SearchStrategy[Any] = st.integers(0, 400)
    else:
        known = st.floats(-1 if lo is None else lo, 1000 if hi is None else hi)
    return known if field.is_required else st.none() | known


_ROW = st.fixed_dictionaries({name: _metric_values(name) for name in sorted(METRICS)})
_ROWS = st.lists(_ROW, min_size=1, max_size=6)
_CONFIGURED = st.frozensets(st.sampled_from(sorted(_EVERYTHING))).map(lambda off: _EVERYTHING - off)
_STALE = st.frozensets(st.sampled_from(["usage", "tickets", "invoices", "touchpoints"]))
_RULES = st.sampled_from(["leave_out", "neutral", "zero", "required"])
_LAW = settings(max_examples=40)


@st.composite
def _policies(draw, policy: Policy) -> Policy:
    """The default policy with any rule for missing metrics, and weights moved within the health pillar."""
    written = policy.pillars.model_dump()
    for pillar in PILLARS:
        for component in written[pillar].values():
            component["missing"] = draw(_RULES)
    moved = draw(st.sampled_from([0, 10, 1 / 3, 25]))
    written["health"]["usage_trend"]["weight"] -= moved
    written["health"]["payment"]["weight"] += moved
    return policy.model_copy(update={"pillars": Pillars.model_validate(written)})


@_LAW
@given(data=st.data(), given_rows=_ROWS, configured=_CONFIGURED, stale=_STALE)
def test_contributions_add_up_to_the_scores_they_explain(policy, data, given_rows, configured, stale):
    changed = data.draw(_policies(policy))
    pillars = [pillar for pillar, _, _ in changed.pillars.components()]
    for row in _score(changed, *given_rows, configured=configured, stale=stale):
        for pillar in PILLARS:
            mine = [value for of, value in zip(pillars, row["contributions"], strict=True) if of == pillar]
            if row[pillar] is not None:
                assert sum(value or 0 for value in mine) == pytest.approx(row[pillar], abs=1e-9)
                assert 0 <= row[pillar] <= 100


@_LAW
@given(data=st.data(), given_rows=_ROWS, configured=_CONFIGURED, stale=_STALE)
def test_coverage_lies_between_0_and_1_and_decides_about_the_score(policy, data, given_rows, configured, stale):
    changed = data.draw(_policies(policy))
    for row in _score(changed, *given_rows, configured=configured, stale=stale):
        for name in (*PILLARS, "priority"):
            coverage = row[f"{name}_coverage"]
            assert coverage is None or 0 <= coverage <= 1
            assert row[name] is None or coverage >= policy.scoring.minimum_coverage_share


@_LAW
@given(data=st.data(), given_rows=_ROWS, configured=_CONFIGURED, stale=_STALE)
def test_a_component_says_either_its_points_or_why_it_has_none(policy, data, given_rows, configured, stale):
    changed = data.draw(_policies(policy))
    components = [component for _, _, component in changed.pillars.components()]
    for row in _score(changed, *given_rows, configured=configured, stale=stale):
        for place, component in enumerate(components):
            metric, given_points, contribution, reason = (
                row[wide][place] for wide in ("metric_values", "component_scores", "contributions", "missing_reasons")
            )
            assert (metric is None) == (reason is not None)
            filled = component.missing in {"neutral", "zero"} and reason != "not_configured"
            assert (given_points is None) == (metric is None and not filled)
            assert contribution is None or given_points is not None


@_LAW
@given(data=st.data(), given_rows=_ROWS)
def test_the_order_of_accounts_changes_nothing(policy, data, given_rows):
    named = [{"account_id": f"a{place}", **row} for place, row in enumerate(given_rows)]
    shuffled = data.draw(st.permutations(named))
    one, other = (
        score(rows(_FEATURES, order).lazy(), policy, _EVERYTHING).collect().sort("account_id")
        for order in (named, shuffled)
    )
    assert_frame_equal(one, other, check_exact=True)


def test_no_accounts_give_no_rows_and_the_same_columns(policy):
    empty = score(_FEATURES.empty().lazy(), policy, _EVERYTHING).collect()
    one = score(rows(_FEATURES, [{}]).lazy(), policy, _EVERYTHING).collect()
    assert empty.is_empty()
    assert empty.schema == one.schema


def test_columns_keep_the_contracts(policy):
    schema = score(rows(_FEATURES, [{}]).lazy(), policy, _EVERYTHING).collect().schema
    contracts = PUBLISHED["account_scores"].schema | PUBLISHED["score_contributions_wide"].schema
    assert {name: contracts[name] for name in schema} == dict(schema)
