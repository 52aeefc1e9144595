"""Rows that no month may be made of, months that cannot be run, settings that cannot be meant."""

from __future__ import annotations

import pytest

from tests.flows.bad_input.breaking import BAD_DATA, FAILED, WRONG_USE, data, edit, refused, stopped
from tests.flows.forked import retier
from tests.flows.projects import FEBRUARY, MARCH, healthy_tables, write_csv
from transforms.contracts import SOURCES


def test_the_healthy_project_can_run(project):
    result = retier("run", "--month", FEBRUARY, "--project", project)

    assert (result.returncode, result.stderr) == (0, "")
    assert "published" in result.stdout


@pytest.mark.parametrize(
    ("source", "column", "value"),
    [
        ("accounts", "account_id", ""),
        ("subscriptions", "mrr", -5),
        ("subscriptions", "mrr", "nan"),
        ("subscriptions", "mrr", 1e18),
        ("touchpoints", "minutes", 1e300),
        ("invoices", "issued_date", "2025-02-30"),
        ("tickets", "priority", "blazing"),
        ("overrides", "tier", "gold"),
    ],
)
def test_a_value_that_cannot_be_used(run, project, source, column, value):
    rows = healthy_tables()[source]
    event_time = SOURCES[source].event_time
    bad = next(row for row in rows if event_time is None or row[event_time].startswith(str(FEBRUARY)))
    write_csv(data(project, source), [*rows, bad | {column: value}])
    words = (f"data/{source}.csv", f"{len(rows) + 1:,}", f"1 in {column}", repr(str(value)) if value else "nothing")

    assert stopped(run, project, f"quarantined.{source}", "1 value cannot be used", *words) == {source: 1}


def test_no_account_in_scope(project):
    path = data(project, "accounts")
    path.write_text(path.read_text(encoding="utf-8").replace('"false"', '"true"'), encoding="utf-8")
    refused(project, BAD_DATA, "no account is in scope in 2025-02", "is_internal")


@pytest.mark.parametrize(
    ("source", "key", "change"),
    [
        ("accounts", "'a000'", {}),
        ("subscriptions", "'s0', '2023-05-01'", {"mrr": 1}),
        ("usage", "'a000', '2025-02-03', 'editor'", {}),
        ("tickets", "'a001-2025-02'", {"priority": "low"}),
        ("invoices", "'a000-2025-02'", {"amount": 1}),
        ("overrides", "'a001', '2025-02-01'", {"reason": "another"}),
    ],
)
def test_a_duplicate_key(run, project, source, key, change):
    """A copy gives way to the first; of contradictions nobody can tell which is right."""
    rows = healthy_tables()[source]
    first = key.split("'")[1::2]
    twin = next(row for row in rows if {*first} <= {str(value) for value in row.values()})
    write_csv(data(project, source), [*rows, twin | change])

    assert stopped(run, project, f"quarantined.{source}", "1 key occurs more than once", key) == {
        source: 1 + bool(change)
    }


def test_two_currencies_without_rates(project):
    data(project, "rates").unlink()
    edit(project / "retier.yaml", "  rates: {path: data/rates.csv}\n", "")
    refused(project, BAD_DATA, "subscriptions", "'EUR'", "2025-02", "rates")


def test_merges_in_a_circle(project):
    rows = [("a004", "a005"), ("a005", "a004")]
    columns = ("from_account_id", "into_account_id")
    write_csv(
        data(project, "account_merges"), [dict(zip(columns, row, strict=True), date="2025-02-01") for row in rows]
    )
    refused(project, BAD_DATA, "'a004', 'a005'", "circle")


@pytest.mark.parametrize("month", ["2999-01", "2025-13", "soon"])
def test_a_month_that_cannot_be_run(project, month):
    refused(project, WRONG_USE, month, month=month)


def test_a_gap_before_the_month(project):
    refused(project, FAILED, "2025-03", "2025-02", "retier backfill --from 2025-02 --to 2025-03", month=MARCH)


def test_a_policy_with_an_unknown_key(project):
    edit(project / "policy.yaml", "promotion_dwell_months:", "promotion_dwel_months:")
    refused(project, WRONG_USE, "policy.yaml", "movement.promotion_dwel_months", "line", "unknown key")


def test_settings_with_an_unknown_source(project):
    edit(project / "retier.yaml", "  tickets:", "  tikets:")
    refused(project, WRONG_USE, "retier.yaml", "tikets", "tickets")
