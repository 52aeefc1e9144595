"""Formats numbers for the report. A null is "not known", never 0."""

from __future__ import annotations

import math

from transforms.month import Month

NOT_KNOWN = "not known"

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def count(number: float | None) -> str:
    """Write a number of things: ``2,596``."""
    return NOT_KNOWN if number is None else f"{number:z,.0f}"


def money(amount: float | None, currency: str = "") -> str:
    """Write an amount with three digits and its scale: ``USD 154 M``, ``USD 1.25 M``, ``USD 980``."""
    if amount is None or not math.isfinite(amount):
        return NOT_KNOWN
    sign = "-" if amount < 0 else ""
    return f"{currency + ' ' if currency else ''}{sign}{_scaled(abs(amount))}"


def _scaled(amount: float) -> str:
    for scale, name in _SCALES:
        # What would be rounded up to 1,000 of a scale is written in the next one.
        if amount >= scale * 0.9995:
            return f"{_three_digits(amount / scale)} {name}"
    return f"{amount:z,.0f}"


def _three_digits(number: float) -> str:
    decimals = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:z,.{decimals}f}"


def share(part: float | None, whole: float | None) -> str:
    """Write a part of a whole in per cent; not known if either is null or the whole is 0."""
    return NOT_KNOWN if part is None or not whole else percent(part / whole)


def percent(ratio: float | None) -> str:
    """Write a ratio in per cent: ``5.4 %``."""
    return NOT_KNOWN if ratio is None else f"{100 * ratio:z,.1f} %"


def points(score: float | None) -> str:
    """Write a score from 0 to 100 without a fraction."""
    return NOT_KNOWN if score is None else f"{score:z.0f}"


def mean_points(score: float | None) -> str:
    """Write a mean of scores, which moves by fractions."""
    return NOT_KNOWN if score is None else f"{score:z.1f}"


def hours(number: float | None) -> str:
    """Write hours a month."""
    return NOT_KNOWN if number is None else f"{number:z,.1f}"


def change(now: float, before: float | None) -> str:
    """Write by how much a count grew or fell: ``8 more``, ``3 fewer``, ``as many``."""
    if before is None:
        return ""
    difference = now - before
    if difference == 0:
        return "as many as the month before"
    return f"{count(abs(difference))} {'more' if difference > 0 else 'fewer'} than the month before"


def growth(now: float, before: float | None) -> str:
    """Write by how many per cent an amount grew or fell; empty if there was none before."""
    if not before:
        return ""
    ratio = now / before - 1
    if abs(ratio) < 0.0005:
        return "as much as the month before"
    return f"{percent(abs(ratio))} {'more' if ratio > 0 else 'less'} than the month before"


def month_name(month: Month) -> str:
    """Write a month for people: ``October 2026``."""
    return f"{_MONTHS[month.first_day.month - 1]} {month.first_day.year}"


def short_month(month: Month) -> str:
    """Write a month for an axis: ``Oct 2026``."""
    return f"{_MONTHS[month.first_day.month - 1][:3]} {month.first_day.year}"
