"""What would move an account, and what it is at risk of, as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flows.escaping import escape_controls
from flows.explain.explanation import Explanation
from flows.words import CONSTRAINTS, ILL_CONDITIONS, RISKS, component_in_words, help_in_words, in_words
from transforms.plurals import pluralize


def path_lines(explanation: Explanation, currency: str) -> Iterator[str]:
    """Say what stands between an account and the next tier, what would lead there, and how far down is.

    Args:
        explanation: The explanation.
        currency: The currency of its amounts.
    """
    tiers = explanation.tiers
    constraints = [code for code in (tiers["binding_constraints"] or "").split(",") if code]
    if not constraints and tiers["binding_constraint"]:
        constraints = [tiers["binding_constraint"]]
    if tiers["points_to_promotion"] is None and tiers["months_to_wait"] is None and not constraints:
        yield "up: it is at the top"
    else:
        yield from _up(explanation, constraints, currency)
    if tiers["points_to_demotion"] is None:
        yield "down: it is at the bottom"
    else:
        yield f"down: {tiers['points_to_demotion']:z.1f} priority points to spare"


def _up(explanation: Explanation, constraints: list[str], currency: str) -> Iterator[str]:
    tiers = explanation.tiers
    missing = tiers["points_to_promotion"]
    points = "unknown" if missing is None else f"{missing:z.1f}"
    earliest = tiers["earliest_promotion_month"]
    if "economic_ceiling" in constraints or earliest is None:
        when = "no month can be named"
    else:
        when = f"earliest in {earliest:%Y-%m}, {pluralize(tiers['months_to_wait'], 'month')} ahead"
    yield f"up: {points} priority points missing; {when}"
    for position, code in enumerate(constraints):
        yield f"{'what binds: ' if position == 0 else '            '}{in_words(code, CONSTRAINTS)}"
        if code == "economic_ceiling" and tiers["arr_for_promotion"] is not None:
            yield f"            it would be affordable from an ARR of {tiers['arr_for_promotion']:z,.0f} {currency} on"
    lever = _lever(explanation)
    if lever is not None:
        yield f"top lever: {lever}"
    levers = json.loads(tiers["levers"] or "[]")
    if len(levers) > 1 or (levers and tiers["is_lever_sufficient"]):
        rises = [f"{_label(explanation, one['component'])} to {one['points']:zg} of 100" for one in levers]
        yield f"what closes the gap: {' and '.join(rises)}"
    elif tiers["is_lever_sufficient"] is False and not levers:
        yield "what closes the gap: nothing that a team can improve does so now"


def _lever(explanation: Explanation) -> str | None:
    """Describe the component that leads; null where none does, since what binds then says it all."""
    found = next((line for pillar in explanation.pillars for line in pillar.components if line.is_lever), None)
    if found is None:
        return None
    alone = ", not enough alone" if explanation.tiers["is_lever_sufficient"] is False else ""
    return escape_controls(found.label) + (f" ({found.meaning.rstrip('.')})" if found.meaning else "") + alone


def _label(explanation: Explanation, name: str) -> str:
    labels = {
        f"{pillar.pillar}.{one.component}": one.label for pillar in explanation.pillars for one in pillar.components
    }
    return escape_controls(component_in_words(name, labels))


def risk_lines(explanation: Explanation) -> Iterator[str]:
    """Say what an account is at risk of and since when, with its action; and what is said of its silence and health."""
    tiers, risk = explanation.tiers, explanation.risk
    if risk is not None:
        since = f"since {risk['reason_since_month']:%Y-%m}"
        if risk["since_month"] != risk["reason_since_month"]:
            since += f", at risk since {risk['since_month']:%Y-%m}"
        yield f"At risk: {in_words(risk['reason'], RISKS)}, {since}; {help_in_words(risk)}"
    if tiers["is_ill"]:
        conditions = [in_words(code, ILL_CONDITIONS) for code in (tiers["ill_conditions"] or "").split(",") if code]
        yield f"Ill: {', '.join(conditions)}"
    if tiers["is_silent"]:
        suspended = " (silence says nothing this month: too many accounts are silent)"
        since = f"{tiers['silent_since_month']:%Y-%m}" if tiers["silent_since_month"] else "unknown"
        yield f"Silent: since {since}{suspended if tiers['is_silence_suspended'] else ''}"
    if explanation.scores.get("is_health_tentative"):
        yield "Health is tentative: less is known than usual"
