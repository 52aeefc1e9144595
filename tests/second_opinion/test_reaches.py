"""The generated populations reach every rule, and the model keeps laws that need no second program."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from math import ceil

import pytest

from .drafts import FIRST_MONTH
from .histories import NAMED_HISTORIES, population
from .model import run_history, step_alone, step_month
from .records import (
    BOUNDARY,
    COOLDOWN_MONTHS,
    DEMOTION_DWELL_MONTHS,
    LIFT_MONTHS,
    LONG_DEMOTION_STREAK_MONTHS,
    LONGEST_LIFT_MONTHS,
    MARGIN,
    MONTHS_BETWEEN_LIFTS,
    PROMOTION_DWELL_MONTHS,
)
from .sightings import Step, count_sightings, steps_of
from .targets import is_affordable

SEEDS = range(24)
EXPECTED = """
    decided_by override, decided_by risk_lift, decided_by contract_event, decided_by strategic_grant,
    decided_by economic_ceiling, decided_by insufficient_data, decided_by score,
    blocked_by dwell, blocked_by renewal_freeze, blocked_by open_escalation, blocked_by lift_ending,
    blocked_by cooldown, blocked_by max_step, blocked_by move_cap, blocked_by None,
    change initial, change placement, change promotion, change demotion, change lift_started, change lift_ended,
    change override_started, change override_ended,
    ill low, ill falling, ill newly_silent, ill low+falling, ill low+newly_silent, ill low+falling+newly_silent,
    newcomer is not ill, idle newcomer is ill, lapsed is not ill, silent is not ill while suspended,
    silence widespread, silence sudden, silence widespread no longer, silence goes on, silent without health,
    streak stands still in a gap, streak stands still while suspended, silent is not well,
    lift at entry, lift unaffordable, lift freed by grant, lift at the top, lift in effect without raising,
    lift under override, lift in grace, lift waits, lift refused under override, lift refused unarmed,
    lift becomes affordable, second lift, lift re-armed,
    lift ends at the earliest, lift ends in between, lift expires, lift expires in a gap,
    lift outlives a good month, lift ends in grace, lift ends under override,
    lift loses its effect, lift gains its effect, base move ends raising, base move begins raising,
    stage onboarding, stage adoption, stage mature, stage established, stage lapsed, stage recovery, stage renewal,
    risk lapsed, risk chronic, risk never_used, risk silent, risk ill_unaffordable, risk ill,
    risk after a gap, risk of another reason, risk after two months without, chronic by months, chronic by refusal,
    constraint none, constraint override, constraint insufficient_data, constraint economic_ceiling,
    constraint score, constraint dwell, constraint cooldown, constraint move_cap, several constraints,
    promotion waits for the end of an override, money under a grant, money by the margin alone,
    override at entry, override starts later, override ends, override ends with a move, override replaced,
    override replaced by an older one, override hides a move, override over first priority,
    event acts at once, event acts later, event over two ranks, event used up without a move, event expires,
    event replaced while it waits,
    grant moves, grant moves a provisional account, grant moves and a gate stops the rest,
    grant moves beyond the ceiling, grant without floor, floor at entry, floor between ceiling and base,
    provisional at entry, first priority, ceiling demotion, ceiling demotion of a provisional account,
    ceiling demotion in a gap, long streak beats the freeze, long streak beats the escalation,
    capped by score, capped by ceiling, promotion capped by the ceiling
"""


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return [step for seed in SEEDS for step in steps_of(population(seed))]


@pytest.fixture(scope="module")
def sightings(steps: list[Step]) -> Counter[str]:
    return count_sightings(steps)


@pytest.mark.parametrize("name", [name.strip() for name in EXPECTED.split(",")])
def test_populations_reach(sightings: Counter[str], name: str) -> None:
    assert sightings[name] > 0


def test_accounts_exit_and_return() -> None:
    kinds = defaultdict(list)
    for _, _, changes in run_history(FIRST_MONTH, population(0)):
        for change in changes:
            if change.kind in ("initial", "exit"):
                kinds[change.account_id].append(change.kind)
    assert any("exit" in one and one[-1] == "initial" for one in kinds.values())


def test_population_is_the_same_for_its_seed() -> None:
    assert population(3) == population(3)
    assert population(3) != population(4)


def test_health_of_earlier_months_is_that_of_those_months() -> None:
    history = population(1)
    for before, now in pairwise(history):
        for account_id, facts in now.items():
            known = before.get(account_id)
            assert facts.health_1_month_ago == (None if known is None else known.health)
            assert facts.health_2_months_ago == (None if known is None else known.health_1_month_ago)


@pytest.mark.parametrize("name", ["rises_together", "falls_together", "ceiling_falls_together", 0, 1, 2, 3, 4, 5])
def test_no_more_leave_a_tier_than_the_cap_lets_go(name: str | int) -> None:
    history = population(name, 120) if isinstance(name, int) else NAMED_HISTORIES[name]()
    before = {}
    for _, states, _ in run_history(FIRST_MONTH, history):
        standing = Counter(state.base_tier_without_override for state in before.values())
        for base_move, share in (("score", 0.15), ("ceiling", 0.25)):
            left = Counter(
                before[account_id].base_tier_without_override
                for account_id, state in states.items()
                if state.base_move == base_move
            )
            for rank, accounts in left.items():
                assert accounts <= max(5, ceil(round(share * standing[rank], 6)))
        before = states


def test_gated_moves_are_of_one_rank_after_dwell_and_cooldown(steps: list[Step]) -> None:
    for step in steps:
        if step.now.base_move not in ("score", "ceiling"):
            continue
        distance = step.now.base_tier_without_override - step.before.base_tier_without_override
        assert abs(distance) == 1
        if distance > 0:
            assert step.now.promotion_streak_months >= PROMOTION_DWELL_MONTHS
        else:
            assert step.now.demotion_streak_months >= DEMOTION_DWELL_MONTHS
        last_move = step.before.last_base_move_month
        assert last_move is None or step.month - last_move >= COOLDOWN_MONTHS


def test_nobody_is_demoted_under_a_freeze_before_the_ninth_month(steps: list[Step]) -> None:
    for step in steps:
        is_protected = step.facts.has_renewal_freeze or step.facts.has_open_escalation
        if is_protected and step.now.base_move != "placement" and step.has_moved:
            is_demotion = step.now.base_tier_without_override < step.before.base_tier_without_override
            assert not is_demotion or step.now.demotion_streak_months >= LONG_DEMOTION_STREAK_MONTHS


def test_moved_or_blocked_wherever_the_target_is_elsewhere(steps: list[Step]) -> None:
    for step in steps:
        has_arrived = step.now.base_tier_without_override == step.now.target_tier
        assert has_arrived == (step.now.blocked_by is None)


def test_lift_is_one_rank_and_needs_a_running_lift(steps: list[Step]) -> None:
    for step in steps:
        lift = step.now.tier_without_override - step.now.base_tier_without_override
        assert lift in (0, 1)
        assert lift == 0 or step.now.lift_started_month is not None


def test_lift_lasts_three_to_six_months_unless_the_account_exits(steps: list[Step]) -> None:
    for step in steps:
        if step.before is not None and step.before.lift_started_month is not None:
            months = step.month - step.before.lift_started_month
            has_ended = step.now.lift_started_month is None
            assert has_ended or step.now.lift_started_month == step.before.lift_started_month
            assert (months >= LIFT_MONTHS) if has_ended else (months < LONGEST_LIFT_MONTHS)


def test_whoever_is_ill_is_on_the_list(steps: list[Step]) -> None:
    for step in steps:
        assert step.now.is_ill <= (step.now.risk is not None)
        if step.now.risk is not None:
            assert step.now.risk.since_month <= step.now.risk.reason_since_month <= step.month


def test_months_of_illness_are_those_of_the_published_rows(steps: list[Step]) -> None:
    seen: defaultdict[str, list[bool]] = defaultdict(list)
    for step in steps:
        own = seen[step.facts.account_id]
        if step.before is None:
            own.clear()
        own.append(step.now.is_ill)
        assert step.now.ill_months_of_6 == sum(2**ago for ago, is_ill in enumerate(reversed(own[-6:])) if is_ill)


def test_the_named_arr_is_the_least_from_which_on_money_is_no_obstacle(steps: list[Step]) -> None:
    for step in steps:
        base, arr = step.now.base_tier_without_override, step.now.arr_for_promotion
        if arr is None:
            assert "economic_ceiling" not in (step.now.binding_constraints or "")
            continue
        assert step.now.earliest_promotion_month is None
        is_new = not step.now.is_provisional
        assert not is_affordable(replace(step.facts, arr=arr * 0.999_999), base + 1, is_new)
        assert is_affordable(replace(step.facts, arr=arr * 1.000_001), base + 1, is_new)


def test_the_named_points_promote_in_the_named_month(steps: list[Step]) -> None:
    """The month was found with the best of scores; what is named is enough."""
    for step in steps[::7]:
        if step.now.binding_constraints in ("score,dwell", "score,cooldown"):
            named = BOUNDARY[step.now.base_tier_without_override + 1] + MARGIN
            past = {"arr_1_month_ago": step.facts.arr, "arr_2_months_ago": step.facts.arr, "new_product_arr": 0.0}
            then = replace(step.facts, priority=named, **past)
            state, month = step.now, step.month
            while state.base_tier_without_override <= step.now.base_tier_without_override:
                month += 1
                state = step_alone(month, state, then)
            assert month == step.now.earliest_promotion_month


def test_no_second_lift_within_three_months(steps: list[Step]) -> None:
    for step in steps:
        if step.now.lift_started_month == step.month and step.before is not None:
            ended = step.before.last_lift_ended_month
            assert ended is None or step.month - ended >= MONTHS_BETWEEN_LIFTS


def test_changes_are_chained_from_one_published_row_to_the_next(steps: list[Step]) -> None:
    for step in steps:
        place = (None, None) if step.before is None else (step.before.tier, step.before.base_tier)
        for sequence, change in enumerate(step.changes):
            assert change.sequence == sequence
            assert (change.from_tier, change.from_base_tier) == place
            place = (change.to_tier, change.to_base_tier)
        assert place == (step.now.tier, step.now.base_tier)


def test_each_kind_of_change_at_most_once_a_month(steps: list[Step]) -> None:
    for step in steps:
        kinds = [change.kind for change in step.changes]
        assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("seed", range(6))
def test_an_override_leaves_the_base_without_it_alone_where_nobody_is_ill(seed: int) -> None:
    """A lift does not start meanwhile, so that it could hold back another demotion when it ends."""
    well = {"health": 80.0, "health_1_month_ago": 80.0, "health_2_months_ago": 80.0, "events": None}
    bare = dict.fromkeys(("override_tier", "override_start", "override_last_month"))
    visible = ("tier", "base_tier", "override_start", "decided_by", "binding_constraints", "earliest_promotion_month")
    history = [{name: replace(facts, **well) for name, facts in month.items()} for month in population(seed)]
    without = [{name: replace(facts, **bare) for name, facts in month.items()} for month in history]
    for (_, states, _), (_, bare_states, _) in zip(
        run_history(FIRST_MONTH, history), run_history(FIRST_MONTH, without), strict=True
    ):
        for account_id, state in states.items():
            expected = bare_states[account_id]
            assert replace(state, **{name: getattr(expected, name) for name in visible}) == expected


@pytest.mark.parametrize("seed", range(6))
def test_five_accounts_do_not_influence_each_other(seed: int) -> None:
    together = run_history(FIRST_MONTH, population(seed, 5))
    for account_id in ("account-0000", "account-0004"):
        alone = run_history(
            FIRST_MONTH,
            [{account_id: month[account_id]} if account_id in month else {} for month in population(seed, 5)],
        )
        for (_, states, _), (_, own, _) in zip(together, alone, strict=True):
            assert states.get(account_id) == own.get(account_id)


def test_the_order_of_accounts_does_not_matter() -> None:
    history = population(2)
    backwards = [dict(reversed(month.items())) for month in history]
    assert run_history(FIRST_MONTH, history) == run_history(FIRST_MONTH, backwards)


def test_exit_is_one_row_and_counts_in_the_cap() -> None:
    results = run_history(FIRST_MONTH, NAMED_HISTORIES["falls_together"]())
    month, _, changes = results[8]
    leavers = {"account-03", "account-04"}
    assert [change.kind for change in changes if change.account_id in leavers] == ["exit", "exit"]
    moved = [change for change in changes if change.kind == "demotion"]
    standing = [state for state in results[7][1].values() if state.base_tier_without_override == 2]
    assert len(moved) == ceil(round(0.15 * len(standing), 6))
    assert step_month(month, results[7][1], {})[0] == {}
