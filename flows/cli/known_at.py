"""`--known-at DATE`: a month as it would have been computed with what was known by the end of a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="YYYY-MM-DD",
        help="Use only rows that were known by the end of this day (UTC), of sources that say when; without it all.",
        show_default=False,
    ),
]


def known_until(text: str | None, now: datetime) -> datetime:
    """Give the knowledge cut-off: the last instant of the named day, else now.

    Raises:
        WrongUseError: If it is no day, or lies in the future.
    """
    from transforms.errors import WrongUseError

    if text is None:
        return now
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongUseError(
            f"--known-at {text!r} is not a day: write it as YYYY-MM-DD, for example 2026-10-31"
        ) from None
    if day > now.date():
        raise WrongUseError(f"--known-at {text} lies in the future: what will be known then cannot be used yet")
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), now.tzinfo) - timedelta(microseconds=1)
    return min(end, now)
