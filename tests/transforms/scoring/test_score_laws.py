"""The laws that explanations rest on, whatever the metrics, the policy and the mapped sources are."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.factories import rows
from tests.transforms.scoring.scored import EVERYTHING, FEATURES, scored
from transforms.policy import Policy
from transforms.policy.model import PILLARS, Pillars
from transforms.policy.scoring import FLAGS, METRICS
from transforms.scoring import score


def _metric_values(name: str) -> st.SearchStrategy[Any]:
    field = FEATURES.field(name)
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
_CONFIGURED = st.frozensets(st.sampled_from(sorted(EVERYTHING))).map(lambda off: EVERYTHING - off)
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
    for row in scored(changed, *given_rows, configured=configured, stale=stale):
        for pillar in PILLARS:
            mine = [value for of, value in zip(pillars, row["contributions"], strict=True) if of == pillar]
            if row[pillar] is not None:
                assert sum(value or 0 for value in mine) == pytest.approx(row[pillar], abs=1e-9)
                assert 0 <= row[pillar] <= 100


@_LAW
@given(data=st.data(), given_rows=_ROWS, configured=_CONFIGURED, stale=_STALE)
def test_coverage_lies_between_0_and_1_and_decides_about_thescored(policy, data, given_rows, configured, stale):
    changed = data.draw(_policies(policy))
    for row in scored(changed, *given_rows, configured=configured, stale=stale):
        for name in (*PILLARS, "priority"):
            coverage = row[f"{name}_coverage"]
            assert coverage is None or 0 <= coverage <= 1
            least = (
                policy.scoring.health_minimum_coverage_share
                if name == "health"
                else policy.scoring.minimum_coverage_share
            )
            assert row[name] is None or coverage >= least
        is_tentative = row["health"] is not None and row["health_coverage"] < policy.scoring.tentative_coverage_share
        assert bool(row["is_health_tentative"]) == is_tentative


@_LAW
@given(data=st.data(), given_rows=_ROWS, configured=_CONFIGURED, stale=_STALE)
def test_a_component_says_either_its_points_or_why_it_has_none(policy, data, given_rows, configured, stale):
    changed = data.draw(_policies(policy))
    components = [component for _, _, component in changed.pillars.components()]
    for row in scored(changed, *given_rows, configured=configured, stale=stale):
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
        score(rows(FEATURES, order).lazy(), policy, EVERYTHING).collect().sort("account_id")
        for order in (named, shuffled)
    )
    assert_frame_equal(one, other, check_exact=True)


@_LAW
@given(given_rows=_ROWS, configured=_CONFIGURED)
def test_other_accounts_change_nothing_but_the_standing_among_them(policy, given_rows, configured):
    names = [name for name in PILLARS if name != "value"] + ["complexity_without_touchpoints"]
    alone = [scored(policy, row, configured=configured)[0] for row in given_rows]
    together = scored(policy, *given_rows, configured=configured)
    for one, same in zip(alone, together, strict=True):
        assert {name: one[name] for name in names} == {name: same[name] for name in names}
        assert one["contributions"][:-1] == same["contributions"][:-1]
