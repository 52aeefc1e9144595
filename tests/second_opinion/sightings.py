"""What happens in a run, as names to count: one generator per topic, over one account-month."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .drafts import FIRST_MONTH, History
from .model import run_history
from .records import (
    CHRONIC_MONTHS,
    HEALTHY,
    ILL,
    LIFT_MONTHS,
    LONG_DEMOTION_STREAK_MONTHS,
    LONGEST_LIFT_MONTHS,
    MONTHS_BETWEEN_LIFTS,
    YOUNG_DAYS,
    Change,
    Facts,
    State,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One account-month with its predecessor."""

    month: int
    facts: Facts
    before: State | None
    now: State
    changes: list[Change]

    @property
    def has_moved(self) -> bool:
        """True where the base without override is another than last month's."""
        return self.before is not None and self.before.base_tier_without_override != self.now.base_tier_without_override


def steps_of(history: History) -> Iterator[Step]:
    """All account-months of a run, in order of months and accounts."""
    before: dict[str, State] = {}
    for (month, states, changes), facts in zip(run_history(FIRST_MONTH, history), history, strict=True):
        own_changes = defaultdict(list)
        for change in changes:
            own_changes[change.account_id].append(change)
        for account_id, now in states.items():
            yield Step(month, facts[account_id], before.get(account_id), now, own_changes[account_id])
        before = states


def count_sightings(steps: list[Step]) -> Counter[str]:
    """How often each thing happens."""
    seen: Counter[str] = Counter()
    for step in steps:
        for topic in TOPICS:
            seen.update(name for name, is_seen in topic(step) if is_seen)
    return seen


Sighting = tuple[str, bool]


def see_decisions(step: Step) -> Iterator[Sighting]:
    """decided_by, blocked_by, kinds of change."""
    yield f"decided_by {step.now.decided_by}", True
    yield f"blocked_by {step.now.blocked_by}", True
    for change in step.changes:
        yield f"change {change.kind}", True


def see_lifts(step: Step) -> Iterator[Sighting]:
    """How lifts start, and who gets none."""
    before, now, facts = step.before, step.now, step.facts
    is_running = now.lift_started_month is not None
    has_started = now.lift_started_month == step.month
    yield "lift at entry", has_started and before is None
    yield "lift unaffordable", now.is_lift_unaffordable
    yield "lift freed by grant", is_running and now.is_lift_affordable is False and now.is_raised
    yield "lift at the top", has_started and not now.is_raised
    yield "lift in effect without raising", now.is_lift_in_effect and not now.is_raised
    yield "lift under override", is_running and now.override_start is not None
    yield "lift in grace", is_running and facts.is_in_grace
    if before is None:
        return
    could_start = now.is_ill and not is_running and before.is_lift_armed and before.lift_started_month is None
    last_end = before.last_lift_ended_month
    is_waiting = last_end is not None and step.month < last_end + MONTHS_BETWEEN_LIFTS
    yield "lift waits", could_start and is_waiting
    yield "lift refused under override", could_start and not is_waiting and now.override_start is not None
    yield "lift refused unarmed", now.is_ill and not is_running and not now.is_lift_armed and not is_waiting
    yield "lift becomes affordable", has_started and before.is_lift_unaffordable
    yield "second lift", has_started and last_end is not None
    yield "lift re-armed", now.is_lift_armed and not before.is_lift_armed


def see_lift_ends(step: Step) -> Iterator[Sighting]:
    """How lifts end, or lose or gain what they do."""
    before, now, facts = step.before, step.now, step.facts
    if before is None or before.lift_started_month is None:
        return
    months = step.month - before.lift_started_month
    has_ended = now.lift_started_month is None
    yield "lift ends at the earliest", has_ended and months == LIFT_MONTHS
    yield "lift ends in between", has_ended and LIFT_MONTHS < months < LONGEST_LIFT_MONTHS
    yield "lift expires", has_ended and months == LONGEST_LIFT_MONTHS and now.is_ill
    yield "lift expires in a gap", has_ended and months == LONGEST_LIFT_MONTHS and facts.health is None
    yield "lift outlives a good month", not has_ended and months >= LIFT_MONTHS and now.healthy_streak_months == 1
    yield "lift ends in grace", has_ended and facts.is_in_grace
    yield "lift ends under override", has_ended and now.override_start is not None
    yield "lift loses its effect", not has_ended and before.is_lift_in_effect and not now.is_lift_in_effect
    yield "lift gains its effect", not has_ended and now.is_lift_in_effect and not before.is_lift_in_effect
    yield "base move ends raising", not has_ended and before.is_raised and not now.is_raised
    yield "base move begins raising", not has_ended and now.is_raised and not before.is_raised


def see_illness(step: Step) -> Iterator[Sighting]:
    """Conditions, exemptions, silence, streaks."""
    before, now, facts = step.before, step.now, step.facts
    yield f"ill {(now.ill_conditions or '').replace(',', '+')}", now.is_ill
    is_low = facts.health is not None and facts.health < ILL
    is_young = facts.tenure_days < YOUNG_DAYS
    yield "newcomer is not ill", is_low and is_young and not now.is_ill and not facts.is_in_grace
    yield "idle newcomer is ill", is_young and now.is_ill
    yield "lapsed is not ill", is_low and facts.is_in_grace
    yield "silent is not ill while suspended", is_low and now.is_silent and now.is_silence_suspended
    yield "silence widespread", now.has_widespread_silence
    yield "silence sudden", facts.has_sudden_silence and not now.has_widespread_silence
    yield "silent without health", now.is_silent and facts.health is None
    if before is None:
        return
    yield "silence widespread no longer", before.has_widespread_silence and not now.has_widespread_silence
    yield "silence goes on", now.is_silent and before.is_silent
    has_stood_still = before.healthy_streak_months == now.healthy_streak_months > 0
    yield "streak stands still in a gap", has_stood_still and facts.health is None
    yield "streak stands still while suspended", has_stood_still and now.is_silent and now.is_silence_suspended
    is_high = facts.health is not None and facts.health >= HEALTHY
    yield "silent is not well", is_high and now.is_silent and now.healthy_streak_months == 0


def see_risks(step: Step) -> Iterator[Sighting]:
    """Reasons, and since when."""
    now, reasons = step.now, step.now.risk_reasons
    yield f"stage {now.structural_stage}", True
    yield f"stage {now.lifecycle_stage}", True
    if now.risk is None:
        return
    yield f"risk {now.risk.reason}", True
    yield "risk after a gap", len(reasons) > 1 and reasons[-2] is None and now.risk.since_month < step.month
    yield "risk of another reason", now.risk.reason_since_month > now.risk.since_month
    yield "risk after two months without", len(reasons) > 3 and reasons[-3:-1] == (None, None) and any(reasons[:-3])
    months = now.ill_months_of_6.bit_count()
    yield "chronic by months", now.risk.reason == "chronic" and months >= CHRONIC_MONTHS
    yield "chronic by refusal", now.risk.reason == "chronic" and months < CHRONIC_MONTHS


def see_constraints(step: Step) -> Iterator[Sighting]:
    """What stands before the next tier."""
    now = step.now
    for name in (now.binding_constraints or "none").split(","):
        yield f"constraint {name}", True
    is_dear = now.arr_for_promotion is not None
    yield "several constraints", now.binding_constraints == "override,insufficient_data,economic_ceiling,dwell"
    yield (
        "promotion waits for the end of an override",
        (
            now.earliest_promotion_month is not None
            and step.facts.override_last_month is not None
            and now.earliest_promotion_month == step.facts.override_last_month + 1 > step.month + 3
        ),
    )
    yield "money under a grant", is_dear and now.decided_by == "strategic_grant"
    yield "money by the margin alone", is_dear and now.arr_for_promotion > step.facts.arr > 150_000


def see_overrides(step: Step) -> Iterator[Sighting]:
    """How overrides start, replace each other, and hide what goes on."""
    before, now = step.before, step.now
    is_active = now.override_start is not None
    was_active = before is not None and before.override_start is not None
    yield "override at entry", is_active and before is None
    yield "override starts later", is_active and before is not None and not was_active
    yield "override ends", was_active and not is_active
    yield "override ends with a move", was_active and not is_active and step.has_moved
    is_replaced = is_active and was_active and now.override_start != before.override_start
    yield "override replaced", is_replaced
    yield "override replaced by an older one", is_replaced and now.override_start < before.override_start
    yield "override hides a move", is_active and step.has_moved
    yield "override over first priority", is_active and now.base_move == "placement"


def see_contract_events(step: Step) -> Iterator[Sighting]:
    """When contract events act, wait, expire and replace each other."""
    before, now = step.before, step.now
    if before is None:
        return
    is_fresh = now.last_contract_event_month == step.month
    has_acted = now.base_move == "contract_event"
    is_scored = step.facts.priority is not None
    yield "event acts at once", has_acted and is_fresh
    yield "event acts later", has_acted and not is_fresh
    yield (
        "event over two ranks",
        has_acted and now.base_tier_without_override - before.base_tier_without_override == 2,
    )
    yield "event used up without a move", is_fresh and is_scored and not has_acted
    yield (
        "event expires",
        before.is_contract_event_pending and not is_scored and not now.is_contract_event_pending,
    )
    yield "event replaced while it waits", before.is_contract_event_pending and is_fresh and not is_scored


def see_grants(step: Step) -> Iterator[Sighting]:
    """What floors do."""
    before, now = step.before, step.now
    has_moved_by_grant = now.base_move == "grant"
    floor = now.floor_tier or 0
    yield "grant moves", has_moved_by_grant and not now.is_provisional
    yield "grant moves a provisional account", has_moved_by_grant and now.is_provisional
    yield "grant moves and a gate stops the rest", has_moved_by_grant and now.blocked_by is not None
    yield "grant moves beyond the ceiling", has_moved_by_grant and now.floor_tier > now.ceiling_tier
    yield "grant without floor", step.facts.has_grant and step.facts.grant_floor_tier is None
    yield "floor at entry", before is None and floor > min(now.score_target_tier, now.ceiling_tier)
    yield (
        "floor between ceiling and base",
        step.has_moved and now.ceiling_tier < floor < now.score_target_tier,
    )


def see_moves(step: Step) -> Iterator[Sighting]:
    """Provisional accounts, gaps, ceilings, long streaks."""
    before, now = step.before, step.now
    if before is None:
        yield "provisional at entry", now.is_provisional
        return
    is_demoted = step.has_moved and now.base_tier_without_override < before.base_tier_without_override
    is_ceiling = now.base_move == "ceiling"
    is_long = now.demotion_streak_months >= LONG_DEMOTION_STREAK_MONTHS
    is_capped = now.blocked_by == "move_cap"
    yield "first priority", before.is_provisional and not now.is_provisional
    yield "ceiling demotion", is_ceiling
    yield "ceiling demotion of a provisional account", is_ceiling and now.is_provisional
    yield "ceiling demotion in a gap", is_ceiling and step.facts.priority is None
    yield "long streak beats the freeze", is_demoted and is_long and step.facts.has_renewal_freeze
    yield "long streak beats the escalation", is_demoted and is_long and step.facts.has_open_escalation
    yield "capped by score", is_capped and now.score_target_tier <= now.ceiling_tier
    yield (
        "capped by ceiling",
        is_capped and now.ceiling_tier < min(now.score_target_tier, before.base_tier_without_override),
    )
    yield (
        "promotion capped by the ceiling",
        now.base_move == "score" and (before.base_tier_without_override < now.ceiling_tier < now.score_target_tier),
    )


TOPICS = (
    see_decisions,
    see_illness,
    see_lifts,
    see_lift_ends,
    see_risks,
    see_constraints,
    see_overrides,
    see_contract_events,
    see_grants,
    see_moves,
)
