"""A small healthy project with every source, made by arithmetic, and what is published of it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.progress import Silent
from flows.run_month import run_month
from flows.session import Session
from flows.settings import default_policy_text, load_project
from flows.summary import RunSummary
from tests.flows.options import options_of
from transforms.month import Month

JANUARY = Month.parse("2025-01")
FEBRUARY = JANUARY + 1
MARCH = JANUARY + 2

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_FIRST_OF_USAGE = JANUARY - 6
_PRODUCTS = ("suite", "insights", "automate")
_PRIORITIES = ("urgent", "high", "normal", "low")


def healthy_tables(accounts: int = 6) -> Tables:
    """Rows of every source, by source: all of them good, and no two accounts alike."""
    ids = [f"a{number:03}" for number in range(accounts)]
    months = Month.range(_FIRST_OF_USAGE, MARCH)
    return {
        "accounts": [_account(number, one) for number, one in enumerate(ids)],
        "subscriptions": [row for number, one in enumerate(ids) for row in _subscriptions(number, one)],
        "usage": [row for number, one in enumerate(ids) for month in months for row in _usage(number, one, month)],
        "tickets": [_ticket(number, one, month) for number, one in enumerate(ids) for month in months if number % 2],
        "invoices": [_invoice(number, one, month) for number, one in enumerate(ids) for month in months],
        "touchpoints": [
            row for number, one in enumerate(ids) for month in months for row in _touchpoints(number, one, month)
        ],
        "products": [{"product": name, "list_price": 100, "eligible_plans": ""} for name in _PRODUCTS],
        "strategic_grants": [
            {
                "account_id": ids[0], "kind": "reference", "owner": "Ada", "benefit": "speaks for us",
                "start_date": "2025-01-10", "end_date": "2025-02-28", "floor_tier": "mid_touch",
            },
            {
                "account_id": ids[3], "kind": "floor", "owner": "Ada", "benefit": "a pilot",
                "start_date": "2025-02-10", "end_date": "2025-12-31", "floor_tier": "mid_touch",
            },
        ],
        "overrides": [
            {
                "account_id": ids[1], "tier": "high_touch", "author": "Grace", "reason": "a launch",
                "start_date": "2025-02-01", "end_date": "2025-02-28",
            }
        ],
        "account_merges": [{"from_account_id": ids[-1], "into_account_id": ids[-2], "date": "2025-03-05"}],
        "rates": [{"currency": "EUR", "month": str(month), "rate": 1.1} for month in months],
    }  # fmt: skip


def _account(number: int, account_id: str) -> Row:
    return {
        "account_id": account_id, "name": f"Company {number}", "created_date": "2022-01-01",
        "addressable_seats": 200 + number, "region": "emea", "plan": "team", "is_internal": "false",
        "integrations": number % 4, "regions": 1 + number % 3, "nps": number * 7 % 60, "nps_date": "2024-12-20",
        "brand_rank": 1 + number % 5, "csm_email": f"csm{number % 2}@example.com",
    }  # fmt: skip


def _subscriptions(number: int, account_id: str) -> list[Row]:
    first = {
        "account_id": account_id, "subscription_id": f"s{number}", "product": "suite", "mrr": 1500.1 + 900 * number,
        "currency": "EUR" if number % 3 == 0 else "USD", "seats": 20 + 5 * number, "start_date": "2023-05-01",
        "end_date": "", "renewal_date": "2025-05-01", "is_trial": "false",
    }  # fmt: skip
    # Fractions whose floating-point sum depends on the order in which they are added.
    more = [
        {"subscription_id": f"t{number}-{part}", "product": "insights", "mrr": mrr, "seats": "", "start_date": start}
        for part, (mrr, start) in enumerate(
            [(700.1, "2025-02-10"), (0.2, "2024-03-01"), (0.3, "2024-03-01"), (0.7, "2024-03-01")]
        )
    ]
    return [first, *(first | one for one in more)] if number % 2 else [first]


def _usage(number: int, account_id: str, month: Month) -> list[Row]:
    age = len(Month.range(_FIRST_OF_USAGE, month))
    return [
        {
            "account_id": account_id, "date": f"{month}-{day:02}", "feature": feature,
            "events": 30 + 10 * number + 4 * age * (number % 3), "active_users": 5 + 3 * number + age % 4,
        }
        for day, feature in ((3, "editor"), (11, "export"), (20 + number % 6, f"feature {(number + age) % 5}"))
    ]  # fmt: skip


def _ticket(number: int, account_id: str, month: Month) -> Row:
    return {
        "account_id": account_id, "ticket_id": f"{account_id}-{month}", "opened_at": f"{month}-12T10:00:00Z",
        "closed_at": f"{month + number % 2}-14T10:00:00Z", "priority": _PRIORITIES[number % 4], "csat": 1 + number % 5,
        "is_escalated": "true" if number == 1 else "false", "handle_minutes": 45 if number % 3 else "",
    }  # fmt: skip


def _invoice(number: int, account_id: str, month: Month) -> Row:
    return {
        "account_id": account_id, "invoice_id": f"{account_id}-{month}", "issued_date": f"{month}-01",
        "due_date": f"{month}-15", "paid_date": f"{month}-{15 + number % 10:02}", "amount": 1500.5 + number,
        "currency": "USD", "status": "paid",
    }  # fmt: skip


def _touchpoints(number: int, account_id: str, month: Month) -> list[Row]:
    return [
        {
            "account_id": account_id, "touchpoint_id": f"{account_id}-{month}-{part}", "date": f"{month}-18",
            "kind": "call", "minutes": minutes, "is_customer_initiated": "true" if number % 2 else "false",
        }
        for part, minutes in enumerate((20.1 * (1 + number % 3), 0.2, 0.7))
    ]  # fmt: skip


def write_project(folder: Path, tables: Mapping[str, Sequence[Row]]) -> Path:
    """Write a project: one CSV file for each source, the least settings, the default policy."""
    for source, rows in tables.items():
        write_csv(folder / "data" / f"{source}.csv", rows)
    settings = "".join(f"  {source}: {{path: data/{source}.csv}}\n" for source in tables)
    (folder / "retier.yaml").write_text(f"sources:\n{settings}", encoding="utf-8")
    (folder / "policy.yaml").write_text(default_policy_text(), encoding="utf-8")
    return folder


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as a CSV file, every text in quotes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", quoting=csv.QUOTE_NONNUMERIC)
        writer.writeheader()
        writer.writerows(rows)


def run_months(folder: Path, months: Iterable[Month]) -> list[RunSummary]:
    """Run months one after the other, each known as of the end of March."""
    project = load_project(folder, {})
    session = Session(project)
    return [
        run_month(project, options_of(month, known_until=MARCH.end_time, is_notifying=True), Silent(), session)
        for month in months
    ]


def published_tables(folder: Path, columns: Callable[[str], bool] = lambda _: True) -> dict[str, list[tuple[Any, ...]]]:
    """Read every table of the warehouse, rows in a fixed order.

    Args:
        folder: The project's folder.
        columns: Which columns are read.
    """
    with duckdb.connect(str(folder / "retier.duckdb"), read_only=True) as connection:
        connection.execute("use retier.retier")
        found = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'retier' and not internal "
            "and table_name in (select table_name from duckdb_tables()) order by table_name, column_index"
        ).fetchall()
        names: dict[str, list[str]] = {}
        for table, column in found:
            names.setdefault(table, []).extend([f'"{column}"'] if columns(column) else [])
        return {
            table: pl.scan_arrow_c_stream(connection.sql(f"select {', '.join(chosen)} from {table} order by all"))
            .collect()
            .rows()
            for table, chosen in names.items()
            if chosen
        }
