"""Value against health: how many accounts of a tier are in each cell, and where the most valuable ones are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from flows.report.charts.spread import spread
from flows.report.charts.theme import FONT_SIZE, INK, PAPER, SOFT, TIER_COLOURS, finished, marks_of
from flows.report.reading.portfolio_map import CELL_POINTS

if TYPE_CHECKING:
    import altair as alt

HEIGHT = 300

_LABEL_X = 112
_LARGEST_PIXELS = 26


def tier_map(cells: pl.DataFrame, marked: pl.DataFrame, tier: str, largest: int) -> dict[str, Any]:
    """Draw the map of one tier.

    Args:
        cells: The tier's cells: value and health (lower ends, in points), accounts.
        marked: Accounts to mark: value, health and the number that names them in the list next to the map.
        tier: The tier.
        largest: The number of accounts in the fullest cell of all tiers, since all maps share one scale.
    """
    import altair as alt

    half = CELL_POINTS / 2
    placed = cells.select(x=pl.col("value") + half, y=pl.col("health") + half, accounts=pl.col("accounts"))
    largest_size = {"expr": f"pow(min(width / {100 / CELL_POINTS + 2}, {_LARGEST_PIXELS}), 2)"}
    circles = (
        marks_of(placed.to_dicts())
        .mark_point(filled=True, opacity=0.9, color=TIER_COLOURS[tier], stroke=PAPER, strokeWidth=0.5)
        .encode(
            x=_axis(alt.X, "x", "value, in points"),
            y=_axis(alt.Y, "y", "health, in points"),
            size=alt.Size("accounts:Q", scale=alt.Scale(domain=[0, largest], range=[12, largest_size]), legend=None),
        )
    )
    return finished([circles, *_marks(marked)], HEIGHT)


def _axis(channel: Any, name: str, title: str) -> Any:
    import altair as alt

    # The value axis continues to the right of 100, to leave room for the numbers of marked accounts.
    end = 118 if channel is alt.X else 100
    return channel(
        f"{name}:Q",
        scale=alt.Scale(domain=[0, end], nice=False),
        axis=alt.Axis(title=title, values=list(range(0, 101, 20)), domain=False),
    )


def _marks(marked: pl.DataFrame) -> list[alt.Chart]:
    import altair as alt

    # Of accounts in the same place the one with the largest ARR is on top.
    marked = marked.reverse()
    line = 100 * (FONT_SIZE + 2) / HEIGHT
    places = spread(marked["health"].to_list(), line, line / 2, 100 - line / 2)
    rows = [
        {
            "x": round(row["value"], 2),
            "y": round(row["health"], 2),
            "label_x": _LABEL_X,
            "label_y": round(place, 2),
            "number": str(row["number"]),
        }
        for row, place in zip(marked.iter_rows(named=True), places, strict=True)
    ]
    chart = marks_of(rows)
    here = {"x": _axis(alt.X, "x", "value, in points"), "y": _axis(alt.Y, "y", "health, in points")}
    return [
        chart.mark_rule(color=SOFT, strokeWidth=0.7).encode(**here, x2="label_x:Q", y2="label_y:Q"),
        chart.mark_point(filled=True, shape="diamond", size=70, color=INK, stroke=PAPER, opacity=1).encode(**here),
        chart.mark_text(align="left", baseline="middle", dx=3, fontWeight="bold").encode(
            x=alt.X("label_x:Q"), y=alt.Y("label_y:Q"), text="number:N"
        ),
    ]
