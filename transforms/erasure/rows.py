"""Erases an account from a published row, column by column as its contract says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.contracts import Column, Table
from transforms.erasure.words import Erasure

IdColumns = Mapping[str, frozenset[str]]
"""By source: the columns of its rows, as read, that hold ids of accounts."""

_NAMES = ("name",)
"""Columns that identify the account in a row of its own."""

_CUSTOMER = "customer"


def rewritten(row: Mapping[str, Any], table: Table, erasure: Erasure, id_columns: IdColumns) -> dict[str, Any]:
    """Return a row without the account.

    In a row of the account itself, its name is removed, and the address of a customer's message; measurements stay, so
    that sums over accounts do not change. A word that its column's contract allows is never taken for an account.

    Args:
        row: A row of a published table, lists as lists.
        table: Its contract.
        erasure: The account, and its replacement.
        id_columns: By source: the columns of rows, as read, that hold ids of accounts.
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
