"""Wordings for people of the codes in the published tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy import PolicyBook

TIERS = {"low_touch": "low touch", "mid_touch": "mid touch", "high_touch": "high touch"}

DECIDED_BY = {
    "override": "a person set it",
    "risk_lift": "poor health lifts its tier for a while",
    "contract_event": "a contract event promoted it at once",
    "strategic_grant": "a strategic grant keeps it there",
    "economic_ceiling": "its gross profit cannot pay for a higher tier",
    "insufficient_data": "too little is known for a priority, so its tier stays",
    "score": "its priority puts it there",
}

ENDED = {
    "lift_ended": "its lift for poor health has ended",
    "override_ended": "the override has ended",
}
"""Reasons of the changes that end what a rule had done, by kind of change."""

EXITS = {
    "merged": "it was merged into another account",
    "internal": "it is an internal account",
    "removed": "the source of accounts no longer lists it",
    "churned": "it is no longer a customer",
}

GATES = {
    "dwell": "the target must last for more months before the account moves",
    "renewal_freeze": "no demotion while a renewal is near or unsigned",
    "open_escalation": "no demotion while a recent escalation is open",
    "lift_ending": "no demotion in the month in which a lift ends",
    "cooldown": "the last move is too recent",
    "max_step": "no more than one tier a month",
    "move_cap": "too many accounts leave this tier in one month",
}

CONSTRAINTS = GATES | {
    "override": "an override that a person set",
    "insufficient_data": "too little is known for a priority",
    "score": "its priority",
    "economic_ceiling": "its gross profit cannot pay for the next tier",
}

REASONS = (
    DECIDED_BY
    | GATES
    | {
        "provisional": "the tier is provisional until there is a priority",
        "unaffordable_lift": "its health calls for a lift that its gross profit cannot pay for",
        "chronic_risk": "it stays in poor health and needs a person",
    }
)

RISKS = {
    "lapsed": "the contract has ended and nobody has signed",
    "chronic": "it stays ill and needs a person",
    "never_used": "it never used the product",
    "silent": "it has stopped using the product",
    "ill_unaffordable": "it is ill, and its gross profit cannot pay for a lift",
    "ill": "it is ill",
}

SILENCE_SUSPENDED = "so many at once that silence says nothing of single accounts this month"
"""Why silence is no risk while it is suspended."""

ACTIONS = {"chronic_risk": "call about lasting poor health"}
"""What is to be done, where the code alone does not say it."""

ILL_CONDITIONS = {
    "low": "its health is poor",
    "falling": "its health falls fast",
    "newly_silent": "it has just stopped using the product",
}

CHANGE_KINDS = {
    "initial": "first tier",
    "placement": "placed by its first priority",
    "promotion": "promotion",
    "demotion": "demotion",
    "lift_started": "lift started",
    "lift_ended": "lift ended",
    "override_started": "override started",
    "override_ended": "override ended",
    "exit": "left",
}

DRIVERS = {
    "first_priority": "first priority",
    "gross_profit": "gross profit",
    "support_cost": "support cost",
    "hours": "hours of the tier",
    "arr": "ARR",
    "products": "products",
    "strategic_grant": "strategic grant",
}
"""What made a change, other than components of a score."""

BECAME = {"known": "became known", "unknown": "is no longer known", "begun": "began", "ended": "ended"}
"""What became of a driver that has no points."""

CHANGES = {
    "initial": "first tier",
    "placement": "placement",
    "promotion": "promotion",
    "demotion": "demotion",
    "lift_started": "lift started",
    "lift_ended": "lift ended",
    "override_started": "override started",
    "override_ended": "override ended",
    "exit": "exit",
}
"""The same as nouns to count."""

MISSING = {
    "not_configured": "the company records no data for it",
    "stale": "its source has delivered nothing for too long",
    "too_young": "the account is too young for it",
    "too_few": "there is too little to go by",
    "never_used": "the account never used the product",
    "expired": "what was known has expired",
    "not_recorded": "nothing is recorded for this account",
}


def in_words(code: str | None, words: dict[str, str]) -> str:
    """Return the wording of a code; a code without one is returned with spaces, so that none is left out."""
    if code is None:
        return "none"
    return words.get(code, code.replace("_", " "))


def component_labels(policies: PolicyBook, month: Month) -> dict[str, str]:
    """Return what people call each component in a month, by ``pillar.component``.

    Where no policy is in force in the month any more, the words of the newest one serve.
    """
    return (policies.find(month) or policies.versions[-1]).pillars.labels()


def component_in_words(name: str, labels: Mapping[str, str]) -> str:
    """Return what people call a component, named ``pillar.component``; one that has no label by its key in words."""
    return labels.get(name) or name.rpartition(".")[2].replace("_", " ")


def driver_in_words(driver: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Return one driver of a change as people read it: ``trend of use -4.2``, ``gross profit -1,200 a year``."""
    code = driver["component"]
    if code == "lift_duration":
        return f"its {pluralize(driver['months'], 'month')} {'is' if driver['months'] == 1 else 'are'} over"
    name = DRIVERS.get(code) or component_in_words(code, labels)
    if "became" in driver:
        return f"{name} {BECAME.get(driver['became'], driver['became'])}"
    if "amount" in driver:
        return f"{name} {driver['amount']:+z,.0f} a year"
    if "hours" in driver:
        return f"{name} {driver['hours']:+z.1f} a year"
    if "count" in driver:
        return f"{name} {driver['count']:+}"
    return f"{name} {driver['points']:+z.1f}" if "points" in driver else name


def lever_in_words(tiers: Mapping[str, Any], labels: Mapping[str, str]) -> str | None:
    """Return what would move an account up, with all that must come together; null where nothing is known to.

    Args:
        tiers: Of its row of account_tiers: binding_constraints, top_lever, levers, is_lever_sufficient and
            arr_for_promotion.
        labels: What people call each component, by ``pillar.component``.
    """
    lever = tiers.get("top_lever")
    if lever is None:
        return None
    constraints = (tiers.get("binding_constraints") or "").split(",")
    needed = []
    if "override" in {lever, *constraints}:
        needed.append("the end of the override")
    if "insufficient_data" in {lever, *constraints}:
        needed.append("more data, so that it has a priority")
    if "economic_ceiling" in {lever, *constraints}:
        arr = tiers.get("arr_for_promotion")
        needed.append("more gross profit" if arr is None else f"an ARR of {arr:z,.0f} or more")
    if "." in lever:
        needed.append(_scores_in_words(lever, tiers, labels))
    elif "score" in constraints:
        needed.append("a higher priority")
    return " and ".join(needed) or f"time alone: {in_words(lever, CONSTRAINTS)}"


def _scores_in_words(lever: str, tiers: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    together = [one["component"] for one in json.loads(tiers.get("levers") or "[]")]
    if together:
        return " and ".join(component_in_words(one, labels) for one in together)
    alone = ", which is not enough alone" if tiers.get("is_lever_sufficient") is False else ""
    return component_in_words(lever, labels) + alone


def risk_in_words(risk: Mapping[str, Any]) -> str:
    """Return a row of account_risks as people read it: ``it is ill, since 2026-09; risk call by 2026-11-15``."""
    return f"{in_words(risk['reason'], RISKS)}, since {risk['reason_since_month']:%Y-%m}; {help_in_words(risk)}"


def help_in_words(risk: Mapping[str, Any]) -> str:
    """Return what is done for an account at risk and by when, or when it was done: ``risk call by 2026-11-14``.

    Args:
        risk: A row of account_risks: month, next_action and next_action_due_date; done_action and done_date where
            somebody looked for what was done.
    """
    action, due = risk["next_action"], risk["next_action_due_date"]
    if action is None:
        done = risk.get("done_action")
        return "no action is open" if done is None else f"{in_words(done, ACTIONS)} done on {risk['done_date']}"
    when = "" if due is None else f" {due_in_words(due, Month.of(risk['month']))}"
    return in_words(action, ACTIONS) + when


def due_in_words(due: date, month: Month) -> str:
    """Return by when an action is due, seen from the end of a month: ``by 2026-11-14``, ``was due by 2026-08-14``."""
    return f"by {due}" if due > month.last_day else f"was due by {due}"


def silence_in_words(silent: int) -> str:
    """Return the sentence that says that silence is suspended.

    Args:
        silent: How many accounts used nothing in the month.
    """
    return f"{pluralize(silent, 'account')} used nothing in the month, {SILENCE_SUSPENDED}."


def span(months: Sequence[object]) -> str:
    """Return consecutive months as text: ``2025-03``, or ``2025-03 to 2026-10 (20 months)``."""
    if len(months) == 1:
        return str(months[0])
    return f"{months[0]} to {months[-1]} ({pluralize(len(months), 'month')})"
