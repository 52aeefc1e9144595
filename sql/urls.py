"""Parses URLs of databases: the warehouse's, and those of sources."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from sql.dialects import database_of_url, with_own_driver
from transforms.errors import WrongUseError

_WITH_PASSWORD = re.compile(r"[^:]+://[^:/]*:(?P<password>[^@]*)@")


def database_url(text: str, what: str, expected: str) -> sa.URL:
    """Parse the URL of a database; without a driver, PostgreSQL's is the one that comes with retier.

    A password that is not percent-encoded is refused if it is ambiguous: everything after its first @ would be looked
    up, and shown, as the host.

    Args:
        text: The URL.
        what: Its name for error messages, which never repeat the text itself.
        expected: What was expected instead, for error messages.

    Raises:
        WrongUseError: If it cannot be read.
    """
    found = _WITH_PASSWORD.match(text)
    if found and text.count("@") > 1:
        raise WrongUseError(f"{what} has more than one @: write %40 for one in a name or a password; {expected}")
    if found and re.search(r"\s", found["password"]):
        raise WrongUseError(f"{what} has a blank in its password: write %20 for one; {expected}")
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError):
        raise WrongUseError(f"{what} cannot be read: {expected}") from None
    database_of_url(url).refuse_url(url, what)
    return with_own_driver(url)
