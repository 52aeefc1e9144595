"""An explanation as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from flows.escaping import escape_controls
from flows.explain.explanation import Component, Explanation, Pillar
from flows.explain.show_path import path_lines, risk_lines
from flows.explain.show_service import show_service
from flows.words import CHANGE_KINDS, REASONS, TIERS, in_words

_BAR_WIDTH = 40
_DECIDED = {"initial", "promotion", "demotion"}
"""Changes whose kind does not say already which rule made them."""


def show_explanation(console: Console, explanation: Explanation, currency: str) -> None:
    """Print an explanation.

    Args:
        console: The console; it must print text literally.
        explanation: The explanation.
        currency: The currency of its amounts.
    """
    for line in _head(explanation, currency):
        console.print(line, soft_wrap=True)
    for pillar in explanation.pillars:
        console.print()
        _show_pillar(console, pillar, _former_health(explanation) if pillar.pillar == "health" else "")
    console.print()
    console.print(Text("What would move it", style="bold"))
    for words in path_lines(explanation, currency):
        console.print(Text(f"  {words}"), soft_wrap=True)
    console.print()
    _show_gates(console, explanation)
    console.print()
    _show_changes(console, explanation)
    show_service(console, explanation, currency)


def _head(explanation: Explanation, currency: str) -> Iterator[Text]:
    tiers, scores = explanation.tiers, explanation.scores
    account = escape_controls(explanation.account_id)
    title = f"{escape_controls(explanation.name)} ({account})" if explanation.name else account
    yield Text.assemble((title, "bold"), f", {explanation.month}")
    base = "" if tiers["base_tier"] == tiers["tier"] else f" (base tier {in_words(tiers['base_tier'], TIERS)})"
    yield Text.assemble("Tier: ", (in_words(tiers["tier"], TIERS), "bold"), f"{base}, {_since(explanation)}")
    for position, code in enumerate(explanation.reasons):
        yield Text(f"{'Why: ' if position == 0 else '     '}{in_words(code, REASONS)}")
    yield Text(
        f"Target: {in_words(tiers['target_tier'], TIERS)}; by score {in_words(tiers['score_target_tier'], TIERS)}, "
        f"ceiling {in_words(tiers['ceiling_tier'], TIERS)}, floor {in_words(tiers['floor_tier'], TIERS)}"
    )
    yield from _running(tiers)
    yield from map(Text, risk_lines(explanation))
    cost, margin = (_amount(scores.get(name), currency) for name in ("cost_to_serve", "margin"))
    yield Text(f"Revenue {_amount(tiers['arr'], currency)} a year, cost to serve {cost}, margin {margin}")
    stage = in_words(scores.get("lifecycle_stage"), {})
    yield Text(f"Stage: {stage}; owner: {escape_controls(tiers['owner'] or 'none')}{_keeping(tiers)}")
    yield Text(f"Policy {escape_controls(tiers['policy_version'])}, revision {tiers['revision']}", style="dim")
    yield Text()
    yield Text.assemble(
        "Priority ", (_points(scores.get("priority")), "bold"), f" (coverage {_share(scores.get('priority_coverage'))})"
    )


def _keeping(tiers: Mapping[str, Any]) -> str:
    """Say that an owner keeps the account for a time, or who gets it back after the lift."""
    if tiers["is_interim_owner"]:
        return ", who keeps it until the lifted tier's team has room"
    before = tiers["owner_before_lift"]
    return f"; after the lift {escape_controls(before)} gets it back" if before and before != tiers["owner"] else ""


def _since(explanation: Explanation) -> str:
    before = explanation.tiers["previous_tier"]
    if before is None:
        return "new this month"
    return "unchanged" if before == explanation.tiers["tier"] else f"was {in_words(before, TIERS)}"


def _running(tiers: Mapping[str, Any]) -> Iterator[Text]:
    if tiers["lift_started_month"] is not None:
        yield Text(f"Lift: since {tiers['lift_started_month']:%Y-%m}")
    if tiers["override_start_date"] is not None:
        without = in_words(tiers["tier_without_override"], TIERS)
        yield Text(f"Override: since {tiers['override_start_date']}, without it {without}")


def _former_health(explanation: Explanation) -> str:
    one, two = (explanation.scores.get(f"health_{ago}_ago") for ago in ("1_month", "2_months"))
    return f", {_points(one)} a month ago, {_points(two)} two months ago"


def _show_pillar(console: Console, pillar: Pillar, former: str) -> None:
    weight = f"; weighs {pillar.priority_weight:zg} in the priority" if pillar.priority_weight else ""
    if pillar.priority_weight == 0:
        weight = "; not in the priority"
    coverage = "not configured" if pillar.coverage is None else f"coverage {_share(pillar.coverage)}"
    summary = f" {_points(pillar.score)}{former} ({coverage}{weight})"
    console.print(Text.assemble((pillar.pillar.capitalize(), "bold"), summary), soft_wrap=True)
    blocks = ("█", "░") if console.encoding.lower().startswith("utf") else ("#", ".")
    populated = sum(component.weight for component in pillar.components if component.contribution is not None)
    cells = [_cells(component) for component in pillar.components]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for component, (name, *numbers) in zip(pillar.components, cells, strict=True):
        line = Text(f"  {name:<{widths[0]}}")
        for number, width in zip(numbers, widths[1:], strict=True):
            line.append(f"  {number:>{width}}")
        console.print(line.append("  ").append_text(_bar(component, populated, blocks)), soft_wrap=True)


def _cells(component: Component) -> tuple[str, ...]:
    if component.contribution is None:
        return escape_controls(component.label), "-", "-", "-"
    score = "-" if component.component_score is None else f"{component.component_score:z.0f}/100"
    return escape_controls(component.label), component.measured or "-", score, f"{component.contribution:+z.1f}"


def _bar(component: Component, populated: float, blocks: tuple[str, str]) -> Text:
    """Draw a component's maximum points as a bar, filled up to its contribution."""
    if component.contribution is None:
        return Text(f"({escape_controls(component.missing_words or '')})", style="dim")
    possible = round(_BAR_WIDTH * component.weight / populated) if populated else 0
    given = min(possible, round(_BAR_WIDTH * component.contribution / 100))
    bar = Text(blocks[0] * given + blocks[1] * (possible - given), style="green" if component.is_lever else "cyan")
    return bar.append(" top lever" if component.is_lever else "")


def _show_gates(console: Console, explanation: Explanation) -> None:
    console.print(Text("Gates", style="bold"))
    if all(gate.state == "not asked" for gate in explanation.gates):
        console.print(Text("  none was checked: no move was due, or a rule that bypasses them made it"))
        return
    styles = {"passed": "green", "blocked": "red"}
    for gate in explanation.gates:
        state = Text(f"{gate.state:<15}", style=styles.get(gate.state, "dim"))
        console.print(
            Text(f"  {gate.gate.replace('_', ' '):<16}").append_text(state).append(gate.words), soft_wrap=True
        )


def _show_changes(console: Console, explanation: Explanation) -> None:
    console.print(Text("Changes", style="bold"))
    if not explanation.changes:
        console.print(Text("  none"))
    for change in explanation.changes:
        line = in_words(change.kind, CHANGE_KINDS) + (" (correction)" if change.is_correction else "")
        line += f": {_tier(change.from_tier, 'new')} to {_tier(change.to_tier, 'out of scope')}"
        if change.kind in _DECIDED:
            line += f"; {in_words(change.decided_by, REASONS)}"
        drivers = [driver["words"] for driver in change.drivers]
        line += f"; what made it: {', '.join(drivers)}" if drivers else ""
        console.print(Text(f"  {change.month:%Y-%m}  {escape_controls(line)}"), soft_wrap=True)


def _tier(tier: str | None, otherwise: str) -> str:
    return otherwise if tier is None else in_words(tier, TIERS)


def _points(value: float | None) -> str:
    return "unknown" if value is None else f"{value:z.1f}"


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:z.0%}"


def _amount(value: float | None, currency: str) -> str:
    return "unknown" if value is None else f"{value:z,.0f} {currency}"
