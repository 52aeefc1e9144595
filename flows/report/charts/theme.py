"""The common style of all charts: colours, fonts, and how they fit the page.

Colours are names of CSS variables that the page sets, so that a chart follows the reader's colour scheme, and that
of paper, without being redrawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

INK = "var(--ink)"
SOFT = "var(--soft)"
LINE = "var(--line)"
PAPER = "var(--paper)"

TIERS = ("high_touch", "mid_touch", "low_touch")
"""The tiers as they are shown: the highest first."""

TIER_COLOURS = {"high_touch": "var(--tier-high)", "mid_touch": "var(--tier-mid)", "low_touch": "var(--tier-low)"}
MOVE_COLOURS = {"up": "var(--up)", "down": "var(--down)", "new": "var(--new)", "left": "var(--left)"}
LIFT_COLOURS = {"started": "var(--down)", "ended": "var(--up)"}

FONT_SIZE = 12
LARGE_AMOUNTS = "replace(format(datum.value, '~s'), 'G', 'B')"
"""Labels of an axis of large numbers: 150M, 1.2B."""


def marks_of(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """Start a chart from rows, which are embedded into the page."""
    import altair as alt

    return alt.Chart(alt.InlineData(values=list(rows)))


def finished(layers: Sequence[alt.Chart], height: int) -> dict[str, Any]:
    """Layer marks and apply the page's style to them.

    Args:
        layers: The marks, the lowest first.
        height: The height in CSS pixels; the width is the page's.

    Returns:
        The Vega-Lite specification.
    """
    import altair as alt

    text: dict[str, Any] = {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "labelFontSize": FONT_SIZE,
        "titleFontSize": FONT_SIZE,
        "titleFontWeight": "normal",
    }
    # All at once, since each property added to a chart later copies it with all of its rows.
    chart = alt.layer(
        *layers,
        width="container",
        height=height,
        # Texts may be a little wider than estimated.
        padding={"left": 4, "top": 4, "right": 10, "bottom": 4},
        autosize={"type": "fit-x", "contains": "padding"},
        config=alt.Config(
            font="system-ui, sans-serif",
            background="transparent",
            axis=alt.AxisConfig(**text, domainColor=LINE, tickColor=LINE, gridColor=LINE),
            # The legend is part of the page, where it wraps on a phone.
            legend=alt.LegendConfig(disable=True),
            text=alt.MarkConfig(fontSize=FONT_SIZE, color=INK),
            view=alt.ViewConfig(stroke=None),
        ),
    )
    # Validating takes longer than all else, and what the charts are made of is checked by tests.
    return dict(chart.to_dict(validate=False))
