"""Accounts at risk with their reasons and actions, and lifts that run, started and ended."""

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
from flows.words import RISKS, SILENCE_SUSPENDED, help_in_words, in_words
from transforms.month import Month
from transforms.plurals import pluralize


def risk(facts: Facts) -> Section:
    """Show who is at risk, and lifts and recoveries."""
    lifted = facts.lifted.row(0, named=True)
    lifts = facts.portfolio.select("month").join(facts.lifts, on="month", how="left").sort("month").fill_null(0)
    has_lifts = bool(lifts["started"].sum() or lifts["ended"].sum())
    has_risks = not facts.risks.is_empty()
    shown = [table for table in (_by_reason(facts), _dearest(facts), _recovered(facts)) if table.rows]
    is_worth_tiles = has_lifts or has_risks or lifted["lifted"] or lifted["is_silence_suspended"]
    return Section(
        name="risk",
        title="At risk, lifts and recoveries",
        lead="An account is at risk where its contract has lapsed, where nothing is used, or where its health is poor "
        "or falls fast; each has an action. An ill account that can pay for it gets the care of a higher tier for some "
        "months: a risk lift. Bars above the line are lifts that started in a month, bars below it are lifts that "
        "ended, by recovery or because their time was up.",
        tiles=_tiles(facts, lifted) if is_worth_tiles else [],
        figures=[_figure(lifts)] if has_lifts else [],
        tables=shown,
        note="" if has_lifts or shown else "Nobody is at risk, and no lift ran in the months shown.",
    )


def _tiles(facts: Facts, lifted: dict[str, Any]) -> list[Tile]:
    currency, risks = facts.origin.currency, facts.risks
    at_risk = f"with an ARR of {money(float(risks['arr'].sum()), currency)}"
    tiles = [
        Tile("at risk", count(int(risks["accounts"].sum())), at_risk),
        Tile("lifted now", count(lifted["lifted"]), f"with an ARR of {money(lifted['lifted_arr'], currency)}"),
    ]
    if lifted["is_silence_suspended"]:
        tiles.append(Tile("silent", count(lifted["silent"]), SILENCE_SUSPENDED))
    return tiles


def _by_reason(facts: Facts) -> Table:
    return Table(
        "Accounts at risk, by reason",
        ["reason", "accounts", f"ARR in {facts.origin.currency}"],
        [
            [in_words(reason, RISKS), count(accounts), money(arr)]
            for reason, accounts, arr in facts.risks.select("reason", "accounts", "arr").iter_rows()
        ],
    )


def _dearest(facts: Facts) -> Table:
    rows: list[list[str | Cell]] = [
        [
            account(row["name"], row["account_id"]),
            in_words(row["reason"], RISKS),
            str(Month.of(row["reason_since_month"])),
            help_in_words(row),
            tier(row["tier"], ""),
            owner(row["owner"]),
            points(row["health"]),
            money(row["arr"]),
        ]
        for row in facts.dearest.iter_rows(named=True)
    ]
    left_out = int(facts.risks["accounts"].sum()) - len(rows)
    query = f"select * from account_risks where month = '{facts.origin.month.first_day}' order by arr desc"
    return Table(
        "The dearest accounts at risk, of each reason",
        ["account", "reason", "since", "what is done", "tier", "owner", "health", f"ARR in {facts.origin.currency}"],
        rows,
        words=6,
        left_out=f"{pluralize(left_out, 'smaller account')} not shown. All of them:" if left_out else "",
        command=query if left_out else "",
    )


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
