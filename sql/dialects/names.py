"""Names as SQL takes them."""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA = "retier"
"""The schema that holds all tables and views. Within it names stand alone, since every connection looks there."""


def quoted(connection: sa.Connection, name: str) -> str:
    """Return a name as SQL takes it, in quotes where it is a reserved word."""
    return str(connection.dialect.identifier_preparer.quote(name))
