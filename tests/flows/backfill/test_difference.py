"""`--diff` tells what the backfill then does, and publishes nothing."""

from __future__ import annotations

import polars as pl
import pytest

from flows.backfill.difference import Difference, backfill_difference
from flows.progress import Silent
from flows.transactions import read_in_transaction
from sql.state import tiers_of
from tests.flows.backfill.replays import FIRST, LAST, MONTHS, Replay, replay
from tests.flows.options import options_of
from tests.flows.projects import JANUARY, MARCH, healthy_tables, write_csv
from transforms.month import Month
from transforms.tiers.comparison import compare


def difference_of(one: Replay, first: Month = FIRST, last: Month = LAST) -> Difference:
    return backfill_difference(one.project, options_of(first, last, known_until=MARCH.end_time), Silent())


def tiers(one: Replay):
    found = read_in_transaction(
        one.project, lambda connection: {month: tiers_of(connection, month) for month in MONTHS}
    )
    assert found is not None
    return found


def late_usage(one: Replay) -> None:
    tables = healthy_tables()
    more = [row | {"feature": "late", "events": 4000} for row in tables["usage"] if row["date"].startswith("2025-01")]
    write_csv(one.folder / "data" / "usage.csv", tables["usage"] + more[:3])


def new_policy(one: Replay) -> None:
    """Let a policy take effect in February, so that the months before it are scored again under it."""
    path = one.folder / "policy.yaml"
    first = "".join(f"    {line}\n" for line in path.read_text(encoding="utf-8").splitlines())
    second = """\
  - version: "2"
    based_on: "1"
    effective_month: 2025-02
    reason: a test
    movement: {boundaries: {mid_touch: {value: 30, reason: a test}}}
"""
    path.write_text(f"versions:\n  -\n{first}{second}", encoding="utf-8")


@pytest.mark.parametrize("edit", [late_usage, new_policy], ids=["late-rows", "new-policy"])
def test_a_difference_is_what_the_backfill_then_changes(one, edit):
    before = tiers(one)
    edit(one)
    told = difference_of(one)
    assert all(before[month].equals(frame) for month, frame in tiers(one).items())
    one.backfill()
    after = tiers(one)

    assert told.months
    for month, comparison in told.months.items():
        made = compare(before[month], after[month])
        assert comparison.matrix.equals(made.matrix), month
        assert comparison.changed.equals(made.changed), month
    assert all(before[month].equals(after[month]) for month in MONTHS if month not in told.months)
    latest = one.runs().filter(pl.col("status") == "published").group_by("month").agg(pl.col("revision").max())
    assert {Month.of(day) for day, revision in latest.iter_rows() if revision > 1} == set(told.restated)


def test_months_that_never_ran_are_compared_with_nothing(tmp_path):
    one = replay(tmp_path, None)
    told = difference_of(one, JANUARY, JANUARY)

    assert told.months[JANUARY].matrix["former_tier"].null_count() == told.months[JANUARY].matrix.height > 0
    assert not (tmp_path / "retier.duckdb").exists()


def test_months_that_are_up_to_date_are_not_computed(one):
    assert difference_of(one, JANUARY, JANUARY).months == {}
