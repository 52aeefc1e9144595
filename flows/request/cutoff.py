"""The knowledge cut-off of a run, and the months that had ended by then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flows.clock import complete_month
from transforms.errors import WrongUseError
from transforms.month import Month


def known_until(text: str | None, now: datetime) -> datetime:
    """Return the knowledge cut-off: the last instant of the named day, else now.

    Raises:
        WrongUseError: If the text is not a day, or the day lies in the future.
    """
    if text is None:
        return now
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongUseError(
            f"--known-at {text!r} is not a day: write it as YYYY-MM-DD, for example 2026-10-31"
        ) from None
    if day > now.date():
        raise WrongUseError(f"--known-at {text} lies in the future: name today or an earlier day")
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), now.tzinfo) - timedelta(microseconds=1)
    return min(end, now)


def month_known(text: str | None, known_at: str | None, until: datetime) -> Month:
    """Return the month that a command names, else the last one that had ended by the knowledge cut-off.

    Raises:
        WrongUseError: If the text is not a month, or the month had not ended by then: the days that are missing would
            look like days without usage.
    """
    # The cut-off is the last instant of its day, which may be the last one of a month.
    at = until + timedelta(microseconds=1)
    try:
        return complete_month(text, at)
    except WrongUseError as error:
        if known_at is None or "has not ended yet" not in str(error):
            raise
        raise WrongUseError(
            f"{text} had not ended on {known_at}, so with --known-at {known_at} its missing days would look like days "
            f"without usage: name a later day, or months up to {complete_month(None, at)}"
        ) from None
