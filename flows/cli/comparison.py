"""A comparison of two results of a month, as tables for a terminal and as records for a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.escaping import escape_controls
from flows.words import TIERS, in_words
from transforms.contracts.model import TIERS as RANKED
from transforms.plurals import pluralize
from transforms.tiers.comparison import Comparison

_OUT = "not in scope"
_SIDES = ("former", "present")


def records_of(comparison: Comparison) -> dict[str, list[dict[str, Any]]]:
    """Return a comparison as records for JSON output: ``matrix`` and ``changed``, in full."""
    return {"matrix": comparison.matrix.to_dicts(), "changed": comparison.changed.to_dicts()}


def show_comparison(console: Console, comparison: Comparison, limit: int) -> None:
    """Print which accounts moved between tiers, and the largest ones that changed.

    Args:
        console: The console; it must print text literally.
        comparison: The comparison. Where ``changed`` also has priority or health, each as former_ and present_, these
            are shown too.
        limit: How many accounts are shown at most; what is left out is counted.
    """
    changed = comparison.changed
    if comparison.matrix.is_empty():
        console.print("Neither side has an account in scope.")
        return
    console.print("From (rows) to (columns), accounts and their ARR:")
    console.print(_matrix(comparison.matrix))
    if changed.is_empty():
        console.print("No account's tier or base tier differs.")
        return
    has_or_have = "has" if changed.height == 1 else "have"
    console.print(f"{pluralize(changed.height, 'account')} {has_or_have} another tier or base tier:")
    if limit > 0:
        console.print(_accounts(changed.head(limit)))
    if changed.height > limit:
        console.print(f"Not shown: {changed.height - limit:,} more; --limit N shows more, --json all of them.")


def _matrix(matrix: pl.DataFrame) -> Table:
    ranked = [*RANKED, None]
    cells = {(row["former_tier"], row["present_tier"]): row for row in matrix.iter_rows(named=True)}
    rows, columns = ([tier for tier in ranked if tier in set(matrix[f"{side}_tier"])] for side in _SIDES)
    table = Table("", *(_tier(tier) for tier in columns), box=SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.justify = "right"
    for former in rows:
        shown = [_cell(cells.get((former, present)), is_same=former == present) for present in columns]
        table.add_row(_tier(former), *shown)
    return table


def _cell(cell: Mapping[str, Any] | None, *, is_same: bool) -> Text:
    if cell is None:
        return Text("-", style="dim")
    arr = cell["former_arr"] if cell["present_tier"] is None else cell["present_arr"]
    return Text(f"{cell['accounts']:,} ({arr:z,.0f})", style="dim" if is_same else "bold")


def _accounts(changed: pl.DataFrame) -> Table:
    scores = [name for name in ("priority", "health") if f"former_{name}" in changed.columns]
    table = Table("account", "ARR", "tier", "base tier", "decided by", "reasons", *scores, box=SIMPLE_HEAD)
    # A truncated id cannot be looked up.
    table.columns[0].overflow = "fold"
    for column in (table.columns[1], *table.columns[6:]):
        column.justify = "right"
    for row in changed.iter_rows(named=True):
        table.add_row(
            escape_controls(row["account_id"]),
            f"{row['arr']:z,.0f}",
            *(_move(*(_tier(row[f"{side}_{name}"]) for side in _SIDES)) for name in ("tier", "base_tier")),
            *(_move(*(_codes(row[f"{side}_{name}"]) for side in _SIDES)) for name in ("decided_by", "reasons")),
            *(_move(*(_points(row[f"{side}_{name}"]) for side in _SIDES)) for name in scores),
        )
    return table


def _move(former: str, present: str) -> str:
    return former if former == present else f"{former} to {present}"


def _tier(tier: str | None) -> str:
    return _OUT if tier is None else in_words(tier, TIERS)


def _codes(written: str | None) -> str:
    return "-" if written is None else escape_controls(written.replace(",", ", "))


def _points(value: float | None) -> str:
    return "-" if value is None else f"{value:z.1f}"
