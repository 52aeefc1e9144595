"""How the portfolio divides into tiers, by month."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from flows.report.blocks import Figure, Section, Table
from flows.report.charts.mix import HEIGHT, tier_mix
from flows.report.charts.theme import TIER_COLOURS, TIERS
from flows.report.numbers import count, money, share, short_month
from flows.report.reading.facts import Facts
from flows.report.reading.history import SHOWN_MONTHS
from flows.words import TIERS as TIER_WORDS
from transforms.month import Month


def mix(facts: Facts) -> Section:
    """Show the mix by accounts and by ARR."""
    currency = facts.origin.currency
    return Section(
        name="mix",
        title="Tier mix over time",
        lead="Each bar is a month; its parts are the tiers, high touch on top. The shares next to the last bar are "
        "this month's. Few accounts with much ARR should be in high touch, many with little in low touch. "
        + (f"The newest {SHOWN_MONTHS} months are shown." if facts.portfolio.height >= SHOWN_MONTHS else ""),
        figures=[
            _figure(facts.portfolio, "accounts", "Accounts by tier", "accounts", count),
            _figure(facts.portfolio, "arr", f"ARR by tier, in {currency}", "ARR", money),
        ],
    )


def _figure(
    portfolio: pl.DataFrame, what: str, title: str, axis: str, written: Callable[[float | None], str]
) -> Figure:
    numbers = portfolio.select(*(pl.col(f"{tier}_{what}").alias(tier) for tier in TIERS))
    months = [Month.of(day) for day in portfolio["month"]]
    rows = [
        [str(month), *(written(row[tier]) for tier in TIERS), written(sum(row.values()))]
        for month, row in zip(months, numbers.iter_rows(named=True), strict=True)
    ]
    return Figure(
        name=f"mix-{what}",
        title=title,
        says=_says(months, numbers, axis, written),
        spec=tier_mix([short_month(month) for month in months], numbers, axis),
        table=Table(title, ["month", *(TIER_WORDS[tier] for tier in TIERS), "all"], rows[::-1]),
        height=HEIGHT,
        width="half",
        legend=[(TIER_COLOURS[tier], TIER_WORDS[tier]) for tier in TIERS],
    )


def _says(months: list[Month], numbers: pl.DataFrame, axis: str, written: Callable[[float | None], str]) -> str:
    def described(place: int) -> str:
        row = numbers.row(place, named=True)
        whole = sum(row.values())
        parts = ", ".join(f"{TIER_WORDS[tier]} {share(row[tier], whole)}" for tier in TIERS)
        return f"In {short_month(months[place])} {axis} came to {written(whole)}: {parts}."

    return described(-1) if len(months) == 1 else f"{described(-1)} {described(0)}"
