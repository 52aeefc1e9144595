"""Lifts that started and ended, by month: starts above the line, ends below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.report.charts.months import month_axis
from flows.report.charts.theme import INK, LIFT_COLOURS, finished, marks_of

HEIGHT = 220


def lifts_by_month(months: Sequence[str], started: Sequence[int], ended: Sequence[int]) -> dict[str, Any]:
    """Draw lifts.

    Args:
        months: The names of the months, oldest first.
        started: How many lifts started in each.
        ended: How many ended in each.
    """
    import altair as alt

    rows = [
        {"month": month, "what": what, "number": sign * number}
        for what, sign, numbers in (("started", 1, started), ("ended", -1, ended))
        for month, number in zip(months, numbers, strict=True)
    ]
    base = marks_of(rows).encode(
        x=month_axis(months),
        y=alt.Y(
            "number:Q",
            title="ended  |  started",
            axis=alt.Axis(labelExpr="format(abs(datum.value), ',')", tickMinStep=1, tickCount=6, domain=False),
        ),
    )
    colours = alt.Scale(domain=list(LIFT_COLOURS), range=list(LIFT_COLOURS.values()))
    line = marks_of([{"number": 0}]).mark_rule(color=INK).encode(y="number:Q")
    return finished([base.mark_bar().encode(color=alt.Color("what:N", scale=colours)), line], HEIGHT)
