"""The plan of a backfill: which months are needed, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import pytest

from flows.backfill.facts import pieces_to_read
from flows.backfill.plan import BackfillPlan, make_plan
from flows.session import Session
from tests.flows.backfill.replays import Replay, replay
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, Tables, healthy_tables, write_csv
from transforms import versions
from transforms.errors import WrongUseError
from transforms.month import Month

Reasons = dict[str, tuple[str, ...]]


def plan_of(one: Replay, first: Month = JANUARY, last: Month = MARCH, **options: object) -> BackfillPlan:
    known: dict[str, object] = {"known_until": MARCH.end_time, "is_forced": False, "is_cascading": True}
    return make_plan(Session(one.project), first, last, **(known | options))  # type: ignore[arg-type]


def reasons_of(plan: BackfillPlan) -> Reasons:
    return {str(planned.month): planned.reasons for planned in plan.months}


def change(one: Replay, source: str, edit: Callable[[Tables], None]) -> None:
    tables = healthy_tables()
    edit(tables)
    write_csv(one.folder / "data" / f"{source}.csv", tables[source])


def test_months_that_never_ran_are_needed(tmp_path):
    one = replay(tmp_path, None)

    assert reasons_of(plan_of(one)) == dict.fromkeys(("2025-01", "2025-02", "2025-03"), ("never run",))


def test_months_that_are_up_to_date_are_not(one):
    plan = plan_of(one)

    assert reasons_of(plan) == dict.fromkeys(("2025-01", "2025-02", "2025-03"), ())
    assert (plan.needed, plan.possible) == ([], [])
    assert pieces_to_read(Session(one.project), [JANUARY, MARCH], MARCH.end_time) == []


def test_a_later_cut_off_that_leaves_out_nothing_makes_no_month_needed(one):
    assert plan_of(one, known_until=datetime(2026, 6, 1, tzinfo=UTC)).needed == []


def late_usage(tables: Tables) -> None:
    tables["usage"].append(tables["usage"][-1] | {"date": "2025-02-20", "feature": "late"})


def busier_january(tables: Tables) -> None:
    next(row for row in tables["usage"] if row["date"].startswith("2025-01")).update(events=9000)


def later_contract(tables: Tables) -> None:
    tables["subscriptions"].append(tables["subscriptions"][0] | {"subscription_id": "late", "start_date": "2025-03-09"})


def later_account(tables: Tables) -> None:
    tables["accounts"].append(tables["accounts"][0] | {"account_id": "new", "created_date": "2025-02-03"})


def dearer_product(tables: Tables) -> None:
    tables["products"][0]["list_price"] = 101


def rate_of_march(tables: Tables) -> None:
    tables["rates"][-1]["rate"] = 1.3


@pytest.mark.parametrize(
    ("source", "edit", "needed"),
    [
        pytest.param("usage", late_usage, [FEBRUARY, MARCH], id="late-usage-of-february"),
        pytest.param("subscriptions", later_contract, [MARCH], id="a-contract-that-begins-in-march"),
        pytest.param("accounts", later_account, [FEBRUARY, MARCH], id="an-account-of-february"),
        pytest.param("products", dearer_product, [JANUARY, FEBRUARY, MARCH], id="what-has-no-date-is-in-every-month"),
        pytest.param("rates", rate_of_march, [MARCH], id="a-rate-of-march"),
    ],
)
def test_a_month_is_needed_where_what_it_sees_of_a_source_changed(one, source, edit, needed):
    change(one, source, edit)
    plan = plan_of(one)

    assert plan.needed == needed
    assert {planned.reasons for planned in plan.months if planned.is_needed} == {(f"input changed: {source}",)}


def test_rows_in_another_order_make_no_month_needed(one):
    for source in ("accounts", "subscriptions", "products"):
        change(one, source, lambda tables, source=source: tables[source].reverse())

    assert plan_of(one).needed == []


def test_months_after_a_needed_one_may_follow(one):
    change(one, "usage", late_usage)
    plan = plan_of(one, JANUARY, FEBRUARY)

    assert [planned.follows for planned in plan.months] == [None, None]
    assert plan.cascade == (MARCH,)
    assert plan.possible == [FEBRUARY, MARCH]
    assert plan_of(one, JANUARY, FEBRUARY, is_cascading=False).possible == [FEBRUARY]


def test_what_will_be_read_is_what_the_fact_store_lacks(one):
    change(one, "usage", late_usage)
    plan = plan_of(one)
    (piece,) = pieces_to_read(Session(one.project), plan.possible, MARCH.end_time)

    assert (piece.source, piece.months) == ("usage", (FEBRUARY,))
    assert piece.rows == sum(row["date"].startswith("2025-02") for row in healthy_tables()["usage"]) + 1


def test_a_policy_that_changed_is_a_reason(one):
    path = one.folder / "policy.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("margin: {value: 5,", "margin: {value: 4,"), encoding="utf-8"
    )
    plan = plan_of(one)

    assert set(reasons_of(plan).values()) == {("policy changed",)}


def test_a_raised_stage_is_a_reason_and_reads_no_rows(one, monkeypatch):
    was = versions.newest(versions.STAGES["tiers"])
    raised = {**versions.STAGES["tiers"], was + 1: "moves two steps"}
    monkeypatch.setitem(versions.STAGES, "tiers", raised)
    plan = plan_of(one)

    assert set(reasons_of(plan).values()) == {(f"definition changed: tiers {was} → {was + 1} (moves two steps)",)}
    assert pieces_to_read(Session(one.project), plan.possible, MARCH.end_time) == []


def test_raised_facts_are_a_reason_and_read_the_rows_of_their_source_alone(one, monkeypatch):
    was = versions.newest(versions.FACTS["tickets"])
    raised = {**versions.FACTS["tickets"], was + 1: "counts reopened tickets"}
    monkeypatch.setitem(versions.FACTS, "tickets", raised)
    plan = plan_of(one)

    reason = f"definition changed: tickets {was} → {was + 1} (counts reopened tickets)"
    assert set(reasons_of(plan).values()) == {(reason,)}
    pieces = pieces_to_read(Session(one.project), plan.possible, MARCH.end_time)
    assert {piece.source for piece in pieces} == {"tickets"}


def test_a_predecessor_that_changed_is_a_reason(one):
    change(one, "usage", busier_january)
    one.backfill(JANUARY, JANUARY, is_cascading=False)
    change(one, "usage", lambda _: None)

    assert reasons_of(plan_of(one)) == {
        "2025-01": ("input changed: usage",),
        "2025-02": ("predecessor changed",),
        "2025-03": ("predecessor changed",),
    }


def test_a_run_that_did_not_record_its_inputs_is_a_reason(one):
    with duckdb.connect(str(one.folder / "retier.duckdb")) as connection:
        connection.execute("update retier.retier.runs set policy_fingerprint = null where month = '2025-02-01'")
    plan = plan_of(one)

    assert plan.needed == [FEBRUARY]
    assert "older version" in plan.months[1].reasons[0]


def test_a_cut_off_that_leaves_out_rows_is_an_input_of_its_own(tmp_path):
    tables = healthy_tables()
    known = {"known_at": "2025-01-01T00:00:00Z"}
    tables["usage"] = [row | known for row in tables["usage"]]
    tables["usage"].append(tables["usage"][-1] | {"feature": "later", "known_at": "2025-06-01T00:00:00Z"})
    one = replay(tmp_path, None, tables)
    one.backfill(JANUARY, FEBRUARY)

    assert plan_of(one, last=FEBRUARY).needed == []
    assert plan_of(one, last=FEBRUARY, known_until=datetime(2025, 6, 2, tzinfo=UTC)).needed == []
    one.backfill(MARCH, MARCH)
    assert plan_of(one, known_until=datetime(2025, 6, 2, tzinfo=UTC)).needed == [MARCH]


def test_a_forced_month_is_needed(one):
    plan = plan_of(one, FEBRUARY, FEBRUARY, is_forced=True)

    assert reasons_of(plan) == {"2025-02": ("forced",)}


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        pytest.param(JANUARY - 4, JANUARY - 2, r"2025-01 is the first published month.*--to 2024-12$", id="before"),
        pytest.param(MARCH + 2, MARCH + 3, r"2025-03 is the last published month.*--from 2025-04$", id="after"),
    ],
)
def test_a_range_that_would_leave_a_gap_is_refused(one, first, last, told):
    with pytest.raises(WrongUseError, match=told):
        plan_of(one, first, last)


def test_months_that_had_not_ended_by_the_cut_off_do_not_follow(one):
    change(one, "usage", late_usage)
    cut = datetime(2025, 3, 30, tzinfo=UTC)

    assert plan_of(one, last=FEBRUARY, known_until=cut).cascade == ()
    assert plan_of(one, last=FEBRUARY, known_until=MARCH.end_time).cascade == (MARCH,)


def test_months_after_the_range_that_are_stale_already_follow(one):
    change(one, "usage", busier_january)
    one.backfill(JANUARY, JANUARY, is_cascading=False)

    assert plan_of(one, JANUARY, JANUARY).possible == [FEBRUARY, MARCH]
    assert plan_of(one, JANUARY, JANUARY, is_cascading=False).possible == []


def test_a_month_whose_predecessor_is_stale_itself_is_needed(one):
    change(one, "usage", busier_january)
    one.backfill(JANUARY, JANUARY, is_cascading=False)
    one.run(MARCH)

    assert reasons_of(plan_of(one, MARCH, MARCH)) == {"2025-03": ("predecessor changed",)}


def test_a_row_that_moves_to_a_later_month_changes_the_month_that_it_leaves(tmp_path):
    tables = healthy_tables()
    known = {"known_at": "2025-01-20T00:00:00Z"}
    tables["touchpoints"] = [row | known for row in tables["touchpoints"]]
    one = replay(tmp_path, None, tables)
    one.backfill(JANUARY, MARCH)
    put_off = next(row for row in tables["touchpoints"] if row["date"].startswith("2025-02"))
    moved = put_off | {"date": "2025-03-20", "known_at": "2025-03-01T00:00:00Z"}
    write_csv(one.folder / "data" / "touchpoints.csv", [*tables["touchpoints"], moved])

    assert plan_of(one).needed == [FEBRUARY, MARCH]


def test_rows_of_a_later_month_that_move_nothing_change_no_month_before(tmp_path):
    tables = healthy_tables()
    known = {"known_at": "2025-01-20T00:00:00Z"}
    tables["touchpoints"] = [row | known for row in tables["touchpoints"]]
    one = replay(tmp_path, None, tables)
    one.backfill(JANUARY, FEBRUARY)
    later = tables["touchpoints"][-1] | {"touchpoint_id": "later", "date": "2025-03-20"}
    write_csv(one.folder / "data" / "touchpoints.csv", [*tables["touchpoints"], later])

    assert plan_of(one, last=FEBRUARY).needed == []


def test_stale_months_before_the_range_are_reported(one):
    change(one, "usage", busier_january)
    one.backfill(JANUARY, JANUARY, is_cascading=False)

    assert plan_of(one, MARCH, MARCH).stale_before == (FEBRUARY,)
    assert plan_of(one, FEBRUARY, MARCH).stale_before == ()
