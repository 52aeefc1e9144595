"""Movements from the tiers of the month before to those of this month."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from flows.report.blocks import Cell, Figure, Section, Table
from flows.report.charts.flow import HEIGHT, Flow, movement_flow
from flows.report.charts.theme import MOVE_COLOURS, TIERS
from flows.report.numbers import count, money
from flows.report.reading.facts import Facts
from flows.report.sections.naming import tier
from transforms.plurals import pluralize

_CAME = "new"
_LEFT = "left"
_MARKS = {"up": "▲ ", "down": "▼ ", "new": "+ ", "left": "× ", "stay": ""}
_SAID = {"up": "moved up", "down": "moved down", "new": "new", "left": "left"}


def movements(facts: Facts) -> Section:
    """Show the movements as a flow and as a matrix."""
    flows = _flows(facts.movements)
    moving = [flow for flow in flows if flow.kind != "stay"]
    stayed = sum(flow.accounts for flow in flows if flow.kind == "stay")
    return Section(
        name="movements",
        title="Movements",
        lead="The tier of the month before is on the left, that of this month on the right. The width of a band is the "
        "number of accounts that moved that way. "
        + (f"The {pluralize(stayed, 'account')} that stayed in their tier are not drawn." if stayed else ""),
        figures=[_figure(moving)] if moving else [],
        tables=[_matrix(facts.movements, facts.origin.currency)],
        note="" if moving else "No account arrived, left or changed its tier this month.",
    )


def kind_of(former: str | None, present: str | None) -> str:
    """Return which way accounts went: ``up``, ``down``, ``new``, ``left`` or ``stay``."""
    if former is None:
        return "new"
    if present is None:
        return "left"
    if former == present:
        return "stay"
    return "up" if TIERS.index(present) < TIERS.index(former) else "down"


def _flows(found: pl.DataFrame) -> list[Flow]:
    cells = {(row["from_tier"], row["to_tier"]): row["accounts"] for row in found.iter_rows(named=True)}
    ranked: Sequence[str | None] = [*TIERS, None]
    return [
        Flow(tier(former, _CAME), tier(present, _LEFT), kind_of(former, present), cells[former, present])
        for former in ranked
        for present in ranked
        if (former, present) in cells
    ]


def _figure(moving: Sequence[Flow]) -> Figure:
    starts = [*(tier(code, "") for code in TIERS), _CAME]
    ends = [*(tier(code, "") for code in TIERS), _LEFT]
    table = Table(
        "Movements between tiers",
        ["from", "to", "accounts"],
        [[flow.start, flow.end, count(flow.accounts)] for flow in moving],
        words=2,
    )
    sums = {kind: sum(flow.accounts for flow in moving if flow.kind == kind) for kind in _SAID}
    largest = max(moving, key=lambda flow: flow.accounts)
    return Figure(
        name="flow",
        title="From last month's tiers to this month's",
        says=", ".join(f"{pluralize(number, 'account')} {_SAID[kind]}" for kind, number in sums.items() if number)
        + f". The widest band: {pluralize(largest.accounts, 'account')} from {largest.start} to {largest.end}.",
        spec=movement_flow(moving, starts, ends),
        table=table,
        height=HEIGHT,
        legend=[(MOVE_COLOURS[kind], said) for kind, said in _SAID.items() if sums[kind]],
    )


def _matrix(found: pl.DataFrame, currency: str) -> Table:
    cells = {(row["from_tier"], row["to_tier"]): row for row in found.iter_rows(named=True)}
    ranked: Sequence[str | None] = [*TIERS, None]
    froms = [code for code in ranked if any(pair[0] == code for pair in cells)]
    tos = [code for code in ranked if any(pair[1] == code for pair in cells)]

    def cell(former: str | None, present: str | None) -> Cell:
        row = cells.get((former, present))
        if row is None:
            return Cell("")
        kind = kind_of(former, present)
        return Cell(f"{_MARKS[kind]}{count(row['accounts'])} · {money(row['arr'])}", kind=kind)

    return Table(
        f"Accounts and their ARR in {currency}: each row is a tier of the month before, each column one of this month "
        "(▲ moved up, ▼ moved down, + came, × left)",
        ["from", *(f"to {tier(code, _LEFT)}" if code else _LEFT for code in tos)],
        [[tier(former, _CAME), *(cell(former, present) for present in tos)] for former in froms],
    )
