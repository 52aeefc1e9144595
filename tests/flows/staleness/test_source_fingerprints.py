"""What 0.1.0 recorded of sources: compared by its own recipe, and written anew as it is recorded today."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from flows.backfill.facts import pieces_to_read
from flows.backfill.plan import make_plan
from flows.inputs.snapshot import snapshot_of
from flows.session import Session
from flows.staleness import definitions, recipes
from flows.staleness import source_fingerprints as module
from flows.transactions import read_in_transaction, write_in_transaction
from flows.writing import writing
from sql import first_recipe
from sql.dialects import execute
from sql.state import last_run_by_month
from tests.flows.backfill.replays import Replay, replay
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, write_csv
from tests.upgrading.test_stored_warehouses import raised_since_0_1_0

NAMES = ["2025-01", "2025-02"]


def record_as_0_1_0(one: Replay, rules: Mapping[str, object] | None = None) -> None:
    """Write the records of all months as 0.1.0 wrote them.

    Args:
        one: The project.
        rules: What the months are recorded to have been computed by: None for the present definitions, so that
            nothing but the recipe of sources is that of 0.1.0.
    """
    session = Session(one.project)

    def renew(connection):
        for run in last_run_by_month(connection).iter_rows(named=True):
            month = JANUARY.of(run["month"])
            snapshot = snapshot_of(session.open([month]), month, MARCH.end_time, "account")
            prints = {
                source: module._print(snapshot, session.store, source, "USD", recipes.FIRST)
                for source in module._names(snapshot)
            }
            execute(
                connection,
                "update runs set source_fingerprints = :sources, definition_fingerprints = :definitions, "
                "input_fingerprint = 'another' where run_id = :run_id",
                sources=json.dumps(prints),
                definitions=run["definition_fingerprints"] if rules is None else json.dumps(rules),
                run_id=run["run_id"],
            )

    with writing(one.project, "test", wait_seconds=0):
        write_in_transaction(one.project, renew)


@pytest.fixture
def published(tmp_path) -> Replay:
    """A project with two published months; tickets are versioned."""
    tables = healthy_tables()
    tables["tickets"] = [row | {"known_at": "2025-01-01T00:00:00Z"} for row in tables["tickets"]]
    one = replay(tmp_path, None, tables)
    one.backfill(JANUARY, FEBRUARY)
    return one


@pytest.fixture
def former(published) -> Replay:
    """The same by the rules of this version, with sources recorded by the recipe of 0.1.0."""
    record_as_0_1_0(published)
    return published


def plan_of(one: Replay):
    return make_plan(
        Session(one.project), JANUARY, FEBRUARY, known_until=MARCH.end_time, is_forced=False, is_cascading=True
    )


def reasons_of(one: Replay) -> dict[str, tuple[str, ...]]:
    return {str(planned.month): planned.reasons for planned in plan_of(one).months}


def records(one: Replay) -> list[dict[str, str]]:
    found = read_in_transaction(one.project, last_run_by_month)
    return [json.loads(text) for text in found["source_fingerprints"]]


def test_a_month_whose_sources_are_as_0_1_0_recorded_them_is_up_to_date_and_reads_nothing(former):
    assert reasons_of(former) == dict.fromkeys(NAMES, ())
    assert pieces_to_read(Session(former.project), [JANUARY, FEBRUARY], MARCH.end_time) == []


def test_a_month_of_0_1_0_is_stale_by_the_rules_that_were_raised_and_counts_nothing_again(published):
    record_as_0_1_0(published, definitions._RELEASED)

    assert reasons_of(published) == dict.fromkeys(NAMES, (raised_since_0_1_0(),))
    assert pieces_to_read(Session(published.project), [JANUARY, FEBRUARY], MARCH.end_time) == []

    summary = published.backfill(JANUARY, FEBRUARY)

    assert [month.status for month in summary.months] == ["unchanged", "unchanged"]
    assert reasons_of(published) == dict.fromkeys(NAMES, ())
    assert all(found["accounts"].startswith(recipes.TODAY.prefix) for found in records(published))


def test_a_backfill_writes_the_records_anew_and_publishes_nothing(former):
    before = former.runs()
    summary = former.backfill(JANUARY, FEBRUARY)

    assert (summary.months, len(summary.up_to_date)) == ((), 2)
    assert former.runs().height == before.height
    assert all(found["accounts"].startswith(recipes.TODAY.prefix) for found in records(former))
    assert [planned.renewal for planned in plan_of(former).months] == [None, None]


def test_records_that_were_written_anew_need_no_hash_of_polars(former, monkeypatch):
    former.backfill(JANUARY, FEBRUARY)
    monkeypatch.setattr(first_recipe, "is_reproduced", lambda: False)

    assert reasons_of(former) == dict.fromkeys(NAMES, ())


def test_a_source_that_changed_since_0_1_0_is_reported_by_itself(former):
    tables = healthy_tables()
    tables["products"][0]["list_price"] = 101
    write_csv(former.folder / "data" / "products.csv", tables["products"])

    assert reasons_of(former) == dict.fromkeys(NAMES, ("input changed: products",))


def test_where_polars_hashes_otherwise_months_are_compared_once_and_nothing_is_published(former, monkeypatch):
    monkeypatch.setattr(first_recipe, "is_reproduced", lambda: False)
    (reason,) = reasons_of(former)["2025-01"]
    assert reason.startswith("recorded by 0.1 under another version of Polars, to be compared once: account_merges, ")

    summary = former.backfill(JANUARY, FEBRUARY)

    assert [month.status for month in summary.months] == ["unchanged", "unchanged"]
    assert reasons_of(former) == dict.fromkeys(NAMES, ())
