"""Finds ids in the warehouse that hold an account's: those of other accounts, and those that a source made from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from sql.dialects import quoted, read
from transforms.contracts import SOURCES
from transforms.contracts.rules import UNIQUE
from transforms.erasure import Erasure, IdColumns

_TOKENS = re.compile(r"[^\s,;()'\"]+")


def accounts_holding(connection: sa.Connection, account_id: str) -> set[str]:
    """Return the ids of other published accounts that hold an account's."""
    found = read(
        connection,
        f"select distinct account_id from {quoted(connection, 'account_features')} "
        "where position(:account_id in account_id) > 0 and account_id <> :account_id",
        account_id=account_id,
    )
    return set(found["account_id"])


def quarantined_ids(connection: sa.Connection, erasure: Erasure, columns: IdColumns) -> set[str]:
    """Return the values of some columns in quarantined rows that may name an account.

    Args:
        connection: An open connection.
        erasure: The account.
        columns: By source: the columns, as the source calls them.
    """
    held = read(
        connection,
        f"select distinct source, row_as_read from {quoted(connection, 'quarantine')} where row_as_read ~ :candidates",
        candidates=erasure.candidates,
    )
    rows = ((columns.get(source, frozenset()), _json(text)) for source, text in held.iter_rows())
    return {str(row[name]) for names, row in rows for name in names & row.keys() if row[name] is not None}


def examples_of_ids(connection: sa.Connection, erasure: Erasure) -> set[str]:
    """Return the words in findings about ids of other things than accounts, of which some are examples of such ids."""
    check, table = quoted(connection, "check"), quoted(connection, "check_results")
    found = read(
        connection,
        f"select distinct {check}, message from {table} where message ~ :candidates",
        candidates=erasure.candidates,
    )
    messages = (message for name, message in found.iter_rows() if _is_about_ids(name, message))
    return {word for message in messages for word in _TOKENS.findall(message)}


def _is_about_ids(check: str, message: str) -> bool:
    """Return whether a finding has examples of ids: of a column, a key, or rows of which too many are quarantined."""
    first, _, rule = check.partition(".")
    source = rule if first == "quarantined" else first
    if source not in SOURCES:
        return False
    contract = SOURCES[source]
    columns = contract.key if rule == UNIQUE else (rule.partition(".")[0],)
    return any(name in columns or (source == rule and name in message) for name in contract.other_ids)


def _json(text: str | None) -> Mapping[str, Any]:
    try:
        row = json.loads(text or "", strict=False)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}
