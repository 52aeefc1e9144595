"""Reads the checks of the run that published the month."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from sql.dialects import quoted, read

SHOWN_CHECKS = 20


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of a run.

    Attributes:
        passed: How many passed.
        broken: Those that failed: check, severity, message, accepted_by, accept_reason; those that stop a month first,
            and only as many as are shown.
        failed: How many failed, stop a month and were not waived.
        accepted: How many failed and were waived by a person.
        warned: How many failed and only warn.
    """

    passed: int
    broken: pl.DataFrame
    failed: int
    accepted: int
    warned: int


def read_checks(connection: Connection, run_id: str) -> Checks:
    """Read the checks of a run."""
    table = quoted(connection, "check_results")
    counts = read(
        connection,
        f"""
        select
            count(*) filter (where is_passed) as passed,
            count(*) filter (where not is_passed and accepted_by is not null) as accepted,
            count(*) filter (where not is_passed and accepted_by is null and severity = 'fail') as failed,
            count(*) filter (where not is_passed and accepted_by is null and severity = 'warn') as warned
        from {table}
        where run_id = :run_id
        """,
        run_id=run_id,
    ).row(0, named=True)
    broken = read(
        connection,
        f"""
        select "check", severity, message, accepted_by, accept_reason
        from {table}
        where run_id = :run_id and not is_passed
        order by severity, "check"
        limit {SHOWN_CHECKS}
        """,
        run_id=run_id,
    )
    return Checks(broken=broken, **counts)
