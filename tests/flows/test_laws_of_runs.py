"""Laws of whole runs: what must not matter does not, and the past can be computed again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sql.fingerprint import MONTH_TABLES
from tests.flows.projects import (
    FEBRUARY,
    JANUARY,
    MARCH,
    Row,
    Tables,
    healthy_tables,
    published_tables,
    run_months,
    write_csv,
    write_project,
)
from transforms.contracts import PUBLISHED
from transforms.month import Month

RESULTS = (*MONTH_TABLES, "policies", "policy_components")
EARLIER, LATER = "2024-01-01T00:00:00Z", "2025-06-01T00:00:00Z"
"""Around the knowledge cut-off of the runs, which is the end of March 2025."""

# Rows that happen after March, on accounts that there are.
FUTURE: Tables = {
    "accounts": [{"account_id": "a900", "name": "Newcomer", "created_date": "2025-04-01"}],
    "subscriptions": [
        {"account_id": one, "subscription_id": "s900", "product": "automate", "mrr": 9000, "start_date": "2025-04-01"}
        for one in ("a002",)
    ],
    "usage": [
        {"account_id": "a002", "date": day, "feature": "from the future", "events": 9000, "active_users": 900}
        for day in ("2025-04-01", "2025-05-10")
    ],
    "tickets": [
        {"account_id": "a002", "ticket_id": "t900", "opened_at": "2025-04-01T00:00:00Z", "priority": "urgent"}
    ],
    "invoices": [
        {"account_id": "a002", "invoice_id": "i900", "issued_date": "2025-04-01", "amount": 9, "status": "failed"}
    ],
    "touchpoints": [{"account_id": "a002", "touchpoint_id": "c900", "date": "2025-04-01", "kind": "call"}],
    "strategic_grants": [
        {
            "account_id": "a002", "kind": "floor", "owner": "Ada", "benefit": "none", "start_date": "2025-04-01",
            "end_date": "2025-12-31", "floor_tier": "high_touch",
        }
    ],
    "overrides": [
        {
            "account_id": "a002", "tier": "high_touch", "author": "Grace", "reason": "later",
            "start_date": "2025-04-01", "end_date": "2025-12-31",
        }
    ],
    "account_merges": [{"from_account_id": "a003", "into_account_id": "a002", "date": "2025-04-01"}],
    "rates": [{"currency": "EUR", "month": "2025-04", "rate": 99}],
    "team": [
        {
            "owner": "Ada", "email": "csm1@example.com", "pool": "tam", "hours_per_month": 900,
            "valid_from": "2025-04-01",
        }
    ],
}  # fmt: skip

# What rows say that replace others of the same key, but became known after the cut-off.
REVISED: dict[str, Row] = {
    "accounts": {"nps": -100, "is_internal": "true"},
    "subscriptions": {"mrr": 90000},
    "usage": {"events": 9000},
    "tickets": {"csat": 1, "is_escalated": "true"},
    "invoices": {"status": "failed", "paid_date": ""},
    "touchpoints": {"minutes": 9000},
    "strategic_grants": {"end_date": "2026-12-31"},
    "overrides": {"tier": "low_touch"},
    "team": {"hours_per_month": 0},
}

# People for every pool; not quite enough of them, so that accounts are handed over and left unassigned.
TEAM: list[Row] = [
    {
        "owner": owner, "email": email, "pool": pool, "hours_per_month": hours, "regions": "emea", "industries": "",
        "valid_from": "2024-01-01",
    }
    for owner, email, pool, hours in (
        ("Ada", "CSM0@example.com", "pooled", 3.5), ("Bo", "csm1@example.com", "pooled", 3.4),
        ("Cy", "cy@example.com", "dedicated", 12), ("Robot", "robot@example.com", "digital", 1.5),
        ("Tia", "tia@example.com", "tam", 2),
    )
]  # fmt: skip


def tables_with_team() -> Tables:
    return healthy_tables() | {"team": TEAM}


def results(folder: Path, *months: Month) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is published of months, but for what names the run."""
    tables = published_tables(folder, lambda column: column != "run_id")
    days = {month.first_day for month in months}
    return {
        name: [row for row in tables[name] if row[0] in days or name.startswith("polic") or name == "tier_changes"]
        for name in RESULTS
    }


def with_more(tables: Tables, more: Tables) -> Tables:
    return {source: [*rows, *more.get(source, [])] for source, rows in tables.items()}


def shuffled(tables: Tables, seed: int) -> Tables:
    return {source: random.Random(seed).sample(rows, len(rows)) for source, rows in tables.items()}


def known_at(rows: Sequence[Row], known: str, **changes: object) -> list[Row]:
    return [row | changes | {"known_at": known, "is_deleted": "false"} for row in rows]


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A project whose three months were run one after the other."""
    folder = write_project(tmp_path_factory.mktemp("straight"), tables_with_team())
    run_months(folder, Month.range(JANUARY, MARCH))
    return folder


def test_the_project_is_worth_looking_at(straight):
    tables = results(straight, JANUARY, FEBRUARY, MARCH)
    kinds = {row[3] for row in tables["tier_changes"]}

    assert {len(rows) for name, rows in tables.items() if name.startswith("account") and name != "account_risks"} == {
        17
    }
    assert {"initial", "promotion", "override_started", "override_ended", "exit"} <= kinds
    assert {row["status"] for row in named("engagement_actions", tables)} == {"open", "dropped"}
    owners = {row["owner"] for row in named("engagement_plan", tables)}
    assert {"unassigned", "Robot"} < owners <= {"unassigned", "Ada", "Bo", "Cy", "Robot"}
    assert {row["is_handed_over"] for row in named("engagement_plan", tables)} == {True, False}


def named(table, tables):
    """Rows with the names of their columns, run_id aside."""
    columns = [name for name in PUBLISHED[table].columns if name != "run_id"]
    return [dict(zip(columns, row, strict=True)) for row in tables[table]]


def test_what_happens_after_the_month_changes_nothing(straight, tmp_path):
    folder = write_project(tmp_path, with_more(tables_with_team(), FUTURE))
    run_months(folder, Month.range(JANUARY, MARCH))

    assert results(folder, JANUARY, FEBRUARY, MARCH) == results(straight, JANUARY, FEBRUARY, MARCH)


def test_what_becomes_known_after_the_cut_off_changes_nothing(straight, tmp_path):
    tables = tables_with_team()
    for source, changes in REVISED.items():
        rows = tables[source]
        tables[source] = known_at(rows, EARLIER) + known_at(rows, LATER, **changes)
    folder = write_project(tmp_path, tables)
    run_months(folder, Month.range(JANUARY, MARCH))

    assert results(folder, JANUARY, FEBRUARY, MARCH) == results(straight, JANUARY, FEBRUARY, MARCH)


def test_what_became_known_before_the_cut_off_does_change_something(straight, tmp_path):
    tables = tables_with_team()
    for source, changes in REVISED.items():
        tables[source] = known_at(tables[source], EARLIER, **changes if source != "accounts" else {"nps": -100})
    folder = write_project(tmp_path, tables)
    run_months(folder, [JANUARY])

    assert results(folder, JANUARY)["account_scores"] != results(straight, JANUARY)["account_scores"]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(straight, tmp_path, seed):
    folder = write_project(tmp_path, shuffled(tables_with_team(), seed))
    run_months(folder, Month.range(JANUARY, MARCH))

    assert results(folder, JANUARY, FEBRUARY, MARCH) == results(straight, JANUARY, FEBRUARY, MARCH)


def test_the_same_month_again_is_unchanged(straight, tmp_path):
    folder = shutil.copytree(straight, tmp_path / "again")
    summaries = run_months(folder, [MARCH, JANUARY, FEBRUARY, MARCH])

    assert [(summary.status, summary.revision) for summary in summaries] == [("unchanged", 1)] * 4
    assert results(folder, JANUARY, FEBRUARY, MARCH) == results(straight, JANUARY, FEBRUARY, MARCH)


def test_rows_in_another_order_leave_the_month_unchanged(straight, tmp_path):
    folder = shutil.copytree(straight, tmp_path / "again")
    for source, rows in shuffled(tables_with_team(), seed=3).items():
        write_csv(folder / "data" / f"{source}.csv", rows)

    assert [summary.status for summary in run_months(folder, [MARCH])] == ["unchanged"]


def cut(content: bytes) -> bytes:
    return content[:-40]


def scrambled(content: bytes) -> bytes:
    return content[:60] + bytes(255 - byte for byte in content[60:120]) + content[120:]


@pytest.mark.parametrize("damage", [cut, scrambled, None])
def test_the_fact_store_may_be_damaged_or_thrown_away(straight, tmp_path, damage):
    folder = shutil.copytree(straight, tmp_path / "again")
    if damage is None:
        shutil.rmtree(folder / "facts")
    else:
        stored = [path for path in (folder / "facts").glob("*/*.*") if path.suffix in {".parquet", ".json"}]
        assert len(stored) > len(RESULTS)
        for path in stored:
            path.write_bytes(damage(path.read_bytes()))

    assert [summary.status for summary in run_months(folder, [MARCH])] == ["unchanged"]


def test_a_month_computed_from_what_is_published_is_that_of_a_fresh_start(straight, tmp_path):
    """A change in February's data, replayed from the middle, comes to what a fresh project comes to."""
    tables = tables_with_team()
    for row in tables["usage"]:
        if row["date"] >= "2025-02" and row["account_id"] == "a003":
            row["active_users"] = 1
    replayed = shutil.copytree(straight, tmp_path / "replayed")
    write_csv(replayed / "data" / "usage.csv", tables["usage"])
    summaries = run_months(replayed, [FEBRUARY, MARCH])
    fresh = write_project(tmp_path / "fresh", tables)
    run_months(fresh, Month.range(JANUARY, MARCH))

    assert [(summary.status, summary.revision) for summary in summaries] == [("published", 2)] * 2
    scores = ("account_features", "account_scores", "score_contributions_wide")
    left, right = (results(folder, JANUARY, FEBRUARY, MARCH) for folder in (replayed, fresh))
    assert {name: left[name] for name in scores} == {name: right[name] for name in scores}
    tiers = lambda folder: published_tables(folder, lambda column: column not in {"run_id", "revision"})  # noqa: E731
    assert tiers(replayed)["account_tiers"] == tiers(fresh)["account_tiers"]
