"""Takes an account out of a published row, column by column as its contract says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.contracts import Column, Table
from transforms.erasure.words import Erasure

IdColumns = Mapping[str, frozenset[str]]
"""By source: which columns of its rows, as they are read, hold ids of accounts."""

_NAMES = ("name",)
"""Columns that say in an account's own row who it is."""

_CUSTOMER = "customer"


def rewritten(row: Mapping[str, Any], table: Table, erasure: Erasure, id_columns: IdColumns) -> dict[str, Any]:
    """Return a row without the account.

    In the account's own row its name goes, and the address of a customer's message; what was measured stays, so that
    sums over accounts are what they were. A word that its column's contract allows is never an account.

    Args:
        row: A row of a published table, lists as lists.
        table: Its contract.
        erasure: Who, and what takes its place.
        id_columns: By source: which columns of rows as they were read hold ids of accounts.
    """
    return {field.name: _value(row[field.name], field.column, row, erasure, id_columns) for field in table.fields}


def _value(value: Any, column: Column, row: Mapping[str, Any], erasure: Erasure, id_columns: IdColumns) -> Any:
    has_names = row.get("account_id") in {None, erasure.account_id}
    if isinstance(value, list):
        return [erasure.in_text(each, has_names=has_names) if isinstance(each, str) else each for each in value]
    if not isinstance(value, str) or value in column.allowed:
        return value
    is_own = row.get("account_id") == erasure.account_id
    if is_own and (column.name in _NAMES or _is_customers_address(column, row)):
        return erasure.pseudonym
    if column.name == "account_id":
        return erasure.pseudonym if value == erasure.account_id else value
    if column.name == "change_id":
        return erasure.in_change_id(value)
    if column.name == "row_as_read":
        return erasure.in_row(value, id_columns.get(row["source"], frozenset()))
    return erasure.in_text(value, has_names=has_names)


def _is_customers_address(column: Column, row: Mapping[str, Any]) -> bool:
    return column.name == "recipient" and row.get("audience") == _CUSTOMER
