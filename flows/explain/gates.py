"""The movement gates of a month and their outcomes, as far as the published state shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.explain.explanation import Gate, GateState
from flows.words import GATES
from transforms.contracts.columns.tiers import GATES as GATE_CODES
from transforms.contracts.model import TIERS
from transforms.policy import Policy

_BEFORE_GATES = {"contract_event", "strategic_grant"}
_FOR_DEMOTIONS_ONLY = {"renewal_freeze", "open_escalation", "lift_ending"}


def gates_of(
    tiers: Mapping[str, Any], previous: Mapping[str, Any] | None, features: Mapping[str, Any], policy: Policy | None
) -> tuple[Gate, ...]:
    """Return the outcome of each gate.

    Gates are checked in order until one blocks. If no move was due, or a rule that bypasses the gates made it, none
    was checked.

    Args:
        tiers: The month's row of account_tiers.
        previous: The row of the month before, or None at entry.
        features: The month's row of account_features.
        policy: The policy of the month, if it is known.
    """
    states = _states(tiers, previous)
    return tuple(Gate(gate, states[gate], _words(gate, states[gate], tiers, features, policy)) for gate in GATE_CODES)


def _states(tiers: Mapping[str, Any], previous: Mapping[str, Any] | None) -> dict[str, GateState]:
    direction = _direction(tiers, previous)
    blocked_by = tiers["blocked_by"]
    passes_all = blocked_by is None and direction > 0 and _BEFORE_GATES & set(str(tiers["reasons"]).split(","))
    if direction == 0 or passes_all:
        return dict.fromkeys(GATE_CODES, "not asked")
    states: dict[str, GateState] = {}
    is_open = True
    for gate in GATE_CODES:
        if direction > 0 and gate in _FOR_DEMOTIONS_ONLY:
            states[gate] = "does not apply"
        elif gate == blocked_by:
            states[gate] = "blocked"
            # A move that is only shortened goes on to the next gate.
            is_open = gate == "max_step"
        else:
            states[gate] = "passed" if is_open else "not asked"
    return states


def _direction(tiers: Mapping[str, Any], previous: Mapping[str, Any] | None) -> int:
    """Return 1 if a promotion was due, -1 for a demotion, 0 for neither or for a tier set without gates."""
    if previous is None or (previous["is_provisional"] and not tiers["is_provisional"]):
        return 0
    before, target = previous["base_tier_without_override"], tiers["target_tier"]
    if before not in TIERS or target not in TIERS:
        return 0
    ranks = TIERS.index(target) - TIERS.index(before)
    return (ranks > 0) - (ranks < 0)


def _words(
    gate: str, state: GateState, tiers: Mapping[str, Any], features: Mapping[str, Any], policy: Policy | None
) -> str:
    if state == "not asked":
        return "an earlier gate blocks already"
    if state == "does not apply":
        return "for demotions only"
    if gate == "dwell" and policy is not None:
        is_up = bool(tiers["promotion_streak_months"])
        lived = tiers["promotion_streak_months"] if is_up else tiers["demotion_streak_months"]
        needed = policy.movement.promotion_dwell_months if is_up else policy.movement.demotion_dwell_months
        return f"month {lived} of {needed} with this target"
    if gate == "cooldown" and tiers["last_base_move_month"] not in {None, tiers["month"]}:
        return f"last move in {tiers['last_base_move_month']:%Y-%m}"
    if gate == "renewal_freeze" and features.get("renewal_date") is not None:
        return f"renewal on {features['renewal_date']:%Y-%m-%d}"
    return GATES[gate] if state == "blocked" else "nothing blocks it"
