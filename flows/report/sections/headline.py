"""The figures of the month, against the month before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows.report.blocks import Section, Tile
from flows.report.charts.theme import TIERS
from flows.report.numbers import change, count, growth, mean_points, money, month_name, share
from flows.report.reading.facts import Facts
from flows.words import TIERS as TIER_WORDS
from transforms.month import Month
from transforms.plurals import pluralize

Row = Mapping[str, Any]


def headline(facts: Facts) -> Section:
    """Show the size of the portfolio and how much of it moved."""
    month, currency = facts.origin.month, facts.origin.currency
    now = facts.portfolio.row(-1, named=True)
    before = _before(facts.portfolio, month)
    return Section(
        name="headline",
        title="The month in figures",
        lead=_lead(facts, now, before),
        tiles=[
            Tile("accounts", count(now["accounts"]), _changed(now, before, "accounts")),
            Tile("ARR", money(now["arr"], currency), growth(now["arr"], None if before is None else before["arr"])),
            *(_tier(tier, now, before, currency) for tier in TIERS),
            Tile("changed their tier", count(_moved(facts.movements)), _kinds(now)),
            Tile("with a risk lift", count(facts.lifted["lifted"].item()), _lifts(facts, month)),
            Tile("new accounts", count(now["entries"]), "not in scope the month before"),
            Tile("accounts left", count(now["exits"]), _left(facts.movements, currency)),
            Tile("mean health", mean_points(now["health_mean"]), _health(now, before)),
        ],
    )


def _before(portfolio: pl.DataFrame, month: Month) -> Row | None:
    """Return the month before; None if it is not published."""
    found = portfolio.filter(pl.col("month") == (month - 1).first_day)
    return None if found.is_empty() else found.row(0, named=True)


def _lead(facts: Facts, now: Row, before: Row | None) -> str:
    month = facts.origin.month
    lead = (
        f"At the end of {month_name(month)} {pluralize(now['accounts'], 'account was', 'accounts were')} in scope. "
        f"Amounts are in {facts.origin.currency} per year unless stated otherwise. "
    )
    if before is None:
        return lead + "This is the first published month, so there is nothing to compare it with."
    return lead + f"The line below each figure compares it with {month_name(month - 1)}."


def _changed(now: Row, before: Row | None, column: str) -> str:
    return change(now[column], None if before is None else before[column])


def _tier(tier: str, now: Row, before: Row | None, currency: str) -> Tile:
    arr = f"{money(now[f'{tier}_arr'], currency)}, {share(now[f'{tier}_arr'], now['arr'])} of ARR"
    changed = _changed(now, before, f"{tier}_accounts")
    return Tile(TIER_WORDS[tier], count(now[f"{tier}_accounts"]), f"{arr}; {changed}" if changed else arr)


def _moved(movements: pl.DataFrame) -> int:
    """Count accounts that are in scope in both months and changed their tier."""
    is_there = pl.col("from_tier").is_not_null() & pl.col("to_tier").is_not_null()
    return int(movements.filter(is_there & (pl.col("from_tier") != pl.col("to_tier")))["accounts"].sum())


def _kinds(now: Row) -> str:
    promotions, demotions = now["promotions"], now["demotions"]
    if not promotions and not demotions:
        return "no promotions or demotions"
    return f"{pluralize(promotions, 'promotion')} and {pluralize(demotions, 'demotion')}; lifts count, too"


def _lifts(facts: Facts, month: Month) -> str:
    found = facts.lifts.filter(pl.col("month") == month.first_day)
    started, ended = (0, 0) if found.is_empty() else found.select("started", "ended").row(0)
    if not started and not ended:
        return "no lifts started or ended this month"
    return f"{pluralize(started, 'lift')} started this month, {count(ended)} ended"


def _left(movements: pl.DataFrame, currency: str) -> str:
    exits = movements.filter(pl.col("to_tier").is_null())
    return "" if exits.is_empty() else f"with an ARR of {money(float(exits['arr'].sum()), currency)}"


def _health(now: Row, before: Row | None) -> str:
    if before is None or before["health_mean"] is None or now["health_mean"] is None:
        return "of 100 points"
    return f"of 100 points, after {mean_points(before['health_mean'])}"
