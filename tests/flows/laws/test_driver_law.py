"""Laws of drivers on the sample company: what leads pushed the way the account went, in a draft and as published."""

from __future__ import annotations

import json
from datetime import date
from random import Random
from typing import Any, NamedTuple

import polars as pl
import pytest

from flows.backfill.draft import DraftState
from flows.compute_month import Computed
from flows.inputs.published import PublishedState, State
from flows.inputs.standings import standing_of
from sql.fingerprint import MONTH_TABLES
from tests.flows.laws.company import ACCOUNT_MONTH, Company
from transforms.contracts import PUBLISHED
from transforms.month import Month
from transforms.policy import Policy
from transforms.sample import MONTHS
from transforms.tiers.comparison_months import comparison_months
from transforms.tiers.drivers import drivers

STREAKS = {"promotion": "promotion_streak_months", "demotion": "demotion_streak_months"}
UP = ("promotion", "lift_ended")

Row = dict[str, Any]


class Moved(NamedTuple):
    """What moved a score between two months: points of what is known in both, and what is known in one of them."""

    points: dict[str, float]
    news: set[str]


@pytest.fixture(scope="module")
def lives(company: Company) -> dict[str, dict[date, Row]]:
    """Of each account that changed, its months in order: tiers, scores, features and points by position."""
    changed = company.table("tier_changes").filter(pl.col("kind").is_in([*STREAKS, "lift_started", "lift_ended"]))
    rows = company.joined("account_tiers", "account_scores", "account_features", "score_contributions_wide")
    found: dict[str, dict[date, Row]] = {}
    needed = [*ACCOUNT_MONTH, *STREAKS.values(), "lift_started_month", "last_contract_event_month", "health", "arr"]
    needed += ["health_1_month_ago", "health_2_months_ago", "gross_profit", "support_cost", "component_scores"]
    needed += ["complexity_without_touchpoints"]
    of_changed = rows.join(changed, on="account_id", how="semi").select(needed).sort("month")
    for row in of_changed.iter_rows(named=True):
        found.setdefault(row["account_id"], {})[row["month"]] = row
    return found


def changes_of(company: Company) -> list[Row]:
    told = company.table("tier_changes").filter(pl.col("kind").is_in([*STREAKS, "lift_started", "lift_ended"]))
    return [row | {"drivers": json.loads(row["drivers"])} for row in told.iter_rows(named=True)]


def compared_with(change: Row, life: dict[date, Row]) -> Row | None:
    """The month of comparison, as the page says it; None where it is not published."""
    month, now = Month.of(change["month"]), life[change["month"]]
    if change["kind"] in STREAKS:
        former = [row for day, row in life.items() if day < change["month"]]
        not_begun = [row for row in former if row[STREAKS[change["kind"]]] == 0]
        return not_begun[-1] if not_begun else former[0]
    if change["kind"] == "lift_ended":
        return life.get(life[(month - 1).first_day]["lift_started_month"])
    one, two = now["health_1_month_ago"], now["health_2_months_ago"]
    is_second_better = two is not None and (one is None or two > one)
    return life.get((month - (2 if is_second_better else 1)).first_day)


def moved(then: Row, now: Row, policy: Policy, pillars: dict[str, float]) -> Moved:
    """Change of points times share of the score, over what is known in both months."""
    sides = {
        f"{pillar}.{name}": (pillar, one.weight, then["component_scores"][place], now["component_scores"][place])
        for place, (pillar, name, one) in enumerate(policy.pillars.components())
        if pillar in pillars
    }
    both = {name: side for name, side in sides.items() if side[2] is not None and side[3] is not None}
    of_pillar = {pillar: sum(weight for one, weight, _, _ in both.values() if one == pillar) for pillar in pillars}
    shares = {name: pillars[side[0]] * side[1] / of_pillar[side[0]] for name, side in both.items()}
    whole = sum(shares.values())
    points = {name: (side[3] - side[2]) * shares[name] / whole for name, side in both.items()}
    return Moved(points, {name for name, side in sides.items() if (side[2] is None) != (side[3] is None)})


def explained_by_score(company: Company, lives: dict[str, dict[date, Row]]) -> list[tuple[Row, Moved]]:
    """The changes of which a score is the reason, with what moved it."""
    weights = company.policy.priority.model_dump()
    found = []
    for change in changes_of(company):
        is_lift = change["kind"].startswith("lift")
        is_told = all("." in one["component"] for one in change["drivers"])
        if change["decided_by"] not in {"score", "risk_lift"} or not is_told:
            continue
        life = lives[change["account_id"]]
        then = compared_with(change, life)
        if then is not None:
            pillars = {"health": 1.0} if is_lift else weights
            found.append((change, moved(then, life[change["month"]], company.policy, pillars)))
    return found


def test_a_driver_that_leads_pushed_the_way_the_account_went(company: Company, lives: Any) -> None:
    explained = explained_by_score(company, lives)
    assert len(explained) > 500
    for change, seen in explained:
        way = 1 if change["kind"] in UP else -1
        total = sum(seen.points.values()) * way
        most = max((points * way for points in seen.points.values()), default=0.0)
        where = (change["account_id"], change["month"], change["kind"])
        if not change["drivers"]:
            assert most < 0.05 + 1e-9, where
            assert not seen.news or total >= -0.01, where
            continue
        lead = change["drivers"][0]
        if "points" in lead:
            assert seen.points[lead["component"]] == pytest.approx(lead["points"], abs=0.006), where
            assert lead["points"] * way > 0, where
            assert lead["points"] * way == pytest.approx(most, abs=0.011), where
        else:
            assert lead["component"] in seen.news, where
            assert total < 0.01 * len(seen.points), where


def test_what_is_named_is_what_moved(company: Company, lives: Any) -> None:
    """At most three, each with the points that the published components make; opposite ones come last."""
    for change, seen in explained_by_score(company, lives):
        way = 1 if change["kind"] in UP else -1
        assert len(change["drivers"]) <= 3
        for one in change["drivers"]:
            assert ("points" in one) == (one["component"] in seen.points)
            assert "points" not in one or one["points"] == pytest.approx(seen.points[one["component"]], abs=0.006)
        signs = [one["points"] * way > 0 for one in change["drivers"] if "points" in one]
        assert signs == sorted(signs, reverse=True)


def test_money_that_leads_pushed_that_way_too(company: Company, lives: Any) -> None:
    led = [one for one in changes_of(company) if one["drivers"] and "." not in one["drivers"][0]["component"]]
    columns = {"gross_profit": 1, "support_cost": -1, "hours": -1, "arr": 1}
    found = {}
    for change in led:
        lead, life = change["drivers"][0]["component"], lives[change["account_id"]]
        if lead not in columns:
            continue
        now, then = life[change["month"]], compared_with(change, life)
        if lead == "arr":
            then = life[(Month.of(now["last_contract_event_month"]) - 1).first_day]
        assert then is not None
        column = "complexity_without_touchpoints" if lead == "hours" else lead
        way = columns[lead] if change["kind"] in UP else -columns[lead]
        found[change["account_id"], change["month"]] = lead
        assert ((now[column] or 0.0) - (then[column] or 0.0)) * way > 0
    assert set(found.values()) >= {"arr", "gross_profit"}


# --- drafts ------------------------------------------------------------------------------------------------------


def named_by(state: State, company: Company, month: Month) -> pl.DataFrame:
    """The drivers of a month's published changes, by what a state knows of the months before."""
    changes, tiers = company.month("tier_changes", month), company.month("account_tiers", month)
    asked = comparison_months(
        changes.lazy(), company.month("account_tiers", month - 1).lazy(), tiers.lazy(),
        company.month("account_scores", month).lazy(), month,
    ).collect()  # fmt: skip
    result = {name: company.month(name, month) for name in MONTH_TABLES if name in PUBLISHED}
    then = state.standings(month, asked)
    now = standing_of(result, asked["account_id"], company.policy)
    return drivers(changes.drop("drivers"), then.months, now, then.standing, company.policy, month)


def draft_of(company: Company, first: Month, month: Month) -> DraftState:
    """A backfill that has computed some months and published nothing."""
    state = DraftState(company.project)
    for one in first.until(month):
        frames = {name: company.month(name, one) for name in MONTH_TABLES}
        state.add(one, Computed(frames, None, None, None), company.policy)  # type: ignore[arg-type]
    return state


@pytest.mark.parametrize("month", MONTHS[1:], ids=str)
def test_drivers_found_in_drafts_are_those_found_in_what_is_published(company: Company, month: Month) -> None:
    """The demo was computed in one go before anything was published; each month is asked again as published."""
    expected = company.month("tier_changes", month)
    assert named_by(PublishedState(company.project), company, month).select(expected.columns).equals(expected)


@pytest.mark.parametrize("month", Random(9).sample(MONTHS[2:], 3), ids=str)
def test_a_draft_that_begins_in_the_middle_finds_the_same_drivers(company: Company, month: Month) -> None:
    expected = company.month("tier_changes", month)
    for months in {1, 4, 9}:
        state = draft_of(company, max(MONTHS[0], month - months), month)
        assert named_by(state, company, month).select(expected.columns).equals(expected), months
