"""The largest accounts that moved, and why."""

from __future__ import annotations

from flows.notify.messages import Told
from flows.report.blocks import Cell, Section, Table
from flows.report.numbers import count, money
from flows.report.reading.facts import Facts
from flows.report.reading.moves import MOVES, moves_query
from flows.report.sections.naming import account, owner
from transforms.plurals import pluralize


def movers(facts: Facts) -> Section:
    """List the largest moves with their reasons in words."""
    moves = facts.moves
    left_out = moves.total - len(moves.shown)
    table = Table(
        f"The {count(len(moves.shown))} largest accounts that moved" if left_out else "All accounts that moved",
        ["account", "what happened", "why", "what moved most, in points", "owner", f"ARR in {facts.origin.currency}"],
        [_row(told) for told in moves.shown],
        words=5,
        left_out=f"{pluralize(left_out, 'smaller move')} not shown. All of them:" if left_out else "",
        command=moves_query(facts.origin.month, MOVES) if left_out else "",
    )
    return Section(
        name="movers",
        title="Who moved, and why",
        lead="The moves of the largest accounts by ARR: promotions, demotions, lifts, overrides and exits, each with "
        "the rule that decided it. retier explain shows more about an account.",
        tables=[table] if moves.shown else [],
        note="" if moves.shown else "No account moved this month.",
    )


def _row(told: Told) -> list[str | Cell]:
    return [
        account(told.name, told.account_id),
        _what(told),
        told.decided_by or "",
        ", ".join(told.drivers),
        owner(told.owner),
        money(told.arr),
    ]


def _what(told: Told) -> str:
    if told.to_tier is None:
        said = f"{told.kind}, was {told.from_tier}"
    elif told.from_tier is None or told.from_tier == told.to_tier:
        said = f"{told.kind}, {told.to_tier}"
    else:
        said = f"{told.kind}, {told.from_tier} → {told.to_tier}"
    return f"{said} (correction)" if told.is_correction else said
