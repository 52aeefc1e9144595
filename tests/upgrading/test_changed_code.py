"""Code that changes and computes the same makes nothing stale; a raised version makes stale what it changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.flows.command_line import retier
from tests.upgrading.changed_code import Code
from tests.upgrading.test_stored_warehouses import MONTHS, put_policy_of_today, raised_since_0_1_0, unpacked


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
    line = 'placement, money before points",'
    code.replace("transforms/tiers/step.py", line, f'{line}\n    3: "moves two steps",')


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
    """A project with three months that 0.1.0 published, and a policy of today."""
    folder = unpacked("duckdb", tmp_path / "former")
    put_policy_of_today(folder)
    return folder


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, with months that this version computed again; it is shared."""
    folder = unpacked("duckdb", tmp_path_factory.mktemp("upgraded") / "project")
    put_policy_of_today(folder)
    result = retier("backfill", *MONTHS, "--reason", "upgrade", folder=folder)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture
def today(upgraded: Path, tmp_path: Path) -> Path:
    """A project with three months that this version published; times of files included."""
    return shutil.copytree(upgraded, tmp_path / "today")


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
def test_code_that_computes_the_same_plans_nothing_and_finds_all_facts(today, code, change: Callable[[Code], None]):
    change(code)

    assert reasons(code, today) == [[], [], []]
    assert to_read(code, today) == set()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(move_modules, id="modules-moved"),
        pytest.param(learn_source_columns, id="source-columns-added"),
    ],
)
def test_months_of_0_1_0_are_stale_by_what_was_raised_alone_and_their_facts_are_found(former, code, change):
    change(code)

    assert reasons(code, former) == [["policy changed", raised_since_0_1_0()]] * 3
    assert to_read(code, former) == set()


def test_a_raised_fact_is_reported_and_read_from_its_source_alone(today, code):
    raise_tickets(code)

    assert reasons(code, today) == [["definition changed: tickets 1 → 2 (counts reopened tickets)"]] * 3
    assert to_read(code, today) == {"tickets"}


def test_a_raised_stage_is_reported_and_reads_no_events(today, code):
    raise_tiers(code)

    assert reasons(code, today) == [["definition changed: tiers 2 → 3 (moves two steps)"]] * 3
    assert to_read(code, today) == set()


def test_all_versions_since_0_1_0_are_named_in_their_order(former, code):
    raise_tiers(code)

    assert all(
        "tiers 1 → 3 (silence and illness as facts, lifts of three to six months, placement, money before points; "
        "moves two steps)" in why
        for (_, why) in reasons(code, former)
    )


def test_only_months_that_an_older_version_computed_are_stale(today, code):
    raise_tickets(code)
    code.retier("backfill", "--from", "2025-01", "--to", "2025-01", "--reason", "try it", folder=today)

    assert reasons(code, today) == [[], *[["definition changed: tickets 1 → 2 (counts reopened tickets)"]] * 2]


def policies_of(folder: Path) -> list[tuple[str]]:
    """Return the names of the policies by which months were ever published."""
    with duckdb.connect(str(folder / "retier.duckdb"), read_only=True) as warehouse:
        return warehouse.sql("select policy_version from retier.retier.policies order by all").fetchall()


def test_a_policy_key_that_came_with_a_raised_stage_is_no_other_policy(today, code):
    before = policies_of(today)
    learn_a_policy_key(code)
    raise_tiers(code)

    assert reasons(code, today) == [["definition changed: tiers 2 → 3 (moves two steps)"]] * 3

    code.retier("backfill", *MONTHS, "--reason", "upgrade", folder=today)

    assert policies_of(today) == before
    assert reasons(code, today) == [[], [], []]


def test_a_person_who_sets_the_new_key_has_another_policy(today, code):
    learn_a_policy_key(code)
    policy = today / "policy.yaml"
    line = "  neutral_points:"
    text = policy.read_text()
    assert line in text
    policy.write_text(text.replace(line, f'  later_points: {{value: 41, reason: "Tried."}}\n{line}'))

    assert reasons(code, today) == [["policy changed"]] * 3
