"""The clock: read here and nowhere else, then passed on."""

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
    """Read the month that a command names, else take the last complete one.

    Raises:
        WrongUseError: If it is no month, or has not ended yet.
    """
    last = last_complete_month(at)
    month = Month.parse(text) if text is not None else last
    if month > last:
        raise WrongUseError(f"{month} has not ended yet: the last complete month is {last}")
    return month
