"""Errors that a stranger can act on: one sentence each, with the exit code of commands."""

from __future__ import annotations

from collections.abc import Iterable

from transforms.passwords import without_password


class RetierError(Exception):
    """Something failed; the message says what, where and how to fix it, and never the password of a URL."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(without_password(message))


class WrongUseError(RetierError):
    """The command, a setting or the policy was written in a way that cannot be meant."""

    exit_code = 2


class DataQualityError(RetierError):
    """The data broke a rule that stops the month before anything is published."""

    exit_code = 3


class BusyError(RetierError):
    """Another run holds the warehouse."""

    exit_code = 4


def first_few(values: Iterable[object], limit: int = 3) -> str:
    """Name the first few of many, sorted, so that the same data makes the same sentence.

    Args:
        values: What is to be named; duplicates are named once.
        limit: How many are written out before "and N more".

    Returns:
        A comma-separated list such as ``'a', 'b', 'c' and 4 more``.
    """
    ordered = sorted({repr(value) for value in values})
    named = ", ".join(ordered[:limit])
    more = len(ordered) - limit
    return f"{named} and {more} more" if more > 0 else named
