"""An account's service level as the customer may read it: what it includes, and what leads to the next one.

Nothing internal is in here: no scores, value, cost, margin, risk, rules or owners' notes.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from flows.criteria.customer import pathway, service_level
from flows.criteria.promise import promised
from flows.escaping import escape_controls
from flows.explain.explanation import Explanation
from transforms.contracts.model import TIERS
from transforms.policy import Policy


def customer_explanation(explanation: Explanation, policy: Policy) -> dict[str, Any]:
    """Collect what a customer may read, as plain values for text or JSON.

    Args:
        explanation: The account's explanation.
        policy: The policy of the month.
    """
    tiers = explanation.tiers
    promise = promised(policy, tiers, explanation.plan)
    # What leads up is seen from the tier beneath a lift or an override: there it leads to what is now for a time.
    beneath = tiers["base_tier_without_override"] if promise["is_for_a_time"] else tiers["tier"]
    above = TIERS[TIERS.index(beneath) + 1 :]
    return {
        "audience": "customer",
        "account": explanation.name or explanation.account_id,
        "month": str(explanation.month),
        **promise,
        "next": service_level(policy, above[0]) | {"leads_to_it": pathway(policy, tiers)} if above else None,
    }


def show_customer_explanation(console: Console, explained: dict[str, Any]) -> None:
    """Print what a customer may read."""
    console.print(
        Text.assemble((escape_controls(explained["account"]), "bold"), f", {explained['month']}"), soft_wrap=True
    )
    console.print(Text.assemble("Service level: ", (explained["service_level"], "bold")))
    if explained["summary"]:
        console.print(Text(explained["summary"]), soft_wrap=True)
    if explained["is_for_a_time"]:
        console.print(Text("This is for a time."))
    _show_list(console, "It includes", explained["includes"])
    following = explained["next"]
    if following is None:
        return
    console.print()
    title = "Service level to reach for good: " if explained["is_for_a_time"] else "Next service level: "
    console.print(Text.assemble(title, (following["service_level"], "bold")))
    console.print(Text(following["summary"]), soft_wrap=True)
    _show_list(console, "It includes", following["includes"])
    _show_list(console, "What leads to it", following["leads_to_it"])


def _show_list(console: Console, title: str, wordings: list[str]) -> None:
    if wordings:
        console.print(Text(f"{title}:"))
    for wording in wordings:
        console.print(Text(f"  - {wording}"), soft_wrap=True)
