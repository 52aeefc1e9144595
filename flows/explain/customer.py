"""An account's service level as the customer may read it: what it includes, and what leads to the next one.

Nothing internal is in here: no scores, value, cost, margin, risk, rules or owners' notes.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from flows.criteria.customer import pathway, service_level
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
    tier = explanation.tiers["tier"]
    above = TIERS[TIERS.index(tier) + 1 :]
    entitled = None if explanation.plan is None else explanation.plan["entitlements"].split(",")
    return {
        "audience": "customer",
        "account": explanation.name or explanation.account_id,
        "month": str(explanation.month),
        **service_level(policy, tier, entitled),
        "next": service_level(policy, above[0]) | {"leads_to_it": pathway(policy, explanation.tiers)}
        if above
        else None,
    }


def show_customer_explanation(console: Console, explained: dict[str, Any]) -> None:
    """Print what a customer may read."""
    console.print(
        Text.assemble((escape_controls(explained["account"]), "bold"), f", {explained['month']}"), soft_wrap=True
    )
    console.print(Text.assemble("Service level: ", (explained["service_level"], "bold")))
    console.print(Text(explained["summary"]), soft_wrap=True)
    _show_list(console, "It includes", explained["includes"])
    following = explained["next"]
    if following is None:
        return
    console.print()
    console.print(Text.assemble("Next service level: ", (following["service_level"], "bold")))
    console.print(Text(following["summary"]), soft_wrap=True)
    _show_list(console, "It includes", following["includes"])
    _show_list(console, "What leads to it", following["leads_to_it"])


def _show_list(console: Console, title: str, wordings: list[str]) -> None:
    if wordings:
        console.print(Text(f"{title}:"))
    for wording in wordings:
        console.print(Text(f"  - {wording}"), soft_wrap=True)
