"""The months in which the hand-made histories move, worked out by hand from the page."""

import pytest

from .drafts import FIRST_MONTH
from .histories import NAMED_HISTORIES
from .model import run_history

MOVES = {
    ("ill_for_ever", "affordable"): "0 lift_started, 3 lift_ended",
    ("ill_for_ever", "unaffordable"): "",
    ("ill_for_ever", "freed_by_grant_later"): "1 lift_started, 3 lift_ended, 6 lift_started, 9 lift_ended",
    ("ill_for_ever", "well_again_twice"): "0 lift_started, 3 lift_ended, 12 lift_started, 15 lift_ended",
    ("ill_for_ever", "well_again_once"): "0 lift_started, 3 lift_ended",
    ("ill_for_ever", "slowly_worse"): "3 lift_started, 6 lift_ended",
    ("month_to_month_renewals", "frozen_every_month"): "14 demotion",
    ("month_to_month_renewals", "short_term_never_frozen"): "8 demotion",
    ("month_to_month_renewals", "frozen_every_other_month"): "9 demotion",
    ("month_to_month_renewals", "escalated_every_month"): "14 demotion",
    ("gaps_in_the_data", "promotion_streak_stands_still"): "7 promotion",
    ("gaps_in_the_data", "demotion_streak_stands_still"): "8 demotion",
    ("gaps_in_the_data", "ceiling_counts_in_the_gap"): "5 demotion",
    ("gaps_in_the_data", "event_waits_for_a_priority"): "5 promotion",
    ("gaps_in_the_data", "event_waits_too_long"): "7 promotion",
    ("gaps_in_the_data", "lift_runs_out_in_the_gap"): "3 lift_started, 6 lift_ended",
    ("lift_and_demotion_in_one_month", "ill_from_month_2"): "2 lift_started, 5 lift_ended, 6 demotion",
    ("lift_and_demotion_in_one_month", "ill_from_month_3"): "3 lift_started, 6 lift_ended, 7 demotion",
    ("lift_and_demotion_in_one_month", "ill_from_month_4"): "4 lift_started, 6 demotion, 7 lift_ended",
    ("lift_and_demotion_in_one_month", "ill_from_month_6"): "6 demotion, 6 lift_started, 9 lift_ended",
    ("lift_and_demotion_in_one_month", "ill_from_month_7"): "6 demotion, 7 lift_started, 10 lift_ended",
    ("lift_and_demotion_in_one_month", "lift_loses_its_grant"): "5 lift_started, 6 lift_ended, 7 demotion",
    ("first_month_without_data", "plain"): "3 initial",
    ("first_month_without_data", "at_a_bare_boundary"): "3 initial",
    ("first_month_without_data", "grant_in_between"): "1 promotion, 3 initial",
    ("first_month_without_data", "grant_beyond_the_ceiling"): "1 promotion, 4 demotion, 7 demotion, 12 initial",
    ("first_month_without_data", "never_any"): "",
    ("first_month_without_data", "override_at_entry"): "0 override_started, 3 initial, 6 override_ended",
    ("late_renewal", "signed_late"): "12 demotion, 15 demotion",
    ("late_renewal", "signed_soon"): "8 demotion, 11 demotion",
    ("late_renewal", "lapsed_and_back"): "7 exit, 9 initial",
    ("one_month_spike_of_arr", "with_priority"): "6 promotion, 9 demotion",
    ("one_month_spike_of_arr", "without_priority"): "",
    ("one_month_spike_of_arr", "two_ranks_at_once"): "6 promotion",
    ("one_month_spike_of_arr", "back_from_a_dip"): "",
    ("one_month_spike_of_arr", "under_two_thousand"): "",
    ("one_month_spike_of_arr", "new_product"): "6 promotion, 9 demotion",
    ("flapping", "within_the_margin"): "",
    ("flapping", "beyond_the_margin"): "",
    ("flapping", "exactly_on_the_margin"): "14 demotion, 21 promotion",
    ("flapping", "arr_at_the_edge"): "",
    ("flapping", "below_the_edge_and_back"): "8 demotion, 25 promotion",
    ("flapping", "support_eats_the_margin"): "8 demotion, 11 demotion, 19 promotion, 22 promotion",
}


@pytest.mark.parametrize(("name", "account_id"), MOVES)
def test_hand_made_history_moves_when_the_page_says(name: str, account_id: str) -> None:
    seen = [
        f"{month - FIRST_MONTH} {change.kind}"
        for month, _, changes in run_history(FIRST_MONTH, NAMED_HISTORIES[name]())
        for change in changes
        if change.account_id == account_id and (change.kind, month) != ("initial", FIRST_MONTH)
    ]
    assert ", ".join(seen) == MOVES[name, account_id]
