"""What a backfill leaves behind: revisions, corrections, stale months, and rows that were read once."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from flows.backfill.backfill import backfill
from flows.progress import Silent
from flows.transactions import read_in_transaction
from flows.writing import writing
from sql.dialects import read
from sql.sources.source import Source
from tests.flows.backfill.replays import Replay, replay
from tests.flows.options import options_of
from tests.flows.projects import FEBRUARY, JANUARY, MARCH, healthy_tables, write_csv
from transforms.errors import BusyError
from transforms.month import Month


def restate_february(one: Replay) -> None:
    """Let an account have had another tier in February, by an override that was entered late."""
    rows = healthy_tables()["overrides"]
    late = rows[0] | {"account_id": "a002", "tier": "high_touch", "start_date": "2025-02-01", "end_date": "2025-02-28"}
    write_csv(one.folder / "data" / "overrides.csv", [*rows, late])


def query(one: Replay, text: str) -> pl.DataFrame:
    found = read_in_transaction(one.project, lambda connection: read(connection, text))
    assert found is not None
    return found


def revisions(one: Replay) -> dict[str, int]:
    latest = query(one, "select month, max(revision) as revision from account_tiers group by month order by month")
    return {f"{month:%Y-%m}": revision for month, revision in latest.iter_rows()}


def test_a_month_that_comes_out_the_same_keeps_its_revision(one):
    before = one.tables()
    summary = one.backfill(JANUARY, MARCH, is_forced=True)

    assert [(month.status, month.revision) for month in summary.months] == [("unchanged", 1)] * 3
    assert query(one, "select * from restatements").is_empty()
    assert all(frame.equals(before[name]) for name, frame in one.tables().items())


def test_a_month_that_is_up_to_date_is_not_even_computed(one):
    runs = one.runs().height
    summary = one.backfill(JANUARY, MARCH)

    assert (summary.months, summary.up_to_date) == ((), (JANUARY, FEBRUARY, MARCH))
    assert one.runs().height == runs


def test_a_restated_month_keeps_what_it_said_before(one):
    told = query(one, "select account_id, tier from account_tiers where month = '2025-02-01' order by account_id")
    restate_february(one)
    summary = one.backfill(FEBRUARY, FEBRUARY)

    assert [(month.month, month.status, month.revision) for month in summary.months] == [
        (FEBRUARY, "published", 2),
        (MARCH, "published", 2),
    ]
    assert revisions(one) == {"2025-01": 1, "2025-02": 2, "2025-03": 2}
    published = query(
        one, "select account_id, tier from tiers_as_published where month = '2025-02-01' order by account_id"
    )
    known = query(one, "select account_id, tier from tiers_as_known where month = '2025-02-01' order by account_id")
    assert published.equals(told)
    assert dict(known.iter_rows())["a002"] != dict(told.iter_rows())["a002"]


def test_changes_of_accounts_that_were_announced_otherwise_are_corrections(one):
    restate_february(one)
    one.backfill(FEBRUARY, FEBRUARY, is_cascading=False)
    changes = query(one, "select account_id, kind, is_correction from tier_changes where month = '2025-02-01'")
    corrected = set(changes.filter("is_correction")["account_id"])
    differing = query(
        one,
        """
        select tiers_as_known.account_id from tiers_as_known
        join tiers_as_published using (month, account_id)
        where tiers_as_known.tier <> tiers_as_published.tier or tiers_as_known.base_tier <> tiers_as_published.base_tier
        """,
    )

    assert "a002" in corrected
    assert corrected == set(differing["account_id"]) & set(changes["account_id"])
    assert not query(one, "select is_correction from tier_changes where revision = 1")["is_correction"].any()


def test_without_cascade_later_months_are_left_stale_until_a_backfill_of_them(one):
    restate_february(one)
    summary = one.backfill(FEBRUARY, FEBRUARY, is_cascading=False)

    assert summary.stale_months == (MARCH,)
    assert revisions(one)["2025-03"] == 1
    assert one.backfill(MARCH, MARCH).stale_months == ()
    assert revisions(one)["2025-03"] == 2


def test_earlier_months_make_the_first_one_stale_and_carry_it_along(tmp_path):
    one = replay(tmp_path, None)
    one.backfill(MARCH, MARCH)
    summary = one.backfill(JANUARY, FEBRUARY)

    assert [month.month for month in summary.months] == [JANUARY, FEBRUARY, MARCH]
    assert (summary.months[-1].status, summary.months[-1].revision) == ("published", 2)
    assert summary.stale_months == ()


def test_the_reason_is_kept_with_every_month(one):
    restate_february(one)
    one.backfill(FEBRUARY, FEBRUARY)
    last = one.runs().tail(2)

    assert last.select("command", "reason").rows() == [("test", "because")] * 2


class Counting:
    """Counts how often the rows of a source and month are asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: Counter[tuple[str, Month]] = Counter()
        rows = Source.rows

        def counted(source: Source, month: Month) -> pl.LazyFrame:
            self.asked[source.table.name, month] += 1
            return rows(source, month)

        monkeypatch.setattr(Source, "rows", counted)


def test_rows_of_a_month_are_read_for_that_month_only(tmp_path, monkeypatch):
    """A month more asks for its own rows; those of the months before are in the fact store."""
    one = replay(tmp_path, None)
    one.backfill(JANUARY, FEBRUARY)
    counting = Counting(monkeypatch)
    one.backfill(MARCH, MARCH)

    assert {month for _, month in counting.asked} == {MARCH}


def test_a_longer_range_asks_for_no_rows_more_often(tmp_path, monkeypatch):
    short, long = Counting(monkeypatch), None
    replay(tmp_path / "short", None).backfill(MARCH, MARCH)
    monkeypatch.undo()
    long = Counting(monkeypatch)
    replay(tmp_path / "long", None).backfill(JANUARY, MARCH)

    # The first month of all also looks for rows to be held back in the months before it.
    ours = {key: times for key, times in long.asked.items() if key[1] == MARCH}
    assert max(ours.values()) <= max(times for key, times in short.asked.items() if key[1] == MARCH)


def test_a_second_writer_is_told_who_holds_the_warehouse(one):
    with (
        writing(one.project, "the first"),
        pytest.raises(BusyError, match=r"retier\.duckdb is held by the first since \d{4}-\d\d-\d\d .* process \d+"),
    ):
        one.backfill(JANUARY, MARCH)


def test_a_backfill_that_dies_on_its_way_goes_on_where_it_stopped(one):
    class Dies(Silent):
        def advance(self, done: str, rows: int) -> None:
            if done == str(JANUARY):
                raise KeyboardInterrupt

    project = one.project
    options = options_of(JANUARY, MARCH, reason="because", is_forced=True)
    restate_february(one)
    with writing(project, "test") as writer, pytest.raises(KeyboardInterrupt):
        backfill(project, options, Dies(), writer)
    summary = one.backfill(JANUARY, MARCH)

    assert [month.month for month in summary.months] == [FEBRUARY, MARCH]


def test_each_month_is_reported_when_it_is_done(one):
    told: list[Month] = []

    class Dies(Silent):
        def advance(self, done: str, rows: int) -> None:
            if done == str(FEBRUARY):
                raise KeyboardInterrupt

    options = options_of(JANUARY, MARCH, reason="because", is_forced=True)
    with writing(one.project, "test") as writer, pytest.raises(KeyboardInterrupt):
        backfill(one.project, options, Dies(), writer, lambda month: told.append(month.month))

    assert told == [JANUARY, FEBRUARY]
