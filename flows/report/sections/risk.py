"""Accounts in poor health: lifts that run, started and ended."""

from __future__ import annotations

from typing import Any

import polars as pl

from flows.report.blocks import Cell, Figure, Section, Table, Tile
from flows.report.charts.lifts import HEIGHT, lifts_by_month
from flows.report.charts.theme import LIFT_COLOURS
from flows.report.numbers import count, money, points, short_month
from flows.report.reading.facts import Facts
from flows.report.reading.moves import moves_query
from flows.report.sections.naming import account, owner, tier
from transforms.month import Month
from transforms.plurals import pluralize


def risk(facts: Facts) -> Section:
    """Show lifts and recoveries."""
    running = facts.running.row(0, named=True)
    lifts = facts.portfolio.select("month").join(facts.lifts, on="month", how="left").sort("month").fill_null(0)
    has_lifts = bool(lifts["started"].sum() or lifts["ended"].sum())
    tables = [_lifted(facts, running), _recovered(facts)]
    shown = [table for table in tables if table.rows]
    return Section(
        name="risk",
        title="Risk lifts and recoveries",
        lead="An account whose health is poor or falls fast gets the care of a higher tier for a while: a risk lift. "
        "Bars above the line are lifts that started in a month, bars below it are lifts that ended, by recovery or "
        "because their time was up.",
        tiles=_tiles(running, facts.origin.currency) if has_lifts or any(running.values()) else [],
        figures=[_figure(lifts)] if has_lifts else [],
        tables=shown,
        note="" if has_lifts or shown else "No lift ran in the months shown.",
    )


def _tiles(running: dict[str, Any], currency: str) -> list[Tile]:
    return [
        Tile("lifted now", count(running["lifted"]), f"with an ARR of {money(running['lifted_arr'], currency)}"),
        Tile("not lifted", count(running["unpaid"]), "their gross profit cannot pay for the lift that they need"),
        Tile("chronic", count(running["chronic"]), "in poor health for long: they need a person, not another lift"),
    ]


def _figure(lifts: pl.DataFrame) -> Figure:
    months = [Month.of(day) for day in lifts["month"]]
    started, ended = lifts["started"].to_list(), lifts["ended"].to_list()
    return Figure(
        name="lifts",
        title="Lifts that started and ended, by month",
        says=f"In {short_month(months[-1])} {pluralize(started[-1], 'lift')} started and {count(ended[-1])} ended. "
        f"Over the {pluralize(len(months), 'month')} {count(sum(started))} started and {count(sum(ended))} ended.",
        spec=lifts_by_month([short_month(month) for month in months], started, ended),
        table=Table(
            "Lifts by month",
            ["month", "started", "ended"],
            [
                [str(month), count(up), count(down)]
                for month, up, down in reversed(list(zip(months, started, ended, strict=True)))
            ],
        ),
        height=HEIGHT,
        legend=[(colour, f"lifts that {what}") for what, colour in LIFT_COLOURS.items()],
    )


def _lifted(facts: Facts, running: dict[str, Any]) -> Table:
    rows: list[list[str | Cell]] = [
        [
            account(row["name"], row["account_id"]),
            tier(row["tier"], "") + ("" if row["is_lifted"] else ", not lifted: cannot pay for it"),
            str(Month.of(row["lift_started_month"])),
            owner(row["owner"]),
            points(row["health_1_month_ago"]),
            points(row["health"]),
            money(row["arr"]),
        ]
        for row in facts.lifted.iter_rows(named=True)
    ]
    left_out = running["lifted"] + running["unpaid"] - len(rows)
    query = (
        f"select * from account_tiers where month = '{facts.origin.month.first_day}' "
        "and lift_started_month is not null order by arr desc"
    )
    return Table(
        "The largest accounts in poor health, with the health of the month before and now",
        ["account", "tier", "since", "owner", "health before", "health now", f"ARR in {facts.origin.currency}"],
        rows,
        words=4,
        left_out=f"{pluralize(left_out, 'smaller account')} not shown. All of them:" if left_out else "",
        command=query if left_out else "",
    )


def _recovered(facts: Facts) -> Table:
    ended = facts.recovered
    left_out = ended.total - len(ended.shown)
    return Table(
        "The largest accounts whose lift ended this month",
        ["account", "tier", "what made it, scores in points", "owner", f"ARR in {facts.origin.currency}"],
        [
            [
                account(note.name, note.account_id),
                f"{note.from_tier} → {note.to_tier}" if note.from_tier != note.to_tier else f"stays {note.to_tier}",
                ", ".join(note.drivers),
                owner(note.owner),
                money(note.arr),
            ]
            for note in ended.shown
        ],
        words=4,
        left_out=f"{pluralize(left_out, 'smaller account')} not shown. All of them:" if left_out else "",
        command=moves_query(facts.origin.month, ("lift_ended",)) if left_out else "",
    )
