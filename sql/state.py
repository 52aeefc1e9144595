"""Reads what has been published so far as frames."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import sqlalchemy as sa

from sql.dialects import quoted, read
from sql.fingerprint import MONTH_TABLES
from sql.frame_validation import in_order
from sql.runs import IN_FORCE
from transforms.contracts import PUBLISHED
from transforms.month import Month


def last_run_by_month(connection: sa.Connection, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the run whose result is in force, for each published month.

    A run without a new result counts too, since it records what the result was last computed from.

    Args:
        connection: An open connection.
        columns: The columns of ``runs`` to return; None means all, which take DuckDB longer than a few.

    Returns:
        One row per published month with those columns, in the order of months.
    """
    statuses = ", ".join(f"'{status}'" for status in IN_FORCE)
    return _newest(connection, f"where status in ({statuses})", "revision, finished_at, run_id", columns)


def last_attempt_by_month(connection: sa.Connection) -> pl.DataFrame:
    """Return the newest run of each month, however it ended.

    Returns:
        One row per month with any run, with the columns of ``runs``, in the order of months.
    """
    return _newest(connection, "", "finished_at, run_id")


def checks_by_run(connection: sa.Connection) -> pl.DataFrame:
    """Count the outcomes of the checks of every run.

    Returns:
        One row per run, in the order in which they finished: run_id, month, status, finished_at, passed, warned (failed
        without stopping the month, or waived) and failed.
    """
    return read(
        connection,
        f"""
        select
            runs.run_id,
            runs.month,
            runs.status,
            runs.finished_at,
            count(*) filter (where checks.is_passed) as passed,
            count(*) filter (
                where not checks.is_passed and (checks.severity = 'warn' or checks.accepted_by is not null)
            ) as warned,
            count(*) filter (
                where not checks.is_passed and checks.severity = 'fail' and checks.accepted_by is null
            ) as failed
        from {quoted(connection, "runs")} as runs
        left join {quoted(connection, "check_results")} as checks on checks.run_id = runs.run_id
        group by runs.run_id, runs.month, runs.status, runs.finished_at
        order by runs.finished_at, runs.run_id
        """,
    )


def held_rows(connection: sa.Connection, month: Month, source: str | None = None) -> pl.DataFrame:
    """Return the quarantined rows of a month.

    Args:
        connection: An open connection.
        month: The month.
        source: The source; None for all.
    """
    columns = ", ".join(quoted(connection, name) for name in PUBLISHED["quarantine"].columns)
    of_source = "" if source is None else "and source = :source"
    query = f"""
        select {columns} from {quoted(connection, "quarantine")} where month = :month {of_source} order by run_id, "row"
    """
    parameters: dict[str, object] = {"month": month.first_day} | ({} if source is None else {"source": source})
    return read(connection, query, **parameters)


def held_by_month(connection: sa.Connection) -> pl.DataFrame:
    """Count the quarantined rows: one row per month with any, in the order of months: month, rows."""
    return read(
        connection,
        f"select month, count(*) as rows from {quoted(connection, 'quarantine')} group by month order by month",
    )


def published_months(connection: sa.Connection) -> list[Month]:
    """List the months that have been published, oldest first."""
    return [Month.of(day) for day in last_run_by_month(connection)["month"]]


def revisions_in_force(connection: sa.Connection) -> dict[Month, int]:
    """Return the revision in force of each published month."""
    runs = last_run_by_month(connection, ["month", "revision"])
    return {Month.of(day): revision for day, revision in runs.select("month", "revision").iter_rows()}


def next_revision(runs: pl.DataFrame, month: Month) -> int:
    """Return the revision of a month's next different result: 1 for its first.

    Args:
        runs: The output of :func:`last_run_by_month`.
        month: The month.
    """
    former = runs.filter(pl.col("month") == month.first_day)["revision"]
    return 1 if former.is_empty() else int(former.item()) + 1


def tiers_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return a month's account_tiers: one row per account in scope, sorted by account, empty if unpublished."""
    return _rows_of(connection, "account_tiers", month)


def scores_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return a month's account_scores: one row per account in scope, sorted by account, empty if unpublished."""
    return _rows_of(connection, "account_scores", month)


def features_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return a month's account_features: one row per account in scope, sorted by account, empty if unpublished."""
    return _rows_of(connection, "account_features", month)


def economics_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return what decides which tiers an account can afford; a warehouse of 0.1.0 has all of it.

    Returns:
        One row per account in scope: arr, support_cost, complexity_without_touchpoints (null where unscored); empty if
        unpublished.
    """
    return read(
        connection,
        f"""
        select features.arr, features.support_cost, scores.complexity_without_touchpoints
        from {quoted(connection, "account_features")} as features
        left join {quoted(connection, "account_scores")} as scores
            on scores.month = features.month and scores.account_id = features.account_id
        where features.month = :month
        order by features.account_id
        """,
        month=month.first_day,
    )


def owners_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return the owners of accounts in a month, and the CRM's owner at that time.

    Returns:
        One row per account in scope, sorted: account_id, owner, technical_owner, csm_email; empty if unpublished.
    """
    return read(
        connection,
        f"""
        select plan.account_id, plan.owner, plan.technical_owner, features.csm_email
        from {quoted(connection, "engagement_plan")} as plan
        join {quoted(connection, "account_features")} as features
            on features.month = plan.month and features.account_id = plan.account_id
        where plan.month = :month
        """,
        month=month.first_day,
    ).sort("account_id")


def plan_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return a month's engagement_plan: one row per account in scope, sorted by account, empty if unpublished."""
    return _rows_of(connection, "engagement_plan", month)


def actions_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return a month's engagement_actions, sorted by account and action; empty if unpublished."""
    return _rows_of(connection, "engagement_actions", month)


def risks_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return a month's account_risks: one row per account at risk, sorted by account, empty if unpublished."""
    return _rows_of(connection, "account_risks", month)


def team_load_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """Return a month's team_load, sorted by owner and pool; empty if unpublished or without a team."""
    return _rows_of(connection, "team_load", month)


def published_result(connection: sa.Connection, month: Month) -> dict[str, pl.DataFrame]:
    """Return the rows of a month in all tables that make up its result, by table; empty if unpublished."""
    return {name: _rows_of(connection, name, month) for name in MONTH_TABLES}


def _rows_of(connection: sa.Connection, table: str, month: Month) -> pl.DataFrame:
    contract = PUBLISHED[table]
    columns = ", ".join(quoted(connection, name) for name in contract.columns)
    query = f"select {columns} from {quoted(connection, table)} where month = :month"
    return in_order(read(connection, query, month=month.first_day), contract.key)


def _newest(connection: sa.Connection, where: str, order: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Return the last run of each month, in the order of some columns."""
    wanted = ", ".join(quoted(connection, name) for name in columns or PUBLISHED["runs"].columns)
    newest_first = ", ".join(f"{column} desc" for column in order.split(", "))
    return read(
        connection,
        f"""
        with numbered as (
            select *, row_number() over (partition by month order by {newest_first}) as place
            from {quoted(connection, "runs")}
            {where}
        )
        select {wanted} from numbered where place = 1 order by month
        """,
    )
