"""`retier status`."""

from __future__ import annotations

import json

import pytest

from tests.flows.published import FEBRUARY, JANUARY, MARCH, publish_month


@pytest.fixture
def three_months(project):
    for month in (JANUARY, FEBRUARY, MARCH):
        publish_month(project, month, {"a": {}, "b": {}})
    return project


def status(run, project) -> dict:
    result = run("status", "--json", "--project", project)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_project_that_has_never_run_has_no_months_and_no_warehouse_is_made(run, project):
    told = status(run, project)

    assert (told["months"], told["last_run"], told["notifications"]) == ([], None, {})
    assert told["policy_version"].startswith("1-")
    assert not (project / "retier.duckdb").exists()
    assert "No month is published yet" in run("status", "--project", project).stdout


def test_months_are_listed_with_revision_policy_and_accounts(run, three_months):
    months = status(run, three_months)["months"]

    assert [month["month"] for month in months] == ["2025-01", "2025-02", "2025-03"]
    assert {(month["revision"], month["accounts"], month["is_stale"]) for month in months} == {(1, 2, False)}
    assert months[0]["policy_version"].startswith("1-")


def test_a_month_whose_predecessor_changed_is_stale_and_so_are_those_after_it(run, three_months):
    publish_month(three_months, JANUARY, {"a": {}, "b": {"tier": "high_touch"}})

    told = status(run, three_months)
    assert told["stale_months"] == ["2025-02", "2025-03"]
    assert told["months"][0]["revision"] == 2

    text = run("status", "--project", three_months).stdout
    assert "Stale: 2025-02 to 2025-03 (2 months)" in text
    assert "retier backfill --from 2025-02 --to 2025-03" in text


def test_the_text_names_months_the_last_run_and_what_waits(run, three_months):
    text = run("status", "--project", three_months).stdout

    assert "2025-03" in text
    assert "Last run: 2025-0" in text
    assert "Pending: 0 notifications" in text
    assert "\x1b" not in text


def test_a_password_in_the_warehouse_is_hidden(run, project):
    (project / "retier.yaml").write_text("warehouse: duckdb://me:hunter2@/x\n" + (project / "retier.yaml").read_text())

    result = run("status", "--project", project)

    assert "hunter2" not in result.output
