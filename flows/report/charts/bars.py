"""Horizontal bars with their numbers next to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flows.report.charts.theme import finished, marks_of

_BAR_PIXELS = 24
_GROUP_PIXELS = 16
_AROUND_PIXELS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar.

    Attributes:
        group: The group that it belongs to.
        name: Its name in the group; empty if each group has one bar.
        number: Its length.
        text: The text next to it.
        colour: Its colour, a CSS value.
    """

    group: str
    name: str
    number: float
    text: str
    colour: str


def height_of(bars: Sequence[Bar]) -> int:
    """Return the height of the chart of some bars in CSS pixels."""
    groups = len({bar.group for bar in bars})
    spaces = groups * _GROUP_PIXELS if len(bars) > groups else 0
    return _BAR_PIXELS * len(bars) + spaces + _AROUND_PIXELS


def horizontal_bars(bars: Sequence[Bar]) -> dict[str, Any]:
    """Draw bars in their order, those of a group close to each other.

    Args:
        bars: The bars, at least one; their texts say what they are, so that no reader depends on colours.
    """
    import altair as alt

    rows = [
        {"group": bar.group, "bar": bar.name, "number": bar.number, "text": bar.text, "colour": bar.colour}
        for bar in bars
    ]
    longest = max(*(bar.number for bar in bars), 0.0) or 1.0
    lowest = min(*(bar.number for bar in bars), 0.0)
    is_grouped = any(bar.name for bar in bars)
    groups = list(dict.fromkeys(bar.group for bar in bars))
    encoding: dict[str, Any] = {
        "y": alt.Y(
            "group:N",
            sort=groups,
            title=None,
            axis=alt.Axis(labelLimit=118, ticks=False, domain=False, labelPadding=6),
            scale=alt.Scale(paddingInner=0.28 if is_grouped else 0.15, paddingOuter=0.1),
        ),
        "x": alt.X("number:Q", axis=None, scale=alt.Scale(domain=[lowest, longest], nice=False)),
    }
    if is_grouped:
        encoding["yOffset"] = alt.YOffset("bar:N", sort=list(dict.fromkeys(bar.name for bar in bars)))
    base = marks_of(rows).encode(**encoding)
    drawn = base.mark_bar().encode(color=alt.Color("colour:N", scale=None))
    texts = base.mark_text(align="left", baseline="middle", dx=5).encode(text="text:N")
    return finished([drawn, texts], height_of(bars))
