"""Code that changes and computes the same makes nothing stale; a raised version makes stale what it changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.flows.command_line import retier
from tests.upgrading.changed_code import Code
from tests.upgrading.test_stored_warehouses import MONTHS, unpacked


def rename_variables(code: Code) -> None:
    assert code.rename_local_variables("transforms") > 100


def move_modules(code: Code) -> None:
    # What facts are summed by, and a module with versions of its own.
    code.move("transforms.exact", "transforms.sums")
    code.move("transforms.tiers.step", "transforms.tiers.one_month")


def raise_tickets(code: Code) -> None:
    line = '1: "as in 0.1.0"'
    code.replace("transforms/facts/tickets.py", line, f'{line}, 2: "counts reopened tickets"')


def raise_tiers(code: Code) -> None:
    line = '1: "as in 0.1.0"'
    code.replace("transforms/tiers/step.py", line, f'{line}, 2: "moves two steps"')


def learn_a_policy_key(code: Code) -> None:
    line = "    neutral_points: Points"
    later = f'{line}\n    later_points: Annotated[Points, CameLater("As before.")] = 40'
    code.replace("transforms/policy/sections.py", line, later)
    imported = "import Amount, Count"
    code.replace("transforms/policy/sections.py", imported, "import Amount, CameLater, Count")


def learn_source_columns(code: Code) -> None:
    later = "c.PLAN.but(name='later', came_with=2)"
    code.replace("transforms/contracts/sources.py", "c.CSM_EMAIL,", f"c.CSM_EMAIL, {later},")
    code.replace(
        "transforms/contracts/sources.py", "[c.USER_ID, c.ACTIVE_USERS]", f"[c.USER_ID, c.ACTIVE_USERS, {later}]"
    )


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """A project with three months that 0.1.0 published."""
    return unpacked("duckdb", tmp_path / "project")


@pytest.fixture(params=["recorded-by-0-1-0", "recorded-by-this-version"])
def folder(request: pytest.FixtureRequest, former: Path) -> Path:
    """The same, and with records that this version wrote anew."""
    if request.param == "recorded-by-this-version":
        assert retier("backfill", *MONTHS, "--reason", "upgrade", folder=former).returncode == 0
    return former


@pytest.fixture
def code(tmp_path: Path) -> Code:
    return Code(tmp_path / "code")


def reasons(code: Code, folder: Path) -> list[list[str]]:
    """Return why each month is planned, by some code."""
    plan = json.loads(code.retier("backfill", *MONTHS, "--dry-run", "--json", folder=folder))
    return [planned["reasons"] for planned in plan["months"]]


def to_read(code: Code, folder: Path) -> set[str]:
    """Return the sources whose rows would be read if all months were computed: facts that the store lacks."""
    plan = json.loads(code.retier("backfill", *MONTHS, "--dry-run", "--force", "--json", folder=folder))
    return {piece["source"] for piece in plan["reads"]}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(rename_variables, id="variables-renamed"),
        pytest.param(move_modules, id="modules-moved"),
        pytest.param(learn_a_policy_key, id="policy-key-added"),
        pytest.param(learn_source_columns, id="source-columns-added"),
    ],
)
def test_code_that_computes_the_same_plans_nothing_and_finds_all_facts(folder, code, change: Callable[[Code], None]):
    change(code)

    assert reasons(code, folder) == [[], [], []]
    assert to_read(code, folder) == set()


def test_a_raised_fact_is_reported_and_read_from_its_source_alone(former, code):
    raise_tickets(code)

    assert reasons(code, former) == [["definition changed: tickets 1 → 2 (counts reopened tickets)"]] * 3
    assert to_read(code, former) == {"tickets"}


def test_a_raised_stage_is_reported_and_reads_no_events(former, code):
    raise_tiers(code)

    assert reasons(code, former) == [["definition changed: tiers 1 → 2 (moves two steps)"]] * 3
    assert to_read(code, former) == set()


def test_only_months_that_an_older_version_computed_are_stale(former, code):
    raise_tickets(code)
    code.retier("backfill", "--from", "2025-01", "--to", "2025-01", "--reason", "try it", folder=former)

    assert reasons(code, former) == [[], *[["definition changed: tickets 1 → 2 (counts reopened tickets)"]] * 2]


def test_a_policy_key_that_came_with_a_raised_stage_is_no_other_policy(former, code):
    learn_a_policy_key(code)
    raise_tiers(code)

    assert reasons(code, former) == [["definition changed: tiers 1 → 2 (moves two steps)"]] * 3

    code.retier("backfill", *MONTHS, "--reason", "upgrade", folder=former)
    with duckdb.connect(str(former / "retier.duckdb"), read_only=True) as warehouse:
        assert warehouse.sql("select count(*) from retier.retier.policies").fetchall() == [(1,)]

    assert reasons(code, former) == [[], [], []]


def test_a_person_who_sets_the_new_key_has_another_policy(former, code):
    learn_a_policy_key(code)
    policy = former / "policy.yaml"
    line = "  neutral_points:"
    text = policy.read_text()
    assert line in text
    policy.write_text(text.replace(line, f'  later_points: {{value: 41, reason: "Tried."}}\n{line}'))

    assert reasons(code, former) == [["policy changed"]] * 3
