"""The checks that ran before the month was published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.report.blocks import Section, Table, Tile
from flows.report.numbers import count
from flows.report.reading.facts import Facts
from transforms.plurals import pluralize


def checks(facts: Facts, data_docs: str | None) -> Section:
    """Show the results of the checks.

    Args:
        facts: The data of the report.
        data_docs: The relative address of the page with all checks of the run; None if there is none.
    """
    found = facts.checks
    broken = found.failed + found.accepted + found.warned
    has_any = bool(found.passed or broken)
    return Section(
        name="checks",
        title="Checks of the data",
        lead="Sources and results are checked before a month is published. A failed check stops it, unless a person "
        "waives the check by name; a warning stops nothing.",
        tiles=[
            Tile("passed", count(found.passed)),
            Tile("failed", count(found.failed), "and stopped the month" if found.failed else "none stopped the month"),
            Tile("accepted", count(found.accepted), "failed, and waived by a person"),
            Tile("warned", count(found.warned), "failed, but stops nothing"),
        ]
        if has_any
        else [],
        tables=[_table(facts, broken)] if broken else [],
        note=_note(has_any=has_any, broken=broken),
        links=[("All checks of this run, in Data Docs", data_docs)] if data_docs else [],
    )


def _note(*, has_any: bool, broken: int) -> str:
    if not has_any:
        return "No checks are recorded for the run that published this month."
    return "" if broken else "All checks passed."


def _table(facts: Facts, broken: int) -> Table:
    found = facts.checks.broken
    left_out = broken - found.height
    query = f"select * from check_results where run_id = '{facts.origin.run['run_id']}' and not is_passed"
    return Table(
        "Checks that failed",
        ["check", "outcome", "what was found"],
        [[row["check"], _outcome(row), row["message"]] for row in found.iter_rows(named=True)],
        words=3,
        left_out=f"{pluralize(left_out, 'check')} not shown. All of them:" if left_out else "",
        command=query if left_out else "",
    )


def _outcome(row: Mapping[str, Any]) -> str:
    if row["accepted_by"] is not None:
        return f"accepted by {row['accepted_by']}: {row['accept_reason'] or 'no reason given'}"
    return "failed" if row["severity"] == "fail" else "warned"
