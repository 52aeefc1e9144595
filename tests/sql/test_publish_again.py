"""Runs that publish beside one another, twice, or on what is no longer published; and what readers see meanwhile."""

import threading
from contextlib import contextmanager
from functools import partial

import pytest

from sql.engine import make_engine, transaction
from sql.publish import publish
from sql.runs import record_run
from sql.state import last_run_by_month
from tests.sql.databases import only_postgresql
from tests.sql.months import FEBRUARY, JANUARY, MARCH, month_frames, run_of
from tests.sql.test_publish import LOW, MID, evidence
from transforms.errors import BusyError


def publish_run(engine, run, accounts=LOW, revision=1, held=None):
    with transaction(engine) as connection:
        return publish(connection, run, month_frames(run, accounts, revision=revision), held)


def test_a_run_that_is_repeated_after_its_commit_adds_nothing(engine, contents):
    run = run_of(JANUARY, hour=1)
    first = publish_run(engine, run, held=evidence(run))
    before = contents()
    again = publish_run(engine, run, held=evidence(run))
    assert again == first
    assert all(before[name].equals(rows) for name, rows in contents().items())


def test_a_run_that_found_nothing_new_tells_the_same_again(engine, contents):
    publish_run(engine, run_of(JANUARY, hour=1))
    run = run_of(JANUARY, hour=2)
    first = publish_run(engine, run, revision=2)
    again = publish_run(engine, run, revision=2)
    assert (again.status, again.revision) == (first.status, first.revision) == ("unchanged", 1)
    assert contents()["runs"].height == 2


def test_a_run_is_recorded_once_and_as_what_it_ended(engine, contents):
    run = run_of(JANUARY, hour=1)
    publish_run(engine, run)
    for _ in range(2):
        with transaction(engine) as connection:
            record_run(connection, run, "failed", error="the connection was lost", evidence=evidence(run))
    runs = contents()["runs"]
    assert runs["status"].to_list() == ["published"]
    assert contents()["quarantine"].is_empty()


def fingerprint_of(engine, month):
    with transaction(engine) as connection:
        return last_run_by_month(connection).filter(month=month.first_day)["result_fingerprint"].item()


def test_a_month_is_refused_whose_month_before_was_published_anew(engine, contents):
    publish_run(engine, run_of(JANUARY, hour=1), LOW)
    computed_from = fingerprint_of(engine, JANUARY)
    publish_run(engine, run_of(JANUARY, hour=2), MID, revision=2)
    before = contents()
    with pytest.raises(BusyError, match="another run published 2025-01 meanwhile, so run this again"):
        publish_run(engine, run_of(FEBRUARY, hour=3, previous_fingerprint=computed_from))
    assert all(before[name].equals(rows) for name, rows in contents().items())
    publish_run(engine, run_of(FEBRUARY, hour=4, previous_fingerprint=fingerprint_of(engine, JANUARY)))


def test_a_first_month_is_refused_once_there_is_one_before_it(engine):
    publish_run(engine, run_of(JANUARY))
    with pytest.raises(BusyError, match="2025-02 was computed from another result of 2025-01 than is published now"):
        publish_run(engine, run_of(FEBRUARY))


def test_an_unchanged_month_is_refused_too_whose_month_before_is_another(engine):
    publish_run(engine, run_of(FEBRUARY, hour=1), LOW)
    publish_run(engine, run_of(JANUARY, hour=2), LOW)
    with pytest.raises(BusyError, match="another run published 2025-01 meanwhile"):
        publish_run(engine, run_of(FEBRUARY, hour=3), LOW, revision=2)


@contextmanager
def in_threads(*works):
    """Run functions beside one another; yields the errors that they end with, by their place."""
    errors = {}

    def run(place, work):
        try:
            work()
        except BusyError as error:
            errors[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    yield errors
    for thread in threads:
        thread.join()


@only_postgresql
def test_runs_of_one_month_take_turns_and_all_but_one_are_busy(url, contents):
    works = [
        partial(publish_run, make_engine(url), run_of(JANUARY, hour=hour), accounts)
        for hour, accounts in [(1, LOW), (2, MID), (3, LOW | MID | {"c": {}})]
    ]
    with in_threads(*works) as errors:
        pass
    assert len(errors) == 2
    assert all("would now be 2: another run published it meanwhile" in str(error) for error in errors.values())
    assert contents()["runs"]["status"].to_list() == ["published"]


@only_postgresql
def test_runs_of_different_months_take_turns_and_share_a_policy(url, contents):
    months = [JANUARY, MARCH, MARCH + 2, MARCH + 4]
    with in_threads(*(partial(publish_run, make_engine(url), run_of(month)) for month in months)) as errors:
        pass
    assert errors == {}
    tables = contents()
    assert tables["account_tiers"].height == 2 * len(months)
    assert tables["policies"].height == 1
    assert tables["policy_components"].height == 2


@only_postgresql
def test_readers_see_the_old_month_or_the_new_one(url, query):
    """Each statement of a reader is of one moment, at the isolation that everyone has unless asked otherwise."""
    accounts = [
        {str(number): {"tier": tier} for number in range(rows)}
        for rows, tier in ((300, "low_touch"), (500, "mid_touch"))
    ]

    def publish_all():
        for revision in range(1, 13):
            publish_run(make_engine(url), run_of(JANUARY, hour=revision), accounts[revision % 2], revision)

    seen = set()
    with in_threads(publish_all):
        while not seen or max(revision or 0 for _, _, revision, _ in seen) < 12:
            seen |= set(
                query(
                    """
                    select
                        count(*) as tiers,
                        (select count(*) from account_features) as features,
                        max(revision) as revision,
                        min(revision) = max(revision) as is_one
                    from account_tiers
                    """
                ).rows()
            )
    assert {row for row in seen if row[2] is not None} <= {
        (rows, rows, revision, True) for revision in range(1, 13) for rows in [(300, 500)[revision % 2]]
    }
    assert len(seen) > 2
