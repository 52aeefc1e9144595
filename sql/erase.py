"""Erases an account from every published table, in one transaction, without making months stale."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from sql.chain import history_print, stale_months
from sql.dialects import acquire_publish_lock, execute, load, quoted, read
from sql.fingerprint import MONTH_TABLES, fingerprint
from sql.state import last_run_by_month, published_result
from transforms.contracts import PUBLISHED, Table
from transforms.erasure import Erasure, IdColumns, rewritten
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded about an erasure besides the pseudonym.

    Attributes:
        run_id: Its identifier among the runs.
        reason: Why the account was erased, in a person's words.
        started_at: When the erasure began, in UTC.
        finished_at: When it was ready to be recorded, in UTC.
        retier_version: The version of retier.
    """

    run_id: str
    reason: str
    started_at: datetime
    finished_at: datetime
    retier_version: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure changed in the warehouse.

    Attributes:
        rows: How many rows were rewritten, by table; only tables with any.
        months: The published months whose result was rewritten, oldest first.
    """

    rows: Mapping[str, int]
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table that may name an account, before and after the erasure."""

    former: list[dict[str, Any]]
    present: list[dict[str, Any]]

    @property
    def changed(self) -> list[dict[str, Any]]:
        return [former for former, present in zip(self.former, self.present, strict=True) if former != present]


def names_of(connection: sa.Connection, account_id: str) -> tuple[str, ...]:
    """List the names of an account in the published months."""
    named = read(
        connection,
        f"select distinct name from {quoted(connection, 'account_features')} "
        "where account_id = :account_id and name is not null order by name",
        account_id=account_id,
    )
    return tuple(named["name"])


def accounts_called(connection: sa.Connection, name: str) -> tuple[str, ...]:
    """List the ids of the accounts that had a name in any published month."""
    called = read(
        connection,
        f"select distinct account_id from {quoted(connection, 'account_features')} "
        "where name = :name order by account_id",
        name=name,
    )
    return tuple(called["account_id"])


def is_known(connection: sa.Connection, erasure: Erasure, id_columns: IdColumns) -> bool:
    """Return whether any published row, or any quarantined row, is of an account."""
    with_accounts = [table.name for table in PUBLISHED.values() if "account_id" in table.columns]
    for name in with_accounts:
        query = f"select account_id from {quoted(connection, name)} where account_id = :account_id limit 1"
        if not read(connection, query, account_id=erasure.account_id).is_empty():
            return True
    held = _found(connection, PUBLISHED["quarantine"], erasure, id_columns).former
    return any(erasure.is_row_of(row["row_as_read"], id_columns.get(row["source"], frozenset())) for row in held)


def erase(connection: sa.Connection, erasure: Erasure, id_columns: IdColumns, record: Record) -> Erased:
    """Replace an account by its pseudonym in every text of every published table.

    The columns are those of the contracts. Result fingerprints are computed again, and so are the fingerprints of
    earlier months that later months recorded: a month that was current stays current. The newest published month gets a
    row in ``runs``, with the command ``erase`` and the status ``unchanged``, since no computed value has changed. With
    the same record, a repetition changes nothing.

    Args:
        connection: An open connection of :func:`sql.engine.transaction`, which commits.
        erasure: The account, and its replacement.
        id_columns: By source: the columns of rows, as read, that hold ids of accounts.
        record: What to record.
    """
    acquire_publish_lock(connection)
    former_runs = last_run_by_month(connection)
    counts: dict[str, int] = {}
    days: set[date] = set()
    for table in PUBLISHED.values():
        rows = _found(connection, table, erasure, id_columns)
        if rows.changed:
            _replace(connection, table, erasure, rows.present)
            counts[table.name] = len(rows.changed)
            days |= {row["month"] for row in rows.changed} if table.name in MONTH_TABLES else set()
    months = sorted(days & set(former_runs["month"]))
    _renew_results(connection, former_runs, months)
    _renew_chain(connection, former_runs)
    _record(connection, erasure, record)
    return Erased(counts, tuple(map(Month.of, months)))


def _found(connection: sa.Connection, table: Table, erasure: Erasure, id_columns: IdColumns) -> _Rows:
    columns = ", ".join(quoted(connection, name) for name in table.columns)
    where, parameters = _may_name(connection, table, erasure)
    found = read(connection, f"select {columns} from {quoted(connection, table.name)} where {where}", **parameters)
    former = found.to_dicts()
    return _Rows(former, [rewritten(row, table, erasure, id_columns) for row in former])


def _replace(connection: sa.Connection, table: Table, erasure: Erasure, rows: list[dict[str, Any]]) -> None:
    """Replace all rows that were found: the tables have no keys by which single rows could be updated."""
    where, parameters = _may_name(connection, table, erasure)
    execute(connection, f"delete from {quoted(connection, table.name)} where {where}", **parameters)
    load(connection, table.name, pl.DataFrame(rows, schema=table.schema))


def _may_name(connection: sa.Connection, table: Table, erasure: Erasure) -> tuple[str, dict[str, object]]:
    """Return the condition for rows that may name an account; DuckDB's ``~`` only matches whole texts."""
    conditions = []
    parameters: dict[str, object] = {}
    for name, dtype in table.schema.items():
        column = quoted(connection, name)
        if name == "account_id":
            conditions.append(f"{column} = :account_id")
            parameters["account_id"] = erasure.account_id
        elif name == "change_id":
            conditions.append(f"right({column}, {len(erasure.account_id) + 1}) = :ending")
            parameters["ending"] = f":{erasure.account_id}"
        if dtype in (pl.String, pl.List(pl.String)):
            text = column if dtype == pl.String else f"array_to_string({column}, ' ')"
            conditions.append(f"{text} ~ :candidates")
            parameters["candidates"] = erasure.candidates
    return " or ".join(conditions) or "false", parameters


def _renew_results(connection: sa.Connection, former_runs: pl.DataFrame, days: list[date]) -> None:
    results = dict(former_runs.select("month", "result_fingerprint").iter_rows())
    for day in days:
        execute(
            connection,
            f"update {quoted(connection, 'runs')} set result_fingerprint = :result "
            "where month = :month and result_fingerprint = :former_result",
            result=fingerprint(published_result(connection, Month.of(day))),
            month=day,
            former_result=results[day],
        )


def _renew_chain(connection: sa.Connection, former_runs: pl.DataFrame) -> None:
    """Update the recorded fingerprints of months that were current before the erasure, so that they stay current."""
    stale = set(stale_months(former_runs))
    runs = last_run_by_month(connection)
    results = dict(runs.select("month", "result_fingerprint").iter_rows())
    for run in runs.iter_rows(named=True):
        month = Month.of(run["month"])
        if month not in stale:
            history = None if run["history_fingerprint"] is None else history_print(runs, month)
            execute(
                connection,
                f"update {quoted(connection, 'runs')} "
                "set previous_fingerprint = :previous, history_fingerprint = :history where run_id = :run_id",
                previous=results.get((month - 1).first_day),
                history=history,
                run_id=run["run_id"],
            )


def _record(connection: sa.Connection, erasure: Erasure, record: Record) -> None:
    """Record the erasure, once; if no month is published, there is no run whose row could record it."""
    query = f"select run_id from {quoted(connection, 'runs')} where run_id = :run_id"
    if not read(connection, query, run_id=record.run_id).is_empty():
        return
    newest = last_run_by_month(connection).tail(1)
    recorded = {
        "run_id": record.run_id,
        "command": "erase",
        "status": "unchanged",
        "reason": erasure.in_text(record.reason),
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "retier_version": record.retier_version,
        "warnings": json.dumps([f"{erasure.pseudonym} stands for an account that was erased"]),
    }
    schema = PUBLISHED["runs"].schema
    load(
        connection,
        "runs",
        newest.with_columns(pl.lit(value, schema[name]).alias(name) for name, value in recorded.items()),
    )
