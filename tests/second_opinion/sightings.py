"""What happens in a run, as names to count: one generator per topic, over one account-month."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .drafts import FIRST_MONTH, History
from .model import run_history
from .records import (
    HEALTHY,
    ILL,
    LIFT_MONTHS,
    LONG_DEMOTION_STREAK_MONTHS,
    MONTHS_BETWEEN_LIFTS,
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
        for topic in (see_decisions, see_lifts, see_overrides, see_contract_events, see_grants, see_moves):
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
    """How lifts start, run and end."""
    before, now, facts = step.before, step.now, step.facts
    is_running = now.lift_started_month is not None
    has_started = now.lift_started_month == step.month
    is_well = facts.health is not None and facts.health >= HEALTHY
    yield "lift at entry", has_started and before is None
    yield "lift unaffordable", has_started and not now.is_lift_affordable and not facts.has_grant
    yield "lift freed by grant", is_running and not now.is_lift_affordable and now.is_lift_in_effect
    yield (
        "lift without effect at the top",
        is_running and bool(now.is_lift_affordable) and not now.is_lift_in_effect,
    )
    yield "lift starts under override", has_started and now.override_start is not None
    if before is None:
        return
    has_ended = before.lift_started_month is not None and not is_running
    is_due = has_ended and step.month == before.lift_started_month + LIFT_MONTHS
    yield "lift ends early", has_ended and not is_due
    yield "lift expires", is_due and not is_well
    yield "lift expires in a gap", is_due and facts.health is None
    yield "lift loses its effect", is_running and before.is_lift_in_effect and not now.is_lift_in_effect
    yield "lift re-armed", now.is_lift_armed and not before.is_lift_armed
    is_rested = before.last_lift_ended_month is not None and (
        step.month >= before.last_lift_ended_month + MONTHS_BETWEEN_LIFTS
    )
    is_ill = facts.health is not None and facts.health < ILL
    yield "lift refused as chronic", is_ill and is_rested and not is_running and not now.is_lift_armed
    yield "second lift", has_started and before.last_lift_ended_month is not None


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
    yield "override over first priority", is_active and before is not None and now.base_move == "initial"


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
