"""Named histories of illness, silence, lifts and the list of accounts at risk."""

from .drafts import History, Track, assemble, levels, track

SILENT_OF_20 = (5, 5, 6, 5, 4, 4, 3, 3, 6)  # over a quarter in the third month, under a fifth in the seventh


def ends_of_lifts() -> History:
    """One better month is no recovery, and nothing stops in the middle of an illness but after half a year."""
    ill = levels((80.0, 2), (30.0, 34))
    is_lapsed = levels((False, 3), (True, 2), (False, 31))
    return assemble(
        {
            "well_soon": track(health=levels((80.0, 2), (30.0, 1), (70.0, 33))),
            "well_later": track(health=levels((80.0, 2), (30.0, 4), (65.0, 30))),
            "unknown_meanwhile": track(health=levels((80.0, 2), (30.0, 1), (65.0, 1), (None, 2), (65.0, 30))),
            "well_twice_and_ill_again": track(health=levels((80.0, 2), (30.0, 1), (65.0, 2), (30.0, 31))),
            "better_but_not_well": track(health=levels((80.0, 2), (30.0, 1), (59.0, 33))),
            "well_but_unused": track(
                health=levels((80.0, 2), (30.0, 1), (75.0, 33)), events=levels((9.0, 3), (0.0, 33))
            ),
            "runs_on_in_grace": track(health=ill, is_in_grace=is_lapsed),
            "starts_after_grace": track(health=ill, is_in_grace=levels((False, 2), (True, 2), (False, 32))),
            "starts_after_an_override": track(
                health=ill,
                override_tier=levels((None, 2), (1, 3), (None, 31)),
                override_start=levels((None, 2), (2, 3), (None, 31)),
            ),
            "anew_after_an_exit": [*track(health=ill)[:5], None, *track(30, health=30.0)],
        }
    )


def lifts_by_rank() -> History:
    """What a lift costs is half a year of the next rank, nothing at the top; a base move can begin or end raising."""
    ill = levels((80.0, 2), (30.0, 34))
    poor = {"priority": 30.0, "complexity_without_touchpoints": 0.0, "health": ill}
    return assemble(
        {
            "at_the_top": track(priority=70.0, health=ill),
            "top_then_demoted": track(
                priority=levels((70.0, 4), (50.0, 32)), health=levels((80.0, 4), (30.0, 32)), arr=200_000.0
            ),
            "promoted_meanwhile": track(
                priority=levels((50.0, 4), (70.0, 32)), health=levels((80.0, 3), (30.0, 33)), arr=200_000.0
            ),
            "half_a_year_is_affordable": track(arr=16_000.0, **poor),
            "just_not_affordable": track(arr=15_399.0, **poor),
            "richer_later": track(arr=levels((15_000.0, 5), (16_000.0, 31)), **poor),
        }
    )


def silence() -> History:
    """A fact beside any score: who used it before is ill for three months, and on the list for as long as it lasts."""
    return assemble(
        {
            "churner": track(events=levels((9.0, 6), (0.0, 30))),
            "churner_without_health": track(events=levels((9.0, 6), (0.0, 30)), health=None),
            "never_used": track(events=0.0),
            "usage_unknown": track(events=levels((9.0, 6), (None, 30))),
            "silent_and_back": track(events=levels((9.0, 6), (0.0, 2), (9.0, 28))),
            "silent_again_after_a_month": track(events=levels((9.0, 6), (0.0, 2), (9.0, 1), (0.0, 1), (9.0, 26))),
            "silent_again_after_two_months": track(events=levels((9.0, 6), (0.0, 2), (9.0, 2), (0.0, 1), (9.0, 25))),
            "unknown_in_between": track(events=levels((9.0, 6), (0.0, 2), (None, 1), (0.0, 27))),
            "lapsed_and_silent": track(
                events=levels((9.0, 6), (0.0, 30)), is_in_grace=levels((False, 7), (True, 2), (False, 27))
            ),
        }
    )


def sudden_silence() -> History:
    """A month in which many stop at once says nothing of any of them; a real loss counts a month later."""
    is_sudden = levels((False, 6), (True, 1), (False, 29))
    return assemble(
        {
            "silent_for_good": track(events=levels((9.0, 6), (0.0, 30)), has_sudden_silence=is_sudden),
            "silent_for_the_month": track(
                events=levels((9.0, 6), (0.0, 1), (9.0, 29)), health=30.0, has_sudden_silence=is_sudden
            ),
        }
    )


def crowd(accounts: int, silent: tuple[int, ...]) -> History:
    """So many accounts, of which the first so many have no event in a month."""
    months = len(silent) + 1
    return assemble(
        {
            f"account-{number:02d}": track(
                months, health=30.0, events=[9.0, *(0.0 if number < count else 9.0 for count in silent)]
            )
            for number in range(accounts)
        }
    )


def silent_crowd() -> History:
    """Silence that falls on many at once says something of the feed."""
    return crowd(20, SILENT_OF_20)


def small_silent_crowd() -> History:
    """Under twenty accounts it says something of the accounts."""
    return crowd(19, (19,) * 9)


def newcomers() -> History:
    """Nobody is ill or silent in the first thirty days, unless idle for longer than the source's gap and a week."""
    low = {"months": 3, "health": 30.0}
    return assemble(
        {
            "from_the_second_month": track(**low, tenure_days=[10, 40, 70]),
            "on_the_thirtieth_day": track(**low, tenure_days=[29, 30, 60]),
            "idle_for_eight_days": track(**low, tenure_days=[20, 50, 80], usage_recency_days=8.0),
            "idle_for_nine_days": track(**low, tenure_days=[20, 50, 80], usage_recency_days=9.0),
            "unused": track(3, events=0.0, tenure_days=[29, 59, 90]),
        }
    )


def recurring_risks() -> History:
    """A gap of one month does not end a stay; reasons have stays of their own."""
    dear = {"arr": 12_000.0, "priority": 30.0}
    twice: Track = track(health=levels((30.0, 4), (80.0, 32)), **dear)
    twice[2] = None
    return assemble(
        {
            "gap_of_one_month": track(health=levels((30.0, 2), (60.0, 1), (30.0, 1), (80.0, 32)), **dear),
            "gap_of_two_months": track(health=levels((30.0, 2), (60.0, 2), (30.0, 1), (80.0, 31)), **dear),
            "reason_changes_and_returns": track(
                health=levels((30.0, 3), (80.0, 33)), is_in_grace=levels((False, 1), (True, 1), (False, 34)), **dear
            ),
            "exit_breaks_it": twice,
            "unarmed_and_ill_again": track(health=levels((30.0, 1), (59.0, 6), (40.0, 2), (80.0, 27))),
            "waiting_and_ill_again": track(health=levels((30.0, 1), (70.0, 3), (40.0, 4), (80.0, 28))),
        }
    )


def stages() -> History:
    """Age first, then steadiness and health; a lift and a renewal lie above."""
    return assemble(
        {
            "grows_up": track(
                12, tenure_days=[5 + 30 * month for month in range(12)], events_variation=0.25, health=70.0
            ),
            "unsteady": track(12, events_variation=0.26, health=70.0),
            "not_so_well": track(12, events_variation=0.1, health=69.9),
            "unknown_rates": track(12, events_variation=None, health=90.0),
            "renews": track(12, days_to_renewal=[120, 91, 90, 30, 0, None, -5, 365, 335, 304, 274, 243]),
            "lifted_before_renewal": track(
                12, health=30.0, days_to_renewal=60, is_in_grace=levels((False, 2), (True, 1), (False, 9))
            ),
        }
    )
