"""Any published state beside any features: accounts as Hypothesis draws them, at the edges of every rule."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.transforms.tiers.factory import BEFORE, MONTH, rank
from transforms.contracts.model import TIERS

_EDGES = (0.0, 34.9, 35.0, 39.9, 40.0, 44.9, 45.0, 54.9, 55.0, 59.9, 60.0, 64.9, 65.0, 100.0)


class Account(NamedTuple):
    """An account: its published state (None where it was not in scope) and its features (None where it is not)."""

    before: dict[str, Any] | None
    now: dict[str, Any] | None


def points() -> st.SearchStrategy[float]:
    return st.sampled_from(_EDGES) | st.floats(0, 100, allow_nan=False)


def recent_months(most: int = 12) -> st.SearchStrategy[date | None]:
    return st.none() | st.integers(1, most).map(lambda ago: (MONTH - ago).first_day)


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    base = draw(st.sampled_from(TIERS))
    lift_started = draw(st.none() | st.integers(1, 5).map(lambda ago: (MONTH - ago).first_day))
    is_running = lift_started is not None
    inner = TIERS[min(2, rank(base) + is_running)]
    override = draw(st.none() | st.tuples(st.sampled_from(TIERS), _override_starts()))
    is_pending = draw(st.booleans())
    streak = draw(st.integers(0, 12))
    is_rising = draw(st.booleans())
    return {
        "base": base,
        "base_tier": base if override is None else override[0],
        "tier": inner if override is None else override[0],
        "tier_without_override": inner,
        "promotion_streak_months": streak if is_rising else 0,
        "demotion_streak_months": 0 if is_rising else streak,
        "last_base_move_month": draw(recent_months(5)),
        "is_provisional": draw(st.booleans()),
        "override_start_date": None if override is None else override[1],
        "lift_started_month": lift_started,
        "last_lift_ended_month": draw(recent_months(5)),
        "is_lift_armed": draw(st.booleans()),
        "healthy_streak_months": draw(st.integers(0, 3)),
        "is_lift_affordable": draw(st.booleans()) if is_running else None,
        "is_lift_in_effect": is_running and override is None,
        "is_lift_unaffordable": not is_running and draw(st.booleans()),
        "ill_months_of_6": draw(st.integers(0, 63)),
        "silent_since_month": draw(recent_months(5)),
        "has_widespread_silence": draw(st.booleans()),
        "last_contract_event_month": (MONTH - draw(st.integers(1, 3))).first_day if is_pending else None,
        "is_contract_event_pending": is_pending,
    }


def _override_starts() -> st.SearchStrategy[date]:
    return st.sampled_from([date(2025, 4, 15), date(2025, 5, 31), BEFORE.first_day])


@st.composite
def feature_rows(draw: st.DrawFn) -> dict[str, Any]:
    arr = draw(st.sampled_from((6_000.0, 25_000.0, 70_000.0, 80_000.0, 90_000.0, 200_000.0)))
    override = draw(st.none() | st.tuples(st.sampled_from(TIERS), _override_starts()))
    has_grant = draw(st.booleans())
    return {
        "arr": arr,
        "arr_1_month_ago": draw(st.sampled_from((None, 0.0, arr, arr, arr / 1.2, arr / 2))),
        "arr_2_months_ago": draw(st.sampled_from((None, 0.0, arr, arr, arr / 2))),
        "new_product_arr": draw(st.sampled_from((None, 0.0, 0.0, arr / 5))),
        "priority": draw(st.none() | points() | points()),
        "health": draw(st.none() | points() | points()),
        "health_1_month_ago": draw(st.none() | points()),
        "health_2_months_ago": draw(st.none() | points()),
        "complexity_without_touchpoints": draw(st.sampled_from((None, 0.0, 50.0, 100.0))),
        "support_cost": draw(st.sampled_from((None, 0.0, 0.3 * arr, 0.6 * arr))),
        "has_grant": has_grant,
        "grant_floor_tier": draw(st.none() | st.sampled_from(TIERS)) if has_grant else None,
        "override_tier": None if override is None else override[0],
        "override_start_date": None if override is None else override[1],
        "override_end_date": None if override is None else date(2025, 12, 31),
        "has_renewal_freeze": draw(st.booleans()),
        "has_open_escalation": draw(st.booleans()),
        "is_in_grace": draw(st.sampled_from((False, False, False, True))),
        "tenure_start_date": draw(st.sampled_from((date(2020, 1, 1), date(2025, 5, 31), date(2025, 6, 1)))),
        "events": draw(st.sampled_from((None, 0, 0, 5, 900))),
        "last_active_date": draw(recent_months(6)),
        "usage_recency_days": draw(st.sampled_from((None, 0, 8, 9))),
    }


@st.composite
def populations(draw: st.DrawFn, most: int = 12) -> list[Account]:
    """Some accounts, in no order of their names; most stay, some enter or leave."""
    kinds = draw(st.lists(st.sampled_from(("stays", "stays", "stays", "enters", "leaves")), min_size=1, max_size=most))
    found = []
    for number, kind in enumerate(kinds):
        name = {"account_id": f"{number * 7 % 13:02}-{number}"}
        before = None if kind == "enters" else draw(states()) | name
        now = None if kind == "leaves" else draw(feature_rows()) | name
        found.append(Account(before, now))
    return found


@st.composite
def crowds(draw: st.DrawFn) -> list[Account]:
    """Many of a few kinds who all want to leave one tier, so that queues form and caps bind."""
    base = draw(st.sampled_from(TIERS))
    ways = {TIERS[0]: ("up",), TIERS[1]: ("up", "down", "ceiling"), TIERS[2]: ("down", "ceiling")}[base]
    found: list[Account] = []
    for kind in range(draw(st.integers(1, 4))):
        before, now = draw(_leavers(base, draw(st.sampled_from(ways))))
        for number in range(draw(st.integers(1, 60))):
            name = {"account_id": f"{number:02}-{kind}"}
            has_left = number % 10 == 9
            found.append(Account(before | name, None if has_left else now | name))
    return found


@st.composite
def _leavers(draw: st.DrawFn, base: str, way: str) -> tuple[dict[str, Any], dict[str, Any]]:
    streak = "promotion_streak_months" if way == "up" else "demotion_streak_months"
    before = {
        "base": base,
        "is_provisional": False,
        streak: draw(st.sampled_from((0, 1, 2, 3, 5, 7, 8, 9))),
        "last_base_move_month": draw(st.none() | st.integers(1, 4).map(lambda ago: (MONTH - ago).first_day)),
    }
    now = {
        "arr": 6_000.0 if way == "ceiling" else 200_000.0,
        "priority": draw(st.sampled_from({"up": (65.0, 70.0, 99.0), "down": (0.0, 20.0, 34.0)}.get(way, (80.0, None)))),
        "has_renewal_freeze": draw(st.sampled_from((False, False, True))),
        "has_open_escalation": draw(st.sampled_from((False, False, True))),
    }
    return before, now


def befores(accounts: list[Account]) -> list[dict[str, Any]]:
    return [account.before for account in accounts if account.before is not None]


def nows(accounts: list[Account]) -> list[dict[str, Any]]:
    return [account.now for account in accounts if account.now is not None]
