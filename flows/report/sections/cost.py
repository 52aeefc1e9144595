"""Cost to serve by tier, against margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from flows.report.blocks import Figure, Section, Table
from flows.report.charts.bars import Bar, height_of, horizontal_bars
from flows.report.charts.theme import TIERS
from flows.report.numbers import count, money, percent
from flows.report.reading.facts import Facts
from flows.report.sections.naming import account, owner
from flows.words import TIERS as TIER_WORDS
from flows.words import in_words
from transforms.plurals import pluralize

Row = Mapping[str, Any]


def cost(facts: Facts) -> Section:
    """Show cost to serve against margin."""
    currency = facts.origin.currency
    found = {row["tier"]: row for row in facts.cost.tiers.iter_rows(named=True)}
    tiers = [found[tier] for tier in TIERS if tier in found]
    known = [row for row in tiers if row["cost_to_serve"] is not None]
    losses = [_losses(facts)] if facts.cost.total_losses else []
    return Section(
        name="cost",
        title="Cost to serve against margin",
        lead="Gross profit is what remains of an account's ARR before it is served; cost to serve is the time of "
        "support and customer success at their rates. The rest is the margin. A tier whose cost is large compared "
        "with its gross profit gets more service than it pays for.",
        figures=[_figure(known, currency)] if known else [],
        tables=[_table(tiers, currency), *losses] if known else [],
        note=_note(tiers, is_known=bool(known)),
    )


def _note(tiers: Sequence[Row], *, is_known: bool) -> str:
    if not is_known:
        return "Cost to serve is not known: no hours of tickets or touchpoints are recorded."
    unknown = sum(row["accounts"] - row["accounts_with_cost"] for row in tiers)
    return f"{pluralize(unknown, 'account')} with an unknown cost, left out of cost and margin." if unknown else ""


def _figure(known: Sequence[Row], currency: str) -> Figure:
    bars = [
        Bar(TIER_WORDS[row["tier"]], name, row[column], f"{money(row[column], currency)} {name}", colour)
        for row in known
        for name, column, colour in (
            ("gross profit", "gross_profit", "var(--tier-mid)"),
            ("cost to serve", "cost_to_serve", "var(--down)"),
        )
        if row[column] is not None
    ]
    return Figure(
        name="cost",
        title=f"Gross profit and cost to serve by tier, in {currency} per year",
        says=". ".join(
            f"{TIER_WORDS[row['tier']].capitalize()}: cost to serve {money(row['cost_to_serve'], currency)}, "
            f"{percent(row['cost_to_serve_ratio'])} of ARR, margin {money(row['margin'], currency)}"
            for row in known
        )
        + ".",
        spec=horizontal_bars(bars),
        table=Table(
            "Gross profit and cost to serve by tier",
            ["tier", "gross profit", "cost to serve"],
            [[TIER_WORDS[row["tier"]], money(row["gross_profit"]), money(row["cost_to_serve"])] for row in known],
        ),
        height=height_of(bars),
    )


def _table(tiers: Sequence[Row], currency: str) -> Table:
    return Table(
        f"Economics by tier, in {currency} per year",
        ["tier", "accounts", "ARR", "gross profit", "cost to serve", "margin", "cost by ARR"],
        [
            [
                TIER_WORDS[row["tier"]],
                count(row["accounts"]),
                *(money(row[column]) for column in ("arr", "gross_profit", "cost_to_serve", "margin")),
                percent(row["cost_to_serve_ratio"]),
            ]
            for row in tiers
        ],
    )


def _losses(facts: Facts) -> Table:
    losses: pl.DataFrame = facts.cost.losses
    left_out = facts.cost.total_losses - losses.height
    query = (
        f"select * from account_scores where month = '{facts.origin.month.first_day}' and margin < 0 order by margin"
    )
    return Table(
        f"The accounts with the largest loss, in {facts.origin.currency} per year: they cost more than they bring in",
        ["account", "tier", "owner", "ARR", "cost to serve", "margin"],
        [
            [
                account(row["name"], row["account_id"]),
                in_words(row["tier"], TIER_WORDS),
                owner(row["owner"]),
                *(money(row[column]) for column in ("arr", "cost_to_serve", "margin")),
            ]
            for row in losses.iter_rows(named=True)
        ],
        words=3,
        left_out=f"{pluralize(left_out, 'account')} with a smaller loss not shown. All of them:" if left_out else "",
        command=query if left_out else "",
    )
