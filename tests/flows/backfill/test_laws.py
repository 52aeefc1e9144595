"""Laws of backfills: however months came to be computed, the tables are those of one go over what is known."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flows.progress import Silent
from tests.flows.backfill.replays import FIRST, LAST, MONTHS, MakeUrl, Published, Replay, differences, replay
from tests.flows.projects import Row, Tables, healthy_tables, write_csv
from transforms.errors import RetierError
from transforms.month import Month

# An example is a dozen months, several seconds: a few in every run of the tests, many by `make torture`. Shrinking
# one would take minutes.
_COMMON: dict[str, Any] = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.generate],
}
FEW, MANY = settings(max_examples=2, **_COMMON), settings(max_examples=40, **_COMMON)


class Interrupted(BaseException):
    """What stands for a person who gives up waiting: no handler of errors may take it for one."""


class Impatient(Silent):
    """Returns up after so many steps."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def note(self, doing: str) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise Interrupted


@contextmanager
def fresh(make_url: MakeUrl, tables: Tables | None = None) -> Iterator[Replay]:
    with tempfile.TemporaryDirectory() as name:
        yield replay(Path(name), make_url(), tables)


Act = Callable[[Replay], object]


def _span(first: Month, last: Month) -> tuple[Month, Month]:
    return min(first, last), max(first, last)


def _runs(month: Month) -> Act:
    return lambda one: one.run(month)


def _backfills(months: tuple[Month, Month], is_forced: bool, is_cascading: bool) -> Act:
    first, last = _span(*months)
    return lambda one: one.backfill(first, last, is_forced=is_forced, is_cascading=is_cascading)


def _gives_up(months: tuple[Month, Month], steps: int) -> Act:
    first, last = _span(*months)

    def interrupted(one: Replay) -> None:
        try:
            one.backfill(first, last, Impatient(steps))
        except Interrupted:
            return

    return interrupted


MONTH = st.sampled_from(MONTHS)
PAIR = st.tuples(MONTH, MONTH)
ACTS = st.one_of(
    st.builds(_runs, MONTH),
    st.builds(_backfills, PAIR, st.booleans(), st.booleans()),
    st.builds(_gives_up, PAIR, st.integers(0, 30)),
)


def _do(one: Replay, acts: list[Act]) -> None:
    refusals = []
    for act in acts:
        try:
            act(one)
        except RetierError as error:
            refusals.append(str(error))
    # Only what would leave a gap is refused.
    assert [told for told in refusals if "gap" not in told and "is not published" not in told] == []


def _any_order(straight: Replay, make_url: MakeUrl, acts: list[Act]) -> None:
    with fresh(make_url) as other:
        _do(other, acts)
        last = other.backfill()

        assert differences(straight, other) == []
        assert last.stale_months == ()


@FEW
@given(st.lists(ACTS, min_size=2, max_size=3))
def test_any_split_any_order_and_any_interruption_come_to_the_same(straight, make_url, acts):
    _any_order(straight, make_url, acts)


@pytest.mark.torture
@MANY
@given(st.lists(ACTS, min_size=1, max_size=8))
def test_many_splits_orders_and_interruptions_come_to_the_same(straight, make_url, acts):
    _any_order(straight, make_url, acts)


def test_month_by_month_comes_to_the_same(straight, make_url):
    with fresh(make_url) as other:
        for month in MONTHS:
            other.run(month)

        assert differences(straight, other) == []


def _late_rows(month: Month) -> st.SearchStrategy[Tables]:
    account = st.sampled_from([f"a{number:03}" for number in range(6)])
    day = st.integers(1, 28).map(lambda number: f"{month}-{number:02}")

    def rows(columns: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[Row]]:
        return st.lists(st.fixed_dictionaries({"account_id": account} | columns), min_size=1, max_size=4)

    def named(name: str, source: str) -> Callable[[list[Row]], Tables]:
        return lambda found: {source: [row | {name: f"late-{place}"} for place, row in enumerate(found)]}

    usage = rows({"date": day, "events": st.integers(1, 3000), "active_users": st.integers(1, 90)})
    tickets = rows({"opened_at": day.map("{}T10:00:00Z".format), "priority": st.sampled_from(["urgent", "low"])})
    invoices = rows(
        {"issued_date": day, "amount": st.integers(10, 9000), "status": st.sampled_from(["open", "failed"])}
    )
    contracts = rows({"start_date": day, "mrr": st.integers(10, 9000), "product": st.just("automate")})
    return st.one_of(
        usage.map(named("feature", "usage")),
        tickets.map(named("ticket_id", "tickets")),
        invoices.map(named("invoice_id", "invoices")),
        contracts.map(named("subscription_id", "subscriptions")),
    )


LATE = MONTH.flatmap(lambda month: st.tuples(st.just(month), _late_rows(month)))


def _late(published: Published, make_url: MakeUrl, month: Month, late: Tables) -> None:
    tables = healthy_tables()
    with tempfile.TemporaryDirectory() as name:
        replayed = published(Path(name))
        for source, rows in late.items():
            tables[source] = tables[source] + rows
            write_csv(replayed.folder / "data" / f"{source}.csv", tables[source])
        replayed.backfill(month, LAST)
        with fresh(make_url, tables) as clean:
            clean.backfill()

            assert differences(replayed, clean) == []


@FEW
@given(LATE)
def test_late_rows_and_a_backfill_come_to_a_clean_run_with_them(published, make_url, late):
    _late(published, make_url, *late)


@pytest.mark.torture
@MANY
@given(LATE)
def test_many_late_rows_and_a_backfill_come_to_a_clean_run_with_them(published, make_url, late):
    _late(published, make_url, *late)


def test_the_months_are_worth_looking_at(straight):
    changes = straight.tables()["tier_changes"]

    assert changes["month"].n_unique() == len(MONTHS)
    assert {"initial", "promotion", "override_started", "override_ended", "exit"} <= set(changes["kind"])
    assert (MONTHS[0], MONTHS[-1]) == (FIRST, LAST)
