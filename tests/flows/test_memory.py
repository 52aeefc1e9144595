"""A table that several months read is judged once, and anew as soon as anything of it changes."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from flows import session
from flows.checks.judgement import Memory
from flows.progress import Silent
from flows.run_month import run_month
from flows.session import Session
from flows.settings import load_project
from tests.flows.bad_input.breaking import data, held_back
from tests.flows.options import options_of
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, write_csv, write_project
from transforms.errors import DataQualityError

ACCOUNTS = 80


@pytest.fixture(scope="module")
def january(tmp_path_factory):
    """A project whose January is published, and what was judged for it."""
    folder, memory = write_project(tmp_path_factory.mktemp("memory"), healthy_tables(ACCOUNTS)), Memory()
    run(folder, JANUARY, memory)
    return folder, memory


@pytest.fixture
def project(january, tmp_path):
    return shutil.copytree(january[0], tmp_path / "project")


def run(folder, month, memory):
    project = load_project(folder, {})
    options = options_of(month, known_until=MARCH.end_time, is_notifying=True)
    run_month(project, options, Silent(), Session(project, memory))


def found(folder):
    """What the checks of the last run found."""
    with duckdb.connect(str(folder / "retier.duckdb"), read_only=True) as connection:
        connection.execute("use retier.retier")
        return connection.execute(
            """
            select "check", severity, is_passed, message, observed from check_results
            where run_id = (select max_by(run_id, finished_at) from runs) order by all
            """
        ).fetchall()


def test_what_is_remembered_says_the_same(january, tmp_path):
    remembering, forgetting = (shutil.copytree(january[0], tmp_path / name) for name in ("one", "other"))
    memory = Memory()
    run(remembering, JANUARY, memory)
    known = dict(memory.results)
    run(remembering, FEBRUARY, memory)
    run(forgetting, FEBRUARY, None)

    assert memory.results == known
    assert {name for result in known.values() for name in [result.suite_name]} >= {"accounts", "subscriptions"}
    assert found(remembering) == found(forgetting)


def test_a_table_that_changed_is_judged_anew(project):
    memory = Memory()
    run(project, JANUARY, memory)
    rows = healthy_tables(ACCOUNTS)["accounts"]
    write_csv(data(project, "accounts"), [*rows, rows[0] | {"account_id": "bad", "created_date": "yesterday"}])
    run(project, FEBRUARY, memory)

    assert held_back(project) == {"accounts": 1}
    told = {check: is_passed for check, _, is_passed, _, _ in found(project)}
    assert not told["accounts.created_date.required"]


def test_a_table_is_judged_anew_when_one_changed_that_it_refers_to(project):
    memory = Memory()
    run(project, JANUARY, memory)
    accounts = healthy_tables(ACCOUNTS)["accounts"]
    write_csv(data(project, "accounts"), accounts[:-1])
    with pytest.raises(DataQualityError, match="arr_reconciliation"):
        run(project, FEBRUARY, memory)

    told = {check: is_passed for check, _, is_passed, _, _ in found(project)}
    assert not told["subscriptions.account_id.reference"]


def test_quarantined_rows_are_looked_for_anew_where_facts_lie_elsewhere(project):
    memory = Memory()
    rows = healthy_tables(ACCOUNTS)["accounts"]
    write_csv(data(project, "accounts"), [*rows, rows[0] | {"account_id": "bad", "created_date": "yesterday"}])
    run(project, JANUARY, memory)
    shutil.rmtree(project / "facts")
    settings = project / "retier.yaml"
    settings.write_text(f"facts: elsewhere\n{settings.read_text()}")
    run(project, FEBRUARY, memory)

    assert held_back(project) == {"accounts": 1}


def test_the_sessions_of_a_process_share_what_they_found(january, monkeypatch):
    project = load_project(january[0], {})
    one, other = Session(project), Session(project)
    assert one.store is other.store
    assert one.memory is other.memory

    one.memory.results["a version"] = next(iter(january[1].results.values()))
    monkeypatch.setattr(session, "_JUDGED_TABLES", 0)
    assert not Session(project).memory.results


def test_checks_that_could_not_run_are_not_remembered(project):
    memory = Memory()
    opened = Session(load_project(project, {}), memory)
    rows = healthy_tables(ACCOUNTS)["accounts"]
    write_csv(data(project, "accounts"), [*rows, rows[0] | {"account_id": "bad", "created_date": "yesterday"}])
    opened.open([FEBRUARY])
    for staged in (project / "facts").rglob("refused.parquet"):
        staged.unlink()
    with pytest.raises(FileNotFoundError):
        run_month(opened.project, options_of(FEBRUARY, known_until=MARCH.end_time), Silent(), opened)
    run(project, FEBRUARY, memory)

    assert held_back(project) == {"accounts": 1}
