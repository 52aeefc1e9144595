"""Kills a command again and again until it gets through, and looks at the warehouse all the while."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.flows.crashes.leftovers import assert_nothing_in_the_way, unfinished_files
from tests.flows.crashes.stage import Copy, Undisturbed
from tests.flows.crashes.warehouse import Tables, all_contents, assert_records_agree, contents_of, different

_PAUSE_SECONDS = 0.2
_KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Moment:
    """When a process is killed: at one of its moments, or after a time that does not look at what it does.

    Attributes:
        at: The moment at which it kills itself, by its number from 1 on or as a regular expression; None where it is
            killed from outside.
        seconds: The time after its start.
    """

    at: int | str | None = None
    seconds: float = 0.0


def any_moment(dice: random.Random, undisturbed: Undisturbed) -> Moment:
    """Draw when a process is killed: a third of the times by the clock, a third while it uses the database."""
    kind = dice.randrange(3)
    if kind == 0:
        return Moment(seconds=dice.uniform(0.0, undisturbed.seconds))
    numbers = undisturbed.moments_of_sql if kind == 1 else range(1, len(undisturbed.moments) + 1)
    return Moment(dice.choice(numbers))


def kill_until_done(copy: Copy, undisturbed: Undisturbed, moments: list[Moment]) -> int:
    """Kill the scenario's command at some moments, then let it finish, and check all that must hold.

    Returns:
        How often it was killed: it may have been done before.
    """
    for kills, moment in enumerate(moments):
        if _run(copy, undisturbed, moment) == 0:
            return kills
        assert_whole(copy.tables(), undisturbed)
    left = unfinished_files(copy)
    last = copy.start()
    assert last.wait() == 0, last.stderr
    assert_finished(copy, undisturbed)
    assert unfinished_files(copy) <= left, "a run that ended well left files behind"
    return len(moments)


def _run(copy: Copy, undisturbed: Undisturbed, moment: Moment) -> int:
    with watched(copy, undisturbed):
        started = copy.start(killed_at=moment.at)
        code = started.wait() if moment.at else started.kill(moment.seconds)
    assert code in (0, _KILLED), started.stderr
    if code == 0:
        assert_finished(copy, undisturbed)
    return code


@contextmanager
def watched(copy: Copy, undisturbed: Undisturbed) -> Iterator[None]:
    """Read the warehouse over and over, as a reader would, and complain if it ever shows half a month."""
    stopped = threading.Event()
    wrong: list[BaseException] = []

    def watch() -> None:
        looked_at = None
        try:
            while not stopped.wait(_PAUSE_SECONDS):
                # To open a DuckDB file costs as much as all else, and what is in it changes only with its bytes.
                state = copy.state_of_files()
                if state is None or state != looked_at:
                    assert_whole(copy.tables(), undisturbed)
                looked_at = state
        except BaseException as error:  # noqa: BLE001 - told by the test, whatever it is
            wrong.append(error)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
    for error in wrong:
        raise error


def assert_whole(tables: Tables, undisturbed: Undisturbed) -> None:
    """Every month is wholly as it was or as it will be, none is before an earlier one, and all records agree."""
    assert_records_agree(tables)
    are_new = []
    for month, before in sorted(undisturbed.before.items()):
        now, after = contents_of(tables, month), undisturbed.after[month]
        assert now in (before, after), (
            f"{month} is neither as it was, but for {different(now, before)}, nor as it will be, but for "
            f"{different(now, after)}"
        )
        if before != after:
            are_new.append(now == after)
    assert are_new == sorted(are_new, reverse=True), "a month is published before an earlier one"


def assert_finished(copy: Copy, undisturbed: Undisturbed) -> None:
    """All is as if nobody had been killed, and nothing is in the way of whoever comes next."""
    tables = copy.tables()
    assert_whole(tables, undisturbed)
    wrong = different(all_contents(tables), undisturbed.whole)
    assert not wrong, f"not as if nobody had been killed: {wrong}"
    listed = (copy.project().output / "data-docs" / "index.html").read_text(encoding="utf-8")
    missing = [run_id for run_id in tables["runs"]["run_id"] if f"{run_id}/index.html" not in listed]
    assert not missing, f"runs that are not in the list of runs: {missing}"
    assert_nothing_in_the_way(copy)
