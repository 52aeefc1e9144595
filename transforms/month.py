"""The Month value object: a calendar month in UTC, the unit in which everything is computed and published."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from transforms.errors import WrongUseError

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_FIRST_YEAR = 1900


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, written ``YYYY-MM`` and stored as the date of its first day."""

    first_day: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a month from ``YYYY-MM``.

        Raises:
            WrongUseError: If the text is written in any other way, or the year lies before 1900, where no date of a
                source is accepted either.
        """
        match = _WRITTEN.fullmatch(str(text).strip())
        if match is not None and int(match[1]) < _FIRST_YEAR:
            raise WrongUseError(
                f"{match[0]} lies before {_FIRST_YEAR}, and no source has rows from then: name a later one"
            )
        if match is None:
            raise WrongUseError(f"{str(text)!r} is not a month: write it as YYYY-MM, for example 2026-10")
        return cls(date(int(match[1]), int(match[2]), 1))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month in which a day lies (a datetime must be in UTC)."""
        return cls(date(day.year, day.month, 1))

    @classmethod
    def range(cls, first: Month, last: Month) -> list[Month]:
        """List the months from first to last, both included; empty when last lies before first."""
        return list(first.until(last))

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.first_day.year, self.first_day.month, self.days)

    @property
    def days(self) -> int:
        """How many days the month has."""
        return calendar.monthrange(self.first_day.year, self.first_day.month)[1]

    @property
    def end_time(self) -> datetime:
        """The first instant that no longer belongs to the month, in UTC."""
        return datetime.combine(self.last_day + timedelta(days=1), datetime.min.time(), UTC)

    def __add__(self, months: int) -> Month:
        """Return the month that is the given number of months later."""
        year, index = divmod(self.first_day.year * 12 + self.first_day.month - 1 + months, 12)
        return Month(date(year, index + 1, 1))

    def __sub__(self, months: int) -> Month:
        """Return the month that is the given number of months earlier."""
        return self + (-months)

    def until(self, last: Month) -> Iterator[Month]:
        """Yield the months from this one to the last one, both included."""
        month = self
        while month <= last:
            yield month
            month += 1

    def trailing(self, months: int) -> list[Month]:
        """List the given number of months that end with this one, oldest first."""
        return Month.range(self - (months - 1), self)

    def __str__(self) -> str:
        """Write the month as ``YYYY-MM``."""
        return f"{self.first_day:%Y-%m}"
