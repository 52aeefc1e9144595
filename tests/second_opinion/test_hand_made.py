"""When the hand-made histories move, checked by hand against the page: month index, kind, tier then."""

import pytest

from .drafts import FIRST_MONTH
from .histories import NAMED_HISTORIES
from .model import Facts, run_history
from .targets import has_contract_event

MOVES = {
    "ill_for_ever": {
        "affordable": "0 lift_started 2, 6 lift_ended 1",
        "unaffordable": "",
        "freed_by_grant_later": "1 lift_started 1, 7 lift_ended 0",
        "well_again_twice": "0 lift_started 2, 6 lift_ended 1, 12 lift_started 2, 18 lift_ended 1",
        "well_again_once": "0 lift_started 2, 6 lift_ended 1",
        "slowly_worse": "3 lift_started 2, 9 lift_ended 1",
    },
    "month_to_month_renewals": {
        "frozen_every_month": "14 demotion 0",
        "short_term_never_frozen": "8 demotion 0",
        "frozen_every_other_month": "9 demotion 0",
        "escalated_every_month": "14 demotion 0",
    },
    "gaps_in_the_data": {
        "promotion_streak_stands_still": "7 promotion 2",
        "demotion_streak_stands_still": "8 demotion 0",
        "ceiling_counts_in_the_gap": "5 demotion 0",
        "event_waits_for_a_priority": "5 promotion 2",
        "event_waits_too_long": "7 promotion 2",
        "lift_runs_out_in_the_gap": "3 lift_started 2, 9 lift_ended 1",
    },
    "lift_and_demotion_in_one_month": {
        "ill_from_month_0": "0 lift_started 2, 6 lift_ended 1, 7 demotion 0",
        "ill_from_month_1": "1 lift_started 2, 6 demotion 1, 7 lift_ended 0",
        "ill_from_month_4": "4 lift_started 2, 6 demotion 1, 10 lift_ended 0",
        "ill_from_month_6": "6 demotion 0, 6 lift_started 1, 12 lift_ended 0",
        "ill_from_month_7": "6 demotion 0, 7 lift_started 1, 13 lift_ended 0",
        "lift_outlives_its_grant": "5 lift_started 2, 6 demotion 1, 11 lift_ended 0",
        "lift_hidden_by_an_override": "4 lift_started 2, 6 override_started 2, 9 override_ended 1, 10 lift_ended 0",
    },
    "first_month_without_data": {
        "plain": "3 placement 2",
        "at_a_bare_boundary": "3 placement 1",
        "grant_in_between": "1 promotion 2",
        "grant_beyond_the_ceiling": "1 promotion 2, 4 demotion 1, 7 demotion 0",
        "two_grants_in_the_gap": "1 promotion 1, 4 promotion 2, 5 demotion 1, 8 demotion 0",
        "never_any": "",
        "override_at_entry": "0 override_started 1, 6 override_ended 2",
    },
    "late_renewal": {
        "signed_late": "12 demotion 1, 15 demotion 0",
        "signed_soon": "8 demotion 1, 11 demotion 0",
        "lapsed_and_back": "7 exit None, 9 initial 0",
    },
    "one_month_spike_of_arr": {
        "with_priority": "6 promotion 2, 9 demotion 1",
        "without_priority": "",
        "two_ranks_at_once": "6 promotion 2",
        "back_from_a_dip": "",
        "under_two_thousand": "",
        "new_product": "6 promotion 2, 9 demotion 1",
    },
    "flapping": {
        "within_the_margin": "",
        "beyond_the_margin": "",
        "exactly_on_the_margin": "14 demotion 0, 21 promotion 1",
        "arr_at_the_edge": "",
        "below_the_edge_and_back": "8 demotion 1, 25 promotion 2",
        "support_eats_the_margin": "8 demotion 1, 11 demotion 0, 19 promotion 1, 22 promotion 2",
    },
    "ends_of_lifts": {
        "well_soon": "2 lift_started 2, 5 lift_ended 1",
        "well_later": "2 lift_started 2, 7 lift_ended 1",
        "unknown_meanwhile": "2 lift_started 2, 6 lift_ended 1",
        "well_twice_and_ill_again": "2 lift_started 2, 8 lift_ended 1, 11 lift_started 2, 17 lift_ended 1",
        "better_but_not_well": "2 lift_started 2, 8 lift_ended 1",
        "well_but_unused": "2 lift_started 2, 8 lift_ended 1",
        "runs_on_in_grace": "2 lift_started 2, 8 lift_ended 1",
        "starts_after_grace": "4 lift_started 2, 10 lift_ended 1",
        "starts_after_an_override": "2 override_started 1, 5 override_ended 1, 5 lift_started 2, 11 lift_ended 1",
        "anew_after_an_exit": "2 lift_started 2, 5 exit None, 6 initial 1, 6 lift_started 2, 12 lift_ended 1",
    },
    "lifts_by_rank": {
        "at_the_top": "",
        "top_then_demoted": "6 demotion 2, 10 lift_ended 1",
        "promoted_meanwhile": "3 lift_started 2, 5 promotion 2",
        "half_a_year_is_affordable": "2 lift_started 1, 8 lift_ended 0",
        "just_not_affordable": "",
        "richer_later": "5 lift_started 1, 11 lift_ended 0",
    },
    "silence": {
        "churner": "6 lift_started 2, 12 lift_ended 1",
        "never_used": "",
    },
    "sudden_silence": {
        "silent_for_good": "7 lift_started 2, 13 lift_ended 1",
        "silent_for_the_month": "0 lift_started 2, 6 lift_ended 1",
    },
}


@pytest.mark.parametrize(("name", "account_id"), [(name, one) for name in MOVES for one in MOVES[name]])
def test_hand_made_history_moves_when_the_page_says(name: str, account_id: str) -> None:
    seen = [
        f"{month - FIRST_MONTH} {change.kind} {change.to_tier}"
        for month, _, changes in run_history(FIRST_MONTH, NAMED_HISTORIES[name]())
        for change in changes
        if change.account_id == account_id and (change.kind, month) != ("initial", FIRST_MONTH)
    ]
    assert ", ".join(seen) == MOVES[name][account_id]


@pytest.mark.parametrize(
    ("arr", "one_month_ago", "two_months_ago", "new_product", "is_event"),
    [
        (12_000.0, 10_000.0, 10_000.0, None, True),
        (11_999.0, 10_000.0, 10_000.0, None, False),
        (11_990.0, 9_990.0, 9_990.0, None, True),
        (6_999.0, 5_000.0, None, None, False),
        (12_000.0, 10_000.0, 10_001.0, None, False),
        (12_000.0, None, 10_000.0, None, True),
        (12_000.0, 0.0, None, 12_000.0, False),
        (10_000.0, 10_000.0, 10_000.0, 1_000.0, True),
        (10_000.0, 10_000.0, 10_000.0, 999.0, False),
    ],
)
def test_contract_event(
    arr: float,
    one_month_ago: float | None,
    two_months_ago: float | None,
    new_product: float | None,
    is_event: bool,
) -> None:
    facts = Facts(
        "one",
        arr,
        arr_1_month_ago=one_month_ago,
        arr_2_months_ago=two_months_ago,
        new_product_arr=new_product,
    )
    assert has_contract_event(facts) == is_event
