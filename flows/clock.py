"""The clock, which is read only here and then passed on."""

from __future__ import annotations

from datetime import UTC, datetime

from transforms.errors import WrongUseError
from transforms.month import Month


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def last_complete_month(at: datetime) -> Month:
    """Return the last month that has ended by an instant in UTC."""
    return Month.of(at.date()) - 1


def complete_month(text: str | None, at: datetime) -> Month:
    """Return the month that a command names, else the last complete one.

    Raises:
        WrongUseError: If the text is not a month, or the month has not ended yet.
    """
    last = last_complete_month(at)
    month = Month.parse(text) if text is not None else last
    if month > last:
        raise WrongUseError(f"{month} has not ended yet: the last complete month is {last}")
    return month
