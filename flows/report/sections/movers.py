"""The largest accounts that moved, and why."""

from __future__ import annotations

from flows.notify.messages import ChangeNote
from flows.report.blocks import Cell, Section, Table
from flows.report.numbers import money
from flows.report.reading.facts import Facts
from flows.report.reading.moves import MOVES, moves_query
from flows.report.sections.naming import account, owner
from transforms.plurals import pluralize


def movers(facts: Facts) -> Section:
    """List the largest moves with their reasons in words."""
    moves = facts.moves
    left_out = moves.total - len(moves.shown)
    largest = pluralize(len(moves.shown), "largest account", "largest accounts")
    table = Table(
        f"The {largest} that moved" if left_out else "All accounts that moved",
        [
            "account",
            "what happened",
            "why",
            "what made it, scores in points",
            "owner",
            f"ARR in {facts.origin.currency}",
        ],
        [_row(note) for note in moves.shown],
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


def _row(note: ChangeNote) -> list[str | Cell]:
    return [
        account(note.name, note.account_id),
        _what(note),
        note.decided_by or "",
        ", ".join(note.drivers),
        owner(note.owner),
        money(note.arr),
    ]


def _what(note: ChangeNote) -> str:
    if note.to_tier is None:
        said = f"{note.kind}, was {note.from_tier}"
    elif note.from_tier is None or note.from_tier == note.to_tier:
        said = f"{note.kind}, {note.to_tier}"
    else:
        said = f"{note.kind}, {note.from_tier} → {note.to_tier}"
    return f"{said} (correction)" if note.is_correction else said
