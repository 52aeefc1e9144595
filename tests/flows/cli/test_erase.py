"""`retier erase`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

from flows.settings import load_project
from flows.warehouse import reading
from sql.dialects import read
from tests.flows.command_line import ROOT
from tests.flows.published import FEBRUARY, JANUARY, publish_month


@pytest.fixture
def published(project):
    for month in (JANUARY, FEBRUARY):
        publish_month(project, month, {"cus-7": {"name": "Acme"}, "b": {"name": "Beta"}})
    return project


def accounts_of(project):
    with reading(load_project(project, {})) as connection:
        assert connection is not None
        return read(connection, "select distinct account_id from account_tiers")["account_id"].to_list()


def test_people_read_what_was_done_and_what_is_left_to_do(run, published):
    result = run("erase", "cus-7", "--reason", "asked", "--yes", "--project", published)

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Erased: erased-")
    assert "  account_tiers: 2 rows" in result.stdout
    assert "retier could not check whether the accounts source still names the account" in result.stdout
    assert "Next: delete the account in your sources and backups too" in result.stdout
    assert "cus-7" not in result.stdout
    assert "cus-7" not in accounts_of(published)


def test_programs_read_the_pseudonym_tables_and_months(run, published):
    told = json.loads(run("erase", "cus-7", "--reason", "asked", "--yes", "--json", "--project", published).stdout)

    assert told["pseudonym"] in accounts_of(published)
    assert told["rows"]["account_features"] == 2
    assert told["months"] == ["2025-01", "2025-02"]


def test_status_shows_no_stale_month_and_the_erasure_as_the_last_run(run, published):
    run("erase", "cus-7", "--reason", "asked", "--yes", "--project", published)

    status = json.loads(run("status", "--json", "--project", published).stdout)
    assert (status["stale_months"], status["last_run"]["command"]) == ([], "erase")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["cus-7", "--reason", "asked"], "without a terminal nobody can confirm it: add --yes to erase"),
        (["cus-7", "--yes"], "missing option '--reason'"),
        (["cus-7", "--yes", "--reason", " "], "an erasure needs a reason"),
        (["cus-70", "--yes", "--reason", "asked"], "unknown account 'cus-70'"),
        (["Beta", "--yes", "--reason", "asked"], "'Beta' is the name of 'b'"),
    ],
    ids=["nobody to ask", "no reason", "empty reason", "unknown", "name"],
)
def test_wrong_use_is_one_sentence_and_erases_nothing(run, published, line, sentence):
    result = run("erase", *line, "--project", published)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert "cus-7" in accounts_of(published)


@pytest.mark.parametrize(("answered", "exit_code"), [("y", 0), ("n", 2)])
def test_on_a_terminal_a_person_is_asked(published, answered, exit_code):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", "from flows.cli.app import main; main()", "erase", "cus-7", "--reason", "asked",
         "--project", str(published)],
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        os.write(ours, f"{answered}\n".encode())
        _, told = process.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)

    assert process.returncode == exit_code, told
    assert "Erase account cus-7 (Acme) from every table and file? This cannot be undone" in told
    assert ("cus-7" in accounts_of(published)) == (answered == "n")
