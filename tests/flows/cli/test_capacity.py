"""`retier capacity`."""

from __future__ import annotations

import json

import pytest

from tests.flows.engaged import publish_plan, short_pool


def cells(line: str) -> list[str]:
    return line.split()


def test_people_see_what_is_missing_where_and_what_a_head_would_change(run, project):
    short_pool(project)
    result = run("capacity", "--project", project)

    assert result.exit_code == 0, result.stderr
    lines = [cells(line) for line in result.stdout.splitlines()]
    assert lines[0] == ["2025-01,", "in", "hours", "a", "month:"]
    assert ["mid", "touch", "pooled", "3", "15.5", "1", "5.5"] in lines
    assert ["low", "touch", "digital", "1", "0.5", "0", "-"] in lines
    assert ["pooled", "2", "12.0", "15.5", "5.5", "1", "2"] in lines
    assert ["Ada", "pooled", "7.0", "6.0", "86%", "0/1/0", "0"] in lines
    assert ["Gone", "pooled", "0.0", "0.0", "away", "0/0/0", "0"] in lines
    assert ["pooled", "one", "less", "5.0", "5.5", "to", "9.5", "1", "to", "2", "1"] in lines
    assert "\x1b" not in result.stdout


def test_it_fits_a_terminal_of_80_columns(run, project, monkeypatch):
    short_pool(project)
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, run("capacity", "--project", project).stdout.splitlines())) <= 80


def test_programs_read_everything(run, project):
    short_pool(project)
    told = json.loads(run("capacity", "--project", project, "--month", "2025-01", "--json").stdout)

    assert (told["month"], told["has_team"], len(told["owners"])) == ("2025-01", True, 4)
    assert told["heads"][0] == {
        "pool": "pooled", "heads": 1, "hours": 5.0, "missing_hours": 5.5, "unassigned_accounts": 1,
        "handed_over_accounts": 0,
    }  # fmt: skip


def test_without_a_team_it_says_what_to_map(run, project):
    publish_plan(project, [("a", "pooled", 6.0, "x@y.z")], [])
    assert "map the source team in retier.yaml" in run("capacity", "--project", project).stdout


@pytest.mark.parametrize(
    ("month", "sentence"), [("2024-01", "2024-01 is not published"), ("June", "'June' is not a month")]
)
def test_wrong_use_is_one_sentence(run, project, month, sentence):
    short_pool(project)
    result = run("capacity", "--project", project, "--month", month)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
