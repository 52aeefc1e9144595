"""Movements between tiers as bands that flow from the tiers of the month before to those of this month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from flows.report.charts.theme import FONT_SIZE, INK, MOVE_COLOURS, SOFT, finished, marks_of

if TYPE_CHECKING:
    import altair as alt

HEIGHT = 320

_GAP_PIXELS = 34
"""Between the ends of bands: room for two lines of text."""

_STEPS = 24
_NODE_WIDTH = 0.012


@dataclass(frozen=True, slots=True)
class Flow:
    """Accounts that made the same move.

    Attributes:
        start: Where they were, in words.
        end: Where they are, in words.
        kind: ``up``, ``down``, ``new`` or ``left``.
        accounts: How many.
    """

    start: str
    end: str
    kind: str
    accounts: int


def movement_flow(flows: Sequence[Flow], starts: Sequence[str], ends: Sequence[str]) -> dict[str, Any]:
    """Draw bands as wide as there are accounts.

    Args:
        flows: The movements; at least one.
        starts: Where accounts can come from, from top to bottom.
        ends: Where they can be, from top to bottom.
    """
    import altair as alt

    starts = [name for name in starts if any(flow.start == name for flow in flows)]
    ends = [name for name in ends if any(flow.end == name for flow in flows)]
    total = sum(flow.accounts for flow in flows)
    gap = total * _GAP_PIXELS / (HEIGHT - _GAP_PIXELS * max(len(starts), len(ends)))
    tops = _stacked(flows, starts, ends, gap), _stacked(flows, ends, starts, gap, is_end=True)
    height = total + gap * max(len(starts), len(ends))
    y_scale = alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)
    x_scale = alt.Scale(domain=[-0.2, 1.2], nice=False, zero=False)
    layers = [
        _bands(flows, tops, x_scale, y_scale),
        _numbers(flows, tops, height, x_scale, y_scale),
        *_names(flows, starts, tops[0], x_scale, y_scale, is_end=False),
        *_names(flows, ends, tops[1], x_scale, y_scale, is_end=True),
    ]
    return finished([*layers], HEIGHT)


def _stacked(
    flows: Iterable[Flow], names: Sequence[str], others: Sequence[str], gap: float, *, is_end: bool = False
) -> dict[Flow, float]:
    """Return the upper edge of each band on one side."""
    tops: dict[Flow, float] = {}
    edge = gap / 2
    for name in names:
        here = [flow for flow in flows if (flow.end if is_end else flow.start) == name]
        for flow in sorted(here, key=lambda flow: others.index(flow.start if is_end else flow.end)):
            tops[flow] = edge
            edge += flow.accounts
        edge += gap
    return tops


def _bands(
    flows: Sequence[Flow], tops: tuple[dict[Flow, float], dict[Flow, float]], x_scale: alt.Scale, y_scale: alt.Scale
) -> alt.Chart:
    import altair as alt

    rows = []
    for number, flow in enumerate(flows):
        start, end = tops[0][flow], tops[1][flow]
        for step in range(_STEPS + 1):
            x = step / _STEPS
            top = start + (end - start) * x * x * (3 - 2 * x)
            rows.append(
                {
                    "band": number,
                    "kind": flow.kind,
                    "x": round(x, 4),
                    "top": round(top, 3),
                    "bottom": round(top + flow.accounts, 3),
                }
            )
    colours = alt.Scale(domain=list(MOVE_COLOURS), range=list(MOVE_COLOURS.values()))
    drawn: alt.Chart = (
        marks_of(rows)
        .mark_area(opacity=0.8, line=False)
        .encode(
            x=alt.X("x:Q", scale=x_scale, axis=None),
            y=alt.Y("top:Q", scale=y_scale, axis=None),
            y2="bottom:Q",
            detail="band:N",
            color=alt.Color("kind:N", scale=colours),
        )
    )
    return drawn


def _numbers(
    flows: Sequence[Flow],
    tops: tuple[dict[Flow, float], dict[Flow, float]],
    height: float,
    x_scale: alt.Scale,
    y_scale: alt.Scale,
) -> alt.Chart:
    """Write its number on each band that is wide enough; the table has them all."""
    import altair as alt

    smallest = height * (FONT_SIZE + 2) / HEIGHT
    rows = [
        {"x": 0.94, "y": round(tops[1][flow] + flow.accounts / 2, 3), "text": f"{flow.accounts:,}"}
        for flow in flows
        if flow.accounts >= smallest
    ]
    drawn: alt.Chart = (
        marks_of(rows)
        .mark_text(align="right", baseline="middle", fontWeight="bold", color="var(--on-move)")
        .encode(x=alt.X("x:Q", scale=x_scale), y=alt.Y("y:Q", scale=y_scale), text="text:N")
    )
    return drawn


def _names(
    flows: Sequence[Flow],
    names: Sequence[str],
    tops: dict[Flow, float],
    x_scale: alt.Scale,
    y_scale: alt.Scale,
    *,
    is_end: bool,
) -> list[alt.Chart]:
    import altair as alt

    rows = []
    for name in names:
        here = [flow for flow in flows if (flow.end if is_end else flow.start) == name]
        top, accounts = min(tops[flow] for flow in here), sum(flow.accounts for flow in here)
        rows.append(
            {
                "x": 1.0 if is_end else -_NODE_WIDTH,
                "x2": 1.0 + _NODE_WIDTH if is_end else 0.0,
                "label": 1.03 if is_end else -0.03,
                "y": round(top, 3),
                "y2": round(top + accounts, 3),
                "middle": round(top + accounts / 2, 3),
                # A phone has no room for more than the first word.
                "name": name.split()[0],
                "accounts": f"{accounts:,}",
            }
        )
    chart = marks_of(rows)
    label = alt.X("label:Q", scale=x_scale)
    middle = alt.Y("middle:Q", scale=y_scale)
    align: Literal["left", "right"] = "left" if is_end else "right"
    return [
        chart.mark_rect(color=INK).encode(
            x=alt.X("x:Q", scale=x_scale), x2="x2:Q", y=alt.Y("y:Q", scale=y_scale), y2="y2:Q"
        ),
        chart.mark_text(align=align, baseline="bottom", dy=1).encode(x=label, y=middle, text="name:N"),
        chart.mark_text(align=align, baseline="top", dy=2, color=SOFT).encode(x=label, y=middle, text="accounts:N"),
    ]
