"""The portfolio by tier, month by month, as stacked bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from flows.report.charts.months import month_axis
from flows.report.charts.spread import spread
from flows.report.charts.theme import FONT_SIZE, LARGE_AMOUNTS, PAPER, TIER_COLOURS, TIERS, finished, marks_of
from flows.report.numbers import percent
from flows.words import TIERS as TIER_WORDS

HEIGHT = 260


def tier_mix(months: Sequence[str], numbers: pl.DataFrame, title: str) -> dict[str, Any]:
    """Draw one bar per month, the highest tier on top, with the shares of the last month next to it.

    Args:
        months: The names of the months, oldest first.
        numbers: One row per month in the same order, and a column per tier.
        title: The quantity, as title of the axis.
    """
    import altair as alt

    rows = [
        {"month": month, "tier": TIER_WORDS[tier], "place": place, "number": number}
        for place, tier in enumerate(TIERS)
        for month, number in zip(months, numbers[tier], strict=True)
    ]
    x = month_axis(months)
    colours = alt.Scale(domain=[TIER_WORDS[tier] for tier in TIERS], range=[TIER_COLOURS[tier] for tier in TIERS])
    bars = (
        marks_of(rows)
        .mark_bar(stroke=PAPER, strokeWidth=1)
        .encode(
            x=x,
            y=alt.Y("number:Q", title=title, axis=alt.Axis(labelExpr=LARGE_AMOUNTS, tickCount=5, domain=False)),
            color=alt.Color("tier:N", scale=colours),
            # The first one is on top of the stack.
            order=alt.Order("place:Q", sort="descending"),
        )
    )
    labels = (
        marks_of(_labels(months[-1], numbers))
        .mark_text(align="left", baseline="middle", dx=6)
        .encode(x=alt.X("month:O", sort=list(months), bandPosition=1), y="place:Q", text="text:N")
    )
    return finished([bars, labels], HEIGHT)


def _labels(month: str, numbers: pl.DataFrame) -> list[dict[str, Any]]:
    last = [float(numbers[tier][-1] or 0.0) for tier in TIERS]
    total = sum(last)
    if not total:
        return []
    middles = [sum(last[place + 1 :]) + last[place] / 2 for place in range(len(TIERS))]
    top = max(float(row) for row in numbers.select(pl.sum_horizontal(TIERS)).to_series())
    line = top * (FONT_SIZE + 3) / HEIGHT
    places = spread(middles, line, line / 2, top)
    return [
        {"month": month, "place": place, "text": f"{TIER_WORDS[tier].split()[0]} {percent(number / total)}"}
        for tier, number, place in zip(TIERS, last, places, strict=True)
    ]
