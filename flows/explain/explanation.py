"""The explanation of an account's tier in a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from transforms.month import Month

GateState = Literal["passed", "blocked", "not asked", "does not apply"]


@dataclass(frozen=True, slots=True)
class Component:
    """A line of a pillar.

    Attributes:
        component: Its name in the policy.
        label: What people call it.
        meaning: Its metric's meaning in a sentence; null if the policy is no longer known.
        unit: The metric's unit.
        metric_value: The metric as measured; null if missing.
        measured: The metric as people write it, with its unit; null if missing.
        component_score: Points from 0 to 100; null if missing.
        weight: Its weight in the policy.
        contribution: The points it adds to the pillar's score; null if missing.
        missing_reason: Why it is missing; null if it is not.
        missing_words: The same as people read it, with the numbers of the case; null if it is not missing.
        is_lever: Whether it is the top lever.
    """

    component: str
    label: str
    meaning: str | None
    unit: str | None
    metric_value: float | None
    measured: str | None
    component_score: float | None
    weight: float
    contribution: float | None
    missing_reason: str | None
    missing_words: str | None
    is_lever: bool


@dataclass(frozen=True, slots=True)
class Pillar:
    """A pillar's score with the components that add up to it.

    Attributes:
        pillar: The pillar.
        score: Points from 0 to 100; null where too little is known.
        coverage: Populated share of the configured weight; null where the pillar is not configured.
        priority_weight: Its weight in the priority; 0 for health, null if the policy is no longer known.
        components: Its components, in the order of the policy.
    """

    pillar: str
    score: float | None
    coverage: float | None
    priority_weight: float | None
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """A movement gate and its outcome this month."""

    gate: str
    state: GateState
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the account's tier.

    Attributes:
        month: Its month.
        kind: What happened.
        from_tier: The tier before; null at entry.
        to_tier: The tier after; null at exit.
        decided_by: The rule that decided.
        reasons: All reason codes, in the order of the rules.
        drivers: What made it, the most telling first: each as published, and in words.
        is_correction: Whether it corrects an earlier notification.
    """

    month: date
    kind: str
    from_tier: str | None
    to_tier: str | None
    decided_by: str
    reasons: tuple[str, ...]
    drivers: tuple[Mapping[str, Any], ...]
    is_correction: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message about the account, sent or pending.

    Attributes:
        month: The month that it is about.
        channel: The channel's name in retier.yaml.
        audience: Its readers.
        recipient: Its address; null if the channel itself has it.
        status: Its status in the outbox.
        sent_at: When it was sent; null if it was not.
    """

    month: date
    channel: str
    audience: str
    recipient: str | None
    status: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an account has its tier in a month, and what would move it.

    Attributes:
        account_id: The account.
        name: Its name; null if the company has none.
        month: The month.
        tiers: Its published row of account_tiers.
        scores: Its published row of account_scores.
        reasons: Reason codes, in the order of the rules.
        pillars: Scores and contributions.
        gates: Every movement gate, in their order.
        changes: The newest changes up to the month, newest first.
        risk: Its published row of account_risks, with what was done for it where no action is open (done_action and
            done_date); null where it is not at risk.
        segments: Its published row of account_segments; null where there is none.
        plan: Its published row of engagement_plan; null where there is none.
        actions: Its published rows of engagement_actions, the next one to be done first.
        messages: The messages about it, newest first.
    """

    account_id: str
    name: str | None
    month: Month
    tiers: Mapping[str, Any]
    scores: Mapping[str, Any]
    reasons: tuple[str, ...]
    pillars: tuple[Pillar, ...]
    gates: tuple[Gate, ...]
    changes: tuple[Change, ...]
    risk: Mapping[str, Any] | None
    segments: Mapping[str, Any] | None
    plan: Mapping[str, Any] | None
    actions: tuple[Mapping[str, Any], ...]
    messages: tuple[Message, ...]
