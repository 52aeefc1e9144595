"""Value against health, tier by tier."""

from __future__ import annotations

import polars as pl

from flows.report.blocks import Figure, Section, Table
from flows.report.charts.portfolio_map import HEIGHT, tier_map
from flows.report.charts.theme import TIERS
from flows.report.numbers import count, money, points, share
from flows.report.reading.facts import Facts
from flows.report.reading.portfolio_map import CELL_POINTS
from flows.report.sections.naming import account, owner
from flows.words import TIERS as TIER_WORDS
from flows.words import in_words
from transforms.plurals import pluralize

_ILL_BELOW = 50
"""The threshold of poor health in the words next to a map: half of the points."""


def portfolio_map(facts: Facts) -> Section:
    """Show accounts by value and health, and name the most valuable ones."""
    found = facts.portfolio_map
    marked = found.most_valuable.with_row_index("number", offset=1)
    largest = 0 if found.cells.is_empty() else int(found.cells["accounts"].max() or 0)  # type: ignore[arg-type]
    figures = [
        _figure(of_tier, marked.filter(pl.col("tier") == tier), tier, largest)
        for tier in TIERS
        for of_tier in [found.cells.filter(pl.col("tier") == tier)]
        if not of_tier.is_empty()
    ]
    return Section(
        name="map",
        title="Value against health",
        lead="Accounts with much revenue are on the right, healthy ones at the top. The size of a circle is the number "
        f"of accounts within {CELL_POINTS} points of value and of health. Bottom right is revenue at risk. Diamonds "
        "with a number are the accounts with the largest ARR, listed below.",
        figures=figures,
        tables=[_named(marked, facts.origin.currency)] if figures else [],
        note=_note(found.unplaced, has_figures=bool(figures)),
    )


def _note(unplaced: int, *, has_figures: bool) -> str:
    if not has_figures:
        return "No account has both a value and a health score this month."
    return f"{pluralize(unplaced, 'account')} not drawn for lack of a value or health score." if unplaced else ""


def _figure(cells: pl.DataFrame, marked: pl.DataFrame, tier: str, largest: int) -> Figure:
    accounts = int(cells["accounts"].sum())
    ill = cells.filter(pl.col("health") < _ILL_BELOW)
    name = TIER_WORDS[tier]
    return Figure(
        name=f"map-{tier.replace('_', '-')}",
        title=f"{name.capitalize()}: {pluralize(accounts, 'account')}",
        says=f"Of {pluralize(accounts, 'account')} in {name}, {count(int(ill['accounts'].sum()))} "
        f"({share(float(ill['accounts'].sum()), accounts)}) have a health below {_ILL_BELOW} points, with "
        f"{share(float(ill['arr'].sum()), float(cells['arr'].sum()))} of the ARR that is drawn.",
        spec=tier_map(cells, marked, tier, largest),
        table=Table(
            f"{name.capitalize()}: accounts by value and health",
            ["value", "health", "accounts", "ARR"],
            [
                [_range(row["value"]), _range(row["health"]), count(row["accounts"]), money(row["arr"])]
                for row in cells.sort("value", "health", descending=True).iter_rows(named=True)
            ],
            words=2,
        ),
        height=HEIGHT,
        width="third",
    )


def _range(start: int) -> str:
    return f"{start} to {start + CELL_POINTS}"


def _named(marked: pl.DataFrame, currency: str) -> Table:
    return Table(
        "The accounts with the largest ARR, by their number in the maps",
        ["number", "account", "tier", "owner", "value", "health", f"ARR in {currency}"],
        [
            [
                str(row["number"]),
                account(row["name"], row["account_id"]),
                in_words(row["tier"], TIER_WORDS),
                owner(row["owner"]),
                points(row["value"]),
                points(row["health"]),
                money(row["arr"]),
            ]
            for row in marked.iter_rows(named=True)
        ],
        words=4,
    )
