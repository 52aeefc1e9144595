"""`retier diff`."""

from __future__ import annotations

import json

import pytest

from flows.settings import load_project
from flows.warehouse import warehouse_engine
from sql.dialects import execute
from sql.engine import transaction
from tests.flows.published import JANUARY, publish_month

LOW, HIGH = ({"tier": f"{rank}_touch", "base_tier": f"{rank}_touch"} for rank in ("low", "high"))


@pytest.fixture
def restated(project):
    """Thirty accounts that rose, one that left and one with a name that would steer a terminal."""
    rising = {f"account {number:02}": {"arr": 1000.0 * number} for number in range(30)}
    former = {name: LOW | values for name, values in rising.items()} | {"gone\x1b[31m": HIGH | {"arr": 99_000.0}}
    publish_month(project, JANUARY, former)
    publish_month(project, JANUARY, {name: HIGH | values | {"health": 80.0} for name, values in rising.items()})
    return project


def test_people_see_the_runs_the_matrix_and_the_largest_accounts(run, restated):
    result = run("diff", "--project", restated)

    assert result.exit_code == 0, result.stderr
    assert "2025-01, revision 1 and revision 2" in result.stdout
    assert "revision 1: published 2026-01-01 01:00 UTC by run, policy 1-" in result.stdout
    assert "31 accounts have another tier or base tier:" in result.stdout
    assert "30 (435,000)" in result.stdout
    assert "1 (99,000)" in result.stdout
    assert "71.5 to" in result.stdout
    assert "80.0" in result.stdout
    assert "Not shown: 11 more" in result.stdout
    assert "\x1b" not in result.stdout
    shown = [line.split()[1] for line in result.stdout.splitlines() if line.strip().startswith("account ")]
    assert shown[1:4] == ["29", "28", "27"]


@pytest.mark.parametrize(("limit", "told"), [("0", "31 more"), ("31", None), ("30", "1 more")])
def test_as_many_accounts_are_shown_as_wanted(run, restated, limit, told):
    result = run("diff", "--project", restated, "--limit", limit)

    assert (told in result.stdout) if told else ("Not shown" not in result.stdout)


def test_programs_read_everything(run, restated):
    result = run("diff", "--project", restated, "--month", JANUARY, "--revision", 1, 2, "--json")

    told = json.loads(result.stdout)
    assert (told["month"], told["former"]["revision"], told["present"]["revision"]) == ("2025-01", 1, 2)
    assert told["matrix"][0] == {
        "former_tier": "low_touch",
        "present_tier": "high_touch",
        "accounts": 30,
        "former_arr": 435_000.0,
        "present_arr": 435_000.0,
    }
    assert len(told["changed"]) == 31


def test_revisions_with_the_same_tiers_say_so(run, project):
    for arr in (1.0, 2.0):
        publish_month(project, JANUARY, {"a": {"arr": arr}})

    assert "No account's tier or base tier differs." in run("diff", "--project", project).stdout


def test_what_a_person_said_of_a_revision_is_shown(run, restated):
    assert "because" not in run("diff", "--project", restated).stdout

    with transaction(warehouse_engine(load_project(restated, {}))) as connection:
        execute(connection, "update runs set reason = 'late invoices' where revision = 2")
    told = json.loads(run("diff", "--project", restated, "--json").stdout)

    assert (told["former"]["reason"], told["present"]["reason"]) == (None, "late invoices")
    assert "because: late invoices" in run("diff", "--project", restated).stdout


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["--revision", "1"], "requires 2 arguments"),
        (["--revision", "1", "2", "3"], "unexpected extra argument(s) (3)"),
        (["--revision", "1", "two"], "should be a valid integer"),
        (["--revision", "1", "7"], "2025-01 has no revision 7: expected one of 1, 2"),
        (["--month", "2024-01"], "2024-01 is not published"),
    ],
    ids=["one", "three", "no number", "no revision", "no month"],
)
def test_wrong_use_is_one_sentence(run, restated, line, sentence):
    result = run("diff", "--project", restated, *line)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
