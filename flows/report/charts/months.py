"""The axis of months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt

_LABELS = 3
"""As many as have room on a phone."""


def month_axis(months: Sequence[str]) -> alt.X:
    """Return an axis with one band per month, oldest first; the last one is always labelled.

    Args:
        months: The names of the months, in their order.
    """
    import altair as alt

    step = -(-len(months) // _LABELS)
    return alt.X(
        "month:O",
        sort=list(months),
        title=None,
        axis=alt.Axis(labelAngle=0, values=list(months[::-step]), grid=False),
        scale=alt.Scale(paddingInner=0.18, paddingOuter=0.05),
    )
