"""Who is at risk in the hand-made histories, why and since when, checked by hand against the page."""

from itertools import groupby

import pytest

from .drafts import FIRST_MONTH, Draft, Track, assemble, track
from .histories import NAMED_HISTORIES
from .model import State, run_history

NOBODY = ""

RISKS = {
    "ill_for_ever": {
        "affordable": "0-3 ill, 4-35 chronic",
        "unaffordable": "0-3 ill_unaffordable, 4-35 chronic",
        "well_again_once": "0-3 ill, 4-7 chronic, 11-11 ill, 12-35 chronic",
        "slowly_worse": "3-6 ill, 7-35 chronic",
    },
    "ends_of_lifts": {
        "well_soon": "2-2 ill",
        "runs_on_in_grace": "2-2 ill, 3-4 lapsed, 5-7 ill, 8-35 chronic",
        "starts_after_grace": "2-3 lapsed, 4-7 ill, 8-35 chronic",
        "starts_after_an_override": "2-5 ill, 6-35 chronic",
    },
    "lifts_by_rank": {
        "at_the_top": "2-5 ill, 6-35 chronic",
        "just_not_affordable": "2-5 ill_unaffordable, 6-35 chronic",
        "richer_later": "2-4 ill_unaffordable, 5-5 ill, 6-35 chronic",
    },
    "silence": {
        "churner": "6-35 silent",
        "churner_without_health": "6-35 silent",
        "never_used": "0-35 never_used",
        "usage_unknown": NOBODY,
        "silent_and_back": "6-7 silent",
        "lapsed_and_silent": "6-6 silent, 7-8 lapsed, 9-35 silent",
    },
    "sudden_silence": {
        "silent_for_good": "7-35 silent",
        "silent_for_the_month": "0-3 ill, 4-5 chronic, 7-35 chronic",
    },
    "newcomers": {
        "from_the_second_month": "1-2 ill",
        "on_the_thirtieth_day": "1-2 ill",
        "idle_for_eight_days": "1-2 ill",
        "idle_for_nine_days": "0-2 ill",
        "unused": "1-2 never_used",
    },
    "recurring_risks": {
        "unarmed_and_ill_again": "0-0 ill, 7-7 ill, 8-8 chronic",
        "waiting_and_ill_again": "0-0 ill, 4-4 ill, 5-5 chronic, 6-7 ill",
    },
}


def states_of(name: str, account_id: str) -> dict[int, State]:
    """The published rows of an account by the index of their month."""
    results = run_history(FIRST_MONTH, NAMED_HISTORIES[name]())
    return {month - FIRST_MONTH: states[account_id] for month, states, _ in results if account_id in states}


@pytest.mark.parametrize(("name", "account_id"), [(name, one) for name in RISKS for one in RISKS[name]])
def test_account_is_on_the_list_for_the_reason_of_the_page(name: str, account_id: str) -> None:
    reasons = [(index, state.risk) for index, state in states_of(name, account_id).items()]
    stretches = [
        (reason, [index for index, _ in members])
        for reason, members in groupby(reasons, key=lambda one: one[1] and one[1].reason)
    ]
    seen = [f"{members[0]}-{members[-1]} {reason}" for reason, members in stretches if reason is not None]
    assert ", ".join(seen) == RISKS[name][account_id]


@pytest.mark.parametrize(
    ("name", "account_id", "month", "since", "reason_since"),
    [
        ("ill_for_ever", "affordable", 3, 0, 0),
        ("ill_for_ever", "affordable", 9, 0, 4),
        ("recurring_risks", "gap_of_one_month", 3, 0, 0),
        ("recurring_risks", "gap_of_two_months", 4, 4, 4),
        ("recurring_risks", "reason_changes_and_returns", 1, 0, 1),
        ("recurring_risks", "reason_changes_and_returns", 2, 0, 0),
        ("recurring_risks", "exit_breaks_it", 1, 0, 0),
        ("recurring_risks", "exit_breaks_it", 3, 3, 3),
        ("silence", "silent_again_after_a_month", 9, 6, 6),
        ("silence", "silent_again_after_two_months", 10, 10, 10),
        ("silence", "unknown_in_between", 20, 6, 6),
    ],
)
def test_stay_begins(name: str, account_id: str, month: int, since: int, reason_since: int) -> None:
    risk = states_of(name, account_id)[month].risk
    assert (risk.since_month - FIRST_MONTH, risk.reason_since_month - FIRST_MONTH) == (since, reason_since)


def test_silence_begins_anew_after_a_month_that_is_unknown() -> None:
    states = states_of("silence", "unknown_in_between")
    since = {index: state.silent_since_month for index, state in states.items()}
    assert [since[index] for index in (5, 6, 7, 8)] == [None, FIRST_MONTH + 6, FIRST_MONTH + 6, None]
    assert since[9] == since[35] == FIRST_MONTH + 9


def test_conditions_of_a_churner_last_three_months() -> None:
    states = states_of("silence", "churner")
    conditions = [states[index].ill_conditions for index in (5, 6, 7, 8, 9)]
    assert conditions == [None, "newly_silent", "newly_silent", "newly_silent", None]
    assert [states[index].ill_months_of_6 for index in (6, 8, 9, 13, 14)] == [0b1, 0b111, 0b1110, 0b100000, 0]


def test_silence_of_many_is_suspended_from_over_a_quarter_until_under_a_fifth() -> None:
    flags = [state.is_silence_suspended for state in states_of("silent_crowd", "account-19").values()]
    assert flags == [False, False, False, True, True, True, True, False, False, True]
    sixth = states_of("silent_crowd", "account-05")
    assert [state.is_silent for state in sixth.values()] == [index in (3, 9) for index in range(10)]
    assert [sixth[index].is_ill for index in (2, 3, 4)] == [True, False, True]
    assert sixth[3].risk is None


def test_silence_of_few_is_not_suspended() -> None:
    states = states_of("small_silent_crowd", "account-00")
    assert not any(state.is_silence_suspended for state in states.values())
    assert states[1].ill_conditions == "low,newly_silent"


@pytest.mark.parametrize(
    ("account_id", "stages"),
    [
        ("grows_up", ["onboarding"] * 3 + ["adoption"] * 6 + ["mature"] * 3),
        ("unsteady", ["established"] * 12),
        ("not_so_well", ["established"] * 12),
        ("unknown_rates", ["established"] * 12),
        ("renews", ["established"] * 2 + ["renewal"] * 3 + ["established"] * 7),
        ("lifted_before_renewal", ["recovery"] * 2 + ["lapsed"] + ["recovery"] * 3 + ["renewal"] * 6),
    ],
)
def test_stage(account_id: str, stages: list[str]) -> None:
    assert [state.lifecycle_stage for state in states_of("stages", account_id).values()] == stages


def last_of(months: int = 4, **columns: object) -> State:
    """The last month of an account that lived so long."""
    one: Track = track(months, **columns)
    return run_history(FIRST_MONTH, assemble({"one": one}))[-1][1]["one"]


@pytest.mark.parametrize(
    ("columns", "constraints", "months", "arr"),
    [
        ({}, "score,dwell", 2, None),
        ({"priority": 30.0, "arr": 12_000.0}, "economic_ceiling,score,dwell", None, 29_040.0),
        ({"priority": [50.0, 50.0, 50.0, 70.0]}, "dwell", 1, None),
        ({"priority": [30.0, 30.0, 50.0, 50.0]}, "score,cooldown", 3, None),
        ({"priority": [30.0, 30.0, 70.0, 70.0]}, "cooldown", 3, None),
        ({"priority": [50.0, 50.0, 70.0, None]}, "insufficient_data", 1, None),
        ({"priority": [50.0, 50.0, 50.0, None]}, "insufficient_data,dwell", 2, None),
        ({"priority": None}, "insufficient_data", 1, None),
        ({"priority": None, "arr": 12_000.0}, "insufficient_data,economic_ceiling", None, 26_400.0),
        ({"priority": 70.0}, None, None, None),
        ({"priority": 70.0, "arr": 80_000.0}, "economic_ceiling,dwell", None, 96_800.0),
        ({"override_tier": 0, "override_start": 0}, "override,score,dwell", 2, None),
        ({"priority": 70.0, "support_cost": 50_000.0}, "economic_ceiling,dwell", None, 111_426.666_667),
    ],
    ids=[
        "score", "money_before_score", "dwell", "score_and_cooldown", "cooldown", "streak_stands_still", "no_data",
        "provisional", "provisional_and_poor", "top", "money_alone", "override", "money_by_the_margin",
    ],
)  # fmt: skip
def test_constraints(
    columns: dict[str, object], constraints: str | None, months: int | None, arr: float | None
) -> None:
    state = last_of(**columns)
    month = FIRST_MONTH + 3
    assert state.binding_constraints == constraints
    assert state.earliest_promotion_month == (None if months is None else month + months)
    assert state.arr_for_promotion == (None if arr is None else pytest.approx(arr))


def test_the_cap_binds_who_had_to_wait() -> None:
    rising = [50.0, 50.0, 70.0, 70.0]
    history = assemble({f"account-{number}": track(4, priority=rising) for number in range(6)})
    states = run_history(FIRST_MONTH, history)[-1][1]
    assert states["account-5"].binding_constraints == "move_cap"
    assert states["account-0"].binding_constraints is None


def test_default_account_is_well() -> None:
    assert last_of() == last_of(health=Draft().health)
    assert last_of().risk is None
