"""Seeded populations that wander through every rule; the hand-made histories are in hand_made.py."""

import math
from dataclasses import dataclass
from random import Random

from .drafts import DAYS_OF_A_MONTH, FIRST_MONTH, Draft, History, Track, assemble, levels
from .hand_made import NAMED_HISTORIES

__all__ = ["FIRST_MONTH", "NAMED_HISTORIES", "History", "population"]

Column = list[float | None]


@dataclass(frozen=True, slots=True)
class Fashion:
    """What a whole population does together: a common priority, an ARR crash, how many follow."""

    priorities: list[float]
    arr_factors: list[float]
    share_of_followers: float
    is_usage_known: list[bool]
    silent_shares: list[float]
    has_sudden_silence: list[bool]


def population(seed: int, accounts: int = 60, months: int = 36) -> History:
    """An account is the same for one seed and number of months, however many accounts are asked for."""
    rng = Random(f"population {seed}")
    fashion = draw_fashion(rng, months)
    arr_out_of_scope = rng.choice((None, 0.0))
    tracks = {
        f"account-{index:04d}": draw_track(Random(f"account {seed} {index}"), fashion, months)
        for index in range(accounts)
    }
    return assemble(tracks, arr_out_of_scope)


def draw_fashion(rng: Random, months: int) -> Fashion:
    """Rise together, then fall together; later a crash of ARR that lets ceilings fall together."""
    starts = rng.choice(((30, 75, 28), (50, 80, 20), (72, 30, 70), (48, 20, 70)))
    lengths = [rng.randint(6, 14) for _ in starts]
    priorities = (levels(*zip(starts, lengths, strict=True)) + [starts[-1]] * months)[:months]
    crash = rng.randint(8, 26)
    depth = rng.choice((1.0, 0.15, 0.25, 0.35))
    return Fashion(
        priorities=[float(priority) for priority in priorities],
        arr_factors=[1.0 if month < crash else depth for month in range(months)],
        share_of_followers=rng.choice((0.1, 0.5, 0.9)),
        is_usage_known=draw_known_usage(rng, months),
        silent_shares=draw_silent_shares(rng, months),
        has_sudden_silence=[rng.random() < 0.04 for _ in range(months)],
    )


def draw_track(rng: Random, fashion: Fashion, months: int) -> Track:
    """All columns of one account."""
    is_follower = rng.random() < fashion.share_of_followers
    arr = draw_arr(rng, 60_000, fashion.arr_factors) if is_follower else draw_arr(rng, 9_000, [1.0] * months)
    grant = draw_stretches(rng, months, 0.035, (1, 9), (None, 0, 1, 1, 2))
    override = draw_overrides(rng, months)
    columns = {
        "arr": arr,
        "priority": draw_priority(rng, fashion.priorities if is_follower else None, months),
        "health": draw_health(rng, months),
        "new_product_arr": [draw_new_product(rng, value) for value in arr],
        "complexity_without_touchpoints": draw_complexity(rng, months),
        "support_cost": draw_support_cost(rng, arr),
        "has_grant": [stretch is not None for stretch in grant],
        "grant_floor_tier": [None if stretch is None else stretch[1] for stretch in grant],
        "override_tier": [None if stretch is None else stretch[1] for stretch in override],
        "override_start": [None if stretch is None else stretch[0] for stretch in override],
        "has_renewal_freeze": draw_freeze(rng, months),
        "has_open_escalation": [stretch is not None for stretch in draw_stretches(rng, months, 0.04, (1, 4), (True,))],
    }
    scope = draw_scope(rng, months)
    columns |= draw_life(rng, scope) | draw_usage(rng, fashion, months)
    columns["usage_recency_days"] = [
        idle_days(rng, *lived) for lived in zip(columns["events"], columns["tenure_days"], strict=True)
    ]
    return [
        Draft(**{name: column[month] for name, column in columns.items()}) if scope[month] else None
        for month in range(months)
    ]


def draw_stretches(
    rng: Random, months: int, chance: float, length: tuple[int, int], values: tuple[object, ...]
) -> list[tuple[int, object] | None]:
    """Now and then a stretch of months, as (its first month, its value); None between."""
    column: list[tuple[int, object] | None] = []
    while len(column) < months:
        if rng.random() < chance:
            column += [(len(column), rng.choice(values))] * rng.randint(*length)
        else:
            column.append(None)
    return column[:months]


def draw_scope(rng: Random, months: int) -> list[bool]:
    """Half are there from the start; some leave, most of those return."""
    late = 0 if rng.random() < 0.5 else rng.randint(1, 12)
    scope = [False] * late
    while len(scope) < months:
        if rng.random() < 0.015:
            scope += [False] * (rng.randint(1, 5) if rng.random() < 0.7 else months)
        scope.append(True)
    return scope[:months]


def draw_priority(rng: Random, fashion: list[float] | None, months: int) -> Column:
    """Follows the fashion, flaps at a boundary, wanders or jumps; in half of all accounts whole numbers."""
    style = rng.choice(("flap", "wander", "wander", "jump"))
    level = rng.choice((32.0, 42.0, 50.0, 58.0, 70.0))
    column: Column = []
    for month in range(months):
        if fashion is not None:
            value = fashion[month] + rng.gauss(0, 5)
        elif style == "flap":
            value = level + rng.gauss(0, 8)
        else:
            if style == "jump" and rng.random() < 0.12:
                level = rng.uniform(10, 90)
            elif style == "wander":
                level = min(90.0, max(15.0, level + rng.gauss(0, 5)))
            value = level + rng.gauss(0, 1)
        column.append(min(100.0, max(0.0, value)))
    if rng.random() < 0.5:
        column = [float(round(value)) for value in column]
    unscored_at_first = rng.choice((1, 2, 4, 9, 24)) if rng.random() < 0.3 else 0
    return with_gaps(rng, column, 0.05, unscored_at_first)


def with_gaps(rng: Random, column: Column, chance: float, at_first: int) -> Column:
    """Nulls in the first months and in stretches later."""
    gaps = draw_stretches(rng, len(column), chance, (1, 4), (True,))
    return [None if month < at_first or gaps[month] is not None else value for month, value in enumerate(column)]


def draw_health(rng: Random, months: int) -> Column:
    """Mostly well with dips of every depth; one account in ten is ill for long."""
    usual = 35.0 if rng.random() < 0.1 else rng.uniform(58, 85)
    dips = draw_stretches(rng, months, 0.07, (1, 6), (25.0, 38.0, 44.0, 50.0, 56.0, 62.0))
    column: Column = []
    for dip in dips:
        value = (usual if dip is None else dip[1]) + rng.gauss(0, 4)
        column.append(float(min(100, max(0, round(value)))))
    return with_gaps(rng, column, 0.04, rng.choice((0, 0, 0, 3)))


def draw_arr(rng: Random, lowest: float, factors: list[float]) -> list[float]:
    """Log-normal around the ceilings, with drift, lasting steps and spikes of one month."""
    level = math.exp(rng.uniform(math.log(lowest), math.log(260_000)))
    drift = rng.choice((-0.04, 0.0, 0.0, 0.02))
    column = []
    for factor in factors:
        level *= math.exp(drift + rng.gauss(0, 0.03))
        spike = rng.uniform(1.2, 1.7) if rng.random() < 0.05 else 1.0
        if rng.random() < 0.3:
            level *= spike
            spike = 1.0
        column.append(round(level * spike * factor, 2))
    return column


def draw_known_usage(rng: Random, months: int) -> list[bool]:
    """Configured or not, and now and then stale for some months; the same for all accounts."""
    if rng.random() < 0.15:
        return [False] * months
    return [stretch is None for stretch in draw_stretches(rng, months, 0.02, (1, 3), (True,))]


def draw_silent_shares(rng: Random, months: int) -> list[float]:
    """A few fall silent of themselves; now and then many do at once, and come back bit by bit."""
    column: list[float] = []
    while len(column) < months:
        if rng.random() < 0.04:
            column += rng.choice(([0.3, 0.25, 0.2, 0.1], [0.5, 0.5, 0.2, 0.15], [0.9], [0.2, 0.2, 0.3, 0.2, 0.2]))
        column.append(0.0)
    return column[:months]


def draw_life(rng: Random, scope: list[bool]) -> dict[str, list[object]]:
    """Age, grace before an exit or a late signature, and the next renewal."""
    months = len(scope)
    late = scope.index(True) if True in scope else 0
    age = rng.randint(1, 1500) if late == 0 else rng.randint(1, DAYS_OF_A_MONTH)
    phase = rng.randrange(12)
    renewal = [None if rng.random() < 0.05 else (phase - month) % 12 * DAYS_OF_A_MONTH for month in range(months)]
    is_last = [month + 1 < months and not scope[month + 1] for month in range(months)]
    is_late = draw_stretches(rng, months, 0.01, (1, 2), (True,))
    return {
        "tenure_days": [age + DAYS_OF_A_MONTH * max(0, month - late) for month in range(months)],
        "is_in_grace": [
            late_one is not None or (is_gone and rng.random() < 0.7)
            for late_one, is_gone in zip(is_late, is_last, strict=True)
        ],
        "days_to_renewal": renewal,
        "events_variation": with_gaps(rng, [rng.uniform(0.05, 0.5) for _ in range(months)], 0.05, 2),
    }


def draw_usage(rng: Random, fashion: Fashion, months: int) -> dict[str, list[object]]:
    """Events of each month: never any, or some with silent stretches of its own and of the fashion."""
    is_never_used = rng.random() < 0.05
    first_use = rng.choice((0, 0, 0, 1, 5))
    place = rng.random()
    own_silence = draw_stretches(rng, months, 0.03, (1, 7), (True,))
    events: Column = []
    for month in range(months):
        is_used = not is_never_used and month >= first_use and own_silence[month] is None
        if not is_used or place < fashion.silent_shares[month]:
            value: float | None = 0.0
        else:
            value = float(rng.randint(1, 900))
        events.append(value if fashion.is_usage_known[month] else None)
    return {"events": events, "has_sudden_silence": fashion.has_sudden_silence}


def idle_days(rng: Random, events: float | None, tenure_days: int) -> float | None:
    """Somewhere within the month where it was used, else at least so long; newcomers cannot be idle for longer."""
    if events is None:
        return None
    return float(min(rng.choice((0, 2, 7, 8, 9, 20)) + (0 if events else rng.randint(0, 60)), tenure_days))


def draw_new_product(rng: Random, arr: float) -> float | None:
    """Mostly nothing; now and then a new product, worth its tenth or not."""
    if rng.random() < 0.04:
        return round(arr * rng.uniform(0.02, 0.3), 2)
    return rng.choice((0.0, 0.0, 0.0, None))


def draw_complexity(rng: Random, months: int) -> Column:
    """Almost constant, null in stretches."""
    usual = rng.uniform(0, 100)
    return with_gaps(rng, [min(100.0, max(0.0, usual + rng.gauss(0, 3))) for _ in range(months)], 0.03, 0)


def draw_support_cost(rng: Random, arr: list[float]) -> Column:
    """Unknown, small, or for some months so high that the margin is gone."""
    usual = rng.uniform(0, 0.2)
    bouts = draw_stretches(rng, len(arr), 0.03, (1, 8), (0.3, 0.4, 0.45))
    column: Column = [
        round(value * (usual if bout is None else bout[1]), 2) for value, bout in zip(arr, bouts, strict=True)
    ]
    return with_gaps(rng, column, 0.05, 0)


def draw_freeze(rng: Random, months: int) -> list[bool]:
    """Before a renewal each year; for one account in eight a renewal that nobody ever signs."""
    if rng.random() < 0.125:
        first = rng.randrange(12)
        return [month >= first for month in range(months)]
    phase = rng.randrange(12)
    return [(month + phase) % 12 < 3 for month in range(months)]


def draw_overrides(rng: Random, months: int) -> list[tuple[int, object] | None]:
    """Some from the first month on, some replaced by a later one that may end before the former."""
    column = draw_stretches(rng, months, 0.02, (1, 8), (0, 1, 2))
    if rng.random() < 0.08:
        first = rng.randint(2, 10)
        column[:first] = [(-1, rng.choice((0, 1, 2)))] * first
    later = draw_stretches(rng, months, 0.02, (1, 4), (0, 1, 2))
    return [
        column[month] if stretch is None or column[month] is None else (months + stretch[0], stretch[1])
        for month, stretch in enumerate(later)
    ]
