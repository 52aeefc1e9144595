"""The versions of all definitions: which facts and stages a month's results come from, and what each version changed.

A definition carries its versions beside its code. Whoever changes what it computes adds a line there, and every month
that was computed by an older version becomes stale. A change that leaves all results as they are adds none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from transforms import accounts, economics, knowledge, lifecycle, scoring
from transforms.engagement import actions, load, owners, plan
from transforms.facts import billing, invoices, tickets, touchpoints, usage, usage_days
from transforms.pillars import complexity, growth, health, strategic
from transforms.pillars.account_metrics import VERSIONS as METRICS
from transforms.segments import account_segments
from transforms.tiers import changes, drivers, risks
from transforms.tiers.step import VERSIONS as TIERS

Versions = Mapping[int, str]
"""What each version of a definition changed, by its number: 1, 2 and so on, without a gap."""

SHARED: dict[str, Versions] = {"accounts": accounts.VERSIONS, "knowledge": knowledge.VERSIONS}
"""What all facts of events depend on: which rows were known, and the account map."""

FACTS: dict[str, Versions] = {
    "usage": usage.VERSIONS,
    "usage_use_cases": usage.USE_CASE_VERSIONS,
    "usage_history": usage.HISTORY_VERSIONS,
    "tickets": tickets.VERSIONS,
    "invoices": invoices.VERSIONS,
    "touchpoints": touchpoints.VERSIONS,
}
"""The facts that results come from, by their kind in the fact store."""

FACTS_OF_CHECKS: dict[str, Versions] = {"usage_days": usage_days.VERSIONS}
"""The facts that only checks look at, by their kind: no result depends on them."""

STAGES: dict[str, Versions] = {
    "billing": billing.VERSIONS,
    "metrics": METRICS,
    "health": health.VERSIONS,
    "growth": growth.VERSIONS,
    "strategic": strategic.VERSIONS,
    "complexity": complexity.VERSIONS,
    "scores": scoring.VERSIONS,
    "economics": economics.VERSIONS,
    "lifecycle": lifecycle.VERSIONS,
    "tiers": TIERS,
    "changes": changes.VERSIONS,
    "drivers": drivers.VERSIONS,
    "risks": risks.VERSIONS,
    "segments": account_segments.VERSIONS,
    "plan": plan.VERSIONS,
    "owners": owners.VERSIONS,
    "actions": actions.VERSIONS,
    "load": load.VERSIONS,
}
"""What is computed from facts and from the sources that are read whole, in the order of a month."""

_SOURCES = {"usage_use_cases": "usage", "usage_history": "usage"}


def newest(versions: Versions) -> int:
    """Return the version that the code computes by."""
    return max(versions)


def definitions(sources: Collection[str]) -> dict[str, int]:
    """Return the versions of all definitions that a month's results come from.

    Args:
        sources: The mapped sources: facts of others are not looked at, so their versions do not count.
    """
    facts = {kind: versions for kind, versions in FACTS.items() if _SOURCES.get(kind, kind) in sources}
    return {name: newest(versions) for name, versions in (SHARED | facts | STAGES).items()}


def raised(kind: str) -> dict[str, int]:
    """Return what facts of a kind are named by: the versions they rest on that are not the first, by definition."""
    resting_on = SHARED | {kind: (FACTS | FACTS_OF_CHECKS)[kind]}
    return {name: newest(versions) for name, versions in resting_on.items() if newest(versions) > 1}


def what_changed(name: str, version: int) -> str | None:
    """Return the line of one version of a definition; None where the code does not know it."""
    return (SHARED | FACTS | STAGES).get(name, {}).get(version)
