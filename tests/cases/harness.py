"""Runs a case: a project of small files, month after month, and the published rows read back by SQL."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml

from expectations.finding import Waiver
from flows.progress import Silent
from flows.request.options import RunOptions
from flows.run_month import run_month
from flows.session import Session
from flows.settings import default_policy_text, load_project
from tests.flows.options import options_of
from transforms.month import Month

CASES = Path(__file__).parent
ABSENT = "no row"
_SEVERAL_PER_ACCOUNT = {
    "tier_changes": ("account_id", "kind"),
    "score_contributions": ("account_id", "pillar", "component"),
}


@dataclass(frozen=True)
class Expected:
    """The rows that one file of a case expects of a table in a month."""

    month: Month
    table: str
    columns: tuple[str, ...]
    rows: list[dict[str, str]]

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that tell rows of the month apart."""
        return _SEVERAL_PER_ACCOUNT.get(self.table, ("account_id",))


def run_case(case: Path, folder: Path) -> Path:
    """Run all months of a case on a copy of its files.

    Returns:
        The DuckDB file that they were published into.
    """
    project_folder = folder / "project"
    shutil.copytree(case / "given", project_folder)
    (project_folder / "policy.yaml").write_text(policy_text(case), encoding="utf-8")
    project = load_project(project_folder, {})
    session = Session(project)
    for options in runs_of(case):
        run_month(project, options, Silent(), session)
    return project_folder / "retier.duckdb"


def runs_of(case: Path) -> list[RunOptions]:
    """List the runs, each with its knowledge cut-off (without one: the month's end) and its accepted check."""
    runs = []
    for row in read_csv(case / "given" / "runs.csv"):
        month = Month.parse(row["month"])
        written, accepted = row.get("known_until"), row.get("accept")
        known_until = datetime.fromisoformat(written).replace(tzinfo=UTC) if written else month.end_time
        waiver = Waiver((accepted,), "Somebody", "The case says so.") if accepted else Waiver()
        runs.append(options_of(month, known_until=known_until, waiver=waiver, is_notifying=True))
    return runs


def policy_text(case: Path) -> str:
    """Write the policy of a case: the default one, the changes for all cases, then the case's own."""
    own = case / "given" / "policy_changes.yaml"
    written = read_yaml(own) if own.exists() else {}
    policy = yaml.safe_load(default_policy_text())
    if written.pop("based_on", "cases") != "default":
        policy = laid_over(policy, read_yaml(CASES / "policy_changes.yaml"))
    first, *later = written.get("versions", [written])
    policy = laid_over(policy, first)
    return yaml.safe_dump({"versions": [policy, *later]} if later else policy, sort_keys=False)


def laid_over(policy: dict[str, Any], changes: dict[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Lay changes over a policy; a number with its reason, and a whole pillar, is replaced as one."""
    laid = dict(policy)
    for key, value in changes.items():
        is_whole = not isinstance(value, dict) or "reason" in value or path == ("pillars",)
        laid[key] = value if is_whole else laid_over(policy.get(key, {}), value, (*path, key))
    return laid


def expectations_of(case: Path) -> list[Expected]:
    """Read what a case expects."""
    found = []
    for path in sorted((case / "expect").glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            columns = tuple(reader.fieldnames or ())
        found.append(Expected(Month.parse(path.parent.name), path.stem, columns, rows))
    return found


def differences(database: Path, expected: Expected) -> list[str]:
    """List where published rows are not as expected."""
    published = _published(database, expected)
    accounts = {row["account_id"] for row in expected.rows}
    wanted: dict[tuple[str, ...], dict[str, str]] = {}
    for row in expected.rows:
        if ABSENT not in row.values():
            wanted[tuple(row[name] for name in expected.identity)] = row
    found = {
        tuple(str(row[name]) for name in expected.identity): row for row in published if row["account_id"] in accounts
    }
    where = f"{expected.month} {expected.table}"
    told = [f"{where} {key}: expected a row, got none" for key in wanted.keys() - found.keys()]
    told += [f"{where} {key}: expected no row, got {found[key]}" for key in found.keys() - wanted.keys()]
    for key in sorted(wanted.keys() & found.keys()):
        for name, text in wanted[key].items():
            if not is_same(text, found[key][name]):
                told.append(f"{where} {key}: {name} is {as_text(found[key][name])!r}, expected {text!r}")
    return told


def is_same(written: str, value: Any) -> bool:
    """Compare a cell with a published value; numbers to the decimals that are written."""
    if isinstance(value, float) and written:
        decimals = len(written.partition(".")[2])
        return abs(float(written) - value) <= 0.5 * 10**-decimals + 1e-9
    return written == as_text(value)


def as_text(value: Any) -> str:
    """Write a published value as a cell of an expectation: nothing for null, true and false in lower case."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _published(database: Path, expected: Expected) -> list[dict[str, Any]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("use retier.retier")
        columns = ", ".join(expected.columns)
        query = f"select {columns} from {expected.table} where month = ? order by all"
        result = connection.execute(query, [expected.month.first_day])
        return [dict(zip(expected.columns, row, strict=True)) for row in result.fetchall()]
