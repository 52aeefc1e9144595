"""Named histories, each about one thing that a simpler rule got wrong."""

from collections.abc import Callable

from .drafts import History, Track, assemble, levels, track
from .hand_made_risks import (
    ends_of_lifts,
    lifts_by_rank,
    newcomers,
    recurring_risks,
    silence,
    silent_crowd,
    small_silent_crowd,
    stages,
    sudden_silence,
)


def ill_for_ever() -> History:
    """Never well again: one lift, not one every half year."""
    return assemble(
        {
            "affordable": track(health=30.0),
            "unaffordable": track(health=30.0, priority=30.0, arr=12_000.0),
            "freed_by_grant_later": track(
                health=30.0, priority=30.0, arr=12_000.0, has_grant=levels((False, 1), (True, 35))
            ),
            "well_again_twice": track(health=levels((30.0, 8), (65.0, 1), (None, 2), (62.0, 1), (30.0, 24))),
            "well_again_once": track(health=levels((30.0, 8), (65.0, 1), (51.0, 1), (62.0, 1), (30.0, 25))),
            "slowly_worse": track(health=levels((80.0, 2), (72.0, 1), (57.0, 1), (46.0, 32))),
        }
    )


def month_to_month_renewals() -> History:
    """A freeze in every month blocks a demotion until its ninth month; a short term has none."""
    falling = levels((50.0, 6), (20.0, 30))
    return assemble(
        {
            "frozen_every_month": track(priority=falling, has_renewal_freeze=True),
            "short_term_never_frozen": track(priority=falling),
            "frozen_every_other_month": track(priority=falling, has_renewal_freeze=[True, False] * 18),
            "escalated_every_month": track(priority=falling, has_open_escalation=True),
        }
    )


def gaps_in_the_data() -> History:
    """Months without priority or health let streaks stand still, not start again."""
    return assemble(
        {
            "promotion_streak_stands_still": track(priority=levels((50.0, 3), (70.0, 1), (None, 3), (70.0, 29))),
            "demotion_streak_stands_still": track(
                priority=levels((50.0, 3), (20.0, 2), (None, 3), (20.0, 1), (None, 27))
            ),
            "ceiling_counts_in_the_gap": track(
                priority=levels((50.0, 3), (None, 33)), arr=levels((100_000.0, 3), (9_000.0, 33))
            ),
            "event_waits_for_a_priority": track(
                priority=levels((50.0, 3), (None, 2), (70.0, 31)), arr=levels((100_000.0, 3), (150_000.0, 33))
            ),
            "event_waits_too_long": track(
                priority=levels((50.0, 3), (None, 3), (70.0, 30)), arr=levels((100_000.0, 3), (150_000.0, 33))
            ),
            "lift_runs_out_in_the_gap": track(health=levels((80.0, 3), (30.0, 1), (None, 32))),
        }
    )


def lift_and_demotion_in_one_month() -> History:
    """The base falls while a lift starts, runs or ends; nobody may lose two tiers in one month."""
    falling = levels((50.0, 4), (20.0, 32))  # the demotion is due in the month with index 6
    return assemble(
        {
            f"ill_from_month_{first}": track(
                priority=falling, health=levels((80.0, first), (30.0, 36 - first)), arr=200_000.0
            )
            for first in (0, 1, 4, 6, 7)  # no more than the cap lets go in one month
        }
        | {
            "lift_outlives_its_grant": track(
                priority=falling,
                health=levels((80.0, 5), (30.0, 31)),
                arr=30_000.0,
                has_grant=levels((True, 6), (False, 30)),
            ),
            "lift_hidden_by_an_override": track(
                priority=falling,
                health=levels((80.0, 4), (30.0, 32)),
                arr=200_000.0,
                override_tier=levels((None, 6), (2, 3), (None, 27)),
                override_start=levels((None, 6), (6, 3), (None, 27)),
            ),
        }
    )


def first_month_without_data() -> History:
    """Provisional until the first priority, which then places the account without any gate."""
    unscored = levels((None, 3), (70.0, 33))
    return assemble(
        {
            "plain": track(priority=unscored),
            "at_a_bare_boundary": track(priority=levels((None, 3), (40.0, 33))),
            "grant_in_between": track(
                priority=unscored,
                has_grant=levels((False, 1), (True, 1), (False, 34)),
                grant_floor_tier=levels((None, 1), (2, 1), (None, 34)),
            ),
            "grant_beyond_the_ceiling": track(
                priority=levels((None, 12), (70.0, 24)),
                arr=12_000.0,
                has_grant=levels((False, 1), (True, 1), (False, 34)),
                grant_floor_tier=levels((None, 1), (2, 1), (None, 34)),
            ),
            "two_grants_in_the_gap": track(
                priority=None,
                arr=12_000.0,
                has_grant=levels((False, 1), (True, 1), (False, 2), (True, 1), (False, 31)),
                grant_floor_tier=levels((None, 1), (1, 1), (None, 2), (2, 1), (None, 31)),
            ),
            "never_any": track(priority=None, health=None),
            "override_at_entry": track(
                priority=unscored,
                override_tier=levels((1, 6), (None, 30)),
                override_start=levels((1, 6), (None, 30)),
            ),
        }
    )


def late_renewal() -> History:
    """Ten months unsigned after the renewal date, then signed; and one that lapses and comes back."""
    falling = levels((80.0, 4), (30.0, 32))
    lapsed: Track = track(priority=falling, has_renewal_freeze=levels((False, 2), (True, 34)))
    lapsed[7:9] = [None, None]
    return assemble(
        {
            "signed_late": track(priority=falling, has_renewal_freeze=levels((False, 2), (True, 13), (False, 21))),
            "signed_soon": track(priority=falling, has_renewal_freeze=levels((False, 2), (True, 6), (False, 28))),
            "lapsed_and_back": lapsed,
        }
    )


def one_month_spike_of_arr() -> History:
    """A spike promotes at once where the target is higher, and nothing else; its end is not an event."""
    spike = levels((100_000.0, 6), (150_000.0, 1), (100_000.0, 29))
    priority = levels((50.0, 6), (70.0, 1), (50.0, 29))
    return assemble(
        {
            "with_priority": track(arr=spike, priority=priority),
            "without_priority": track(arr=spike),
            "two_ranks_at_once": track(arr=spike, priority=levels((30.0, 6), (70.0, 30))),
            "back_from_a_dip": track(arr=levels((150_000.0, 6), (100_000.0, 1), (150_000.0, 29)), priority=priority),
            "under_two_thousand": track(arr=levels((5_000.0, 6), (6_900.0, 30)), priority=priority),
            "new_product": track(new_product_arr=levels((0.0, 6), (10_000.0, 1), (0.0, 29)), priority=priority),
        }
    )


def flapping() -> History:
    """At a boundary, or at the edge of the ceiling, nobody oscillates."""
    at_the_edge = 80_000.0  # rank 2 costs 9,600: affordable where it is held, not where it is new
    return assemble(
        {
            "within_the_margin": track(priority=[36.0, 44.0] * 18),
            "beyond_the_margin": track(priority=[34.0, 46.0] * 18),
            "two_months_each": track(priority=[34.0, 34.0, 66.0, 66.0] * 9),
            "four_months_each": track(priority=[20.0, 20.0, 20.0, 20.0, 80.0, 80.0, 80.0, 80.0, 80.0] * 4),
            "exactly_on_the_margin": track(priority=levels((50.0, 4), (35.0, 8), (34.9, 8), (45.0, 8), (44.9, 8))),
            "arr_at_the_edge": track(
                arr=[at_the_edge * 1.02, at_the_edge * 0.98] * 18,
                priority=70.0,
                complexity_without_touchpoints=0.0,
            ),
            "below_the_edge_and_back": track(
                arr=levels((at_the_edge * 1.02, 6), (at_the_edge * 0.98, 6), (at_the_edge * 1.02, 12), (90_000.0, 12)),
                priority=70.0,
                complexity_without_touchpoints=0.0,
            ),
            "support_eats_the_margin": track(priority=70.0, support_cost=levels((0.0, 6), (45_000.0, 12), (0.0, 18))),
        }
    )


def rises_together(accounts: int = 60) -> History:
    """All cross the same boundaries in one month; the cap lets them go in order."""
    return assemble({f"account-{index:02d}": moved_track(30.0, 70.0, index) for index in range(accounts)})


def falls_together(accounts: int = 60) -> History:
    """The way down, with a few that leave in the month in which the cap is counted."""
    tracks = {f"account-{index:02d}": moved_track(80.0, 20.0, index) for index in range(accounts)}
    for leaver in ("account-03", "account-04"):
        tracks[leaver][8:] = [None] * 28
    return assemble(tracks)


def ceiling_falls_together(accounts: int = 60) -> History:
    """ARR collapses for all: ceiling demotions have a cap of their own."""
    arr = levels((200_000.0, 6), (15_000.0, 30))
    return assemble({f"account-{index:02d}": track(arr=arr, priority=80.0) for index in range(accounts)})


def moved_track(before: float, after: float, index: int) -> Track:
    """A jump after six months; every fifth account a month earlier, the distance differs a little."""
    months_before = 5 if index % 5 == 0 else 6
    return track(priority=levels((before, months_before), (after + index % 7 / 2, 36 - months_before)))


NAMED_HISTORIES: dict[str, Callable[[], History]] = {
    function.__name__: function
    for function in (
        ill_for_ever,
        month_to_month_renewals,
        gaps_in_the_data,
        lift_and_demotion_in_one_month,
        first_month_without_data,
        late_renewal,
        one_month_spike_of_arr,
        flapping,
        rises_together,
        falls_together,
        ceiling_falls_together,
        ends_of_lifts,
        lifts_by_rank,
        silence,
        sudden_silence,
        silent_crowd,
        small_silent_crowd,
        newcomers,
        recurring_risks,
        stages,
    )
}
