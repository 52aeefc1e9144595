"""PostgreSQL goes away in the middle of a backfill: it goes on when the server is back, or says that it is not."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.crashes.killing import assert_finished, assert_whole
from tests.flows.crashes.processes import Started, Zygote
from tests.flows.crashes.restarting import OwnServer, own_server
from tests.flows.crashes.stage import Copy, Stage, Undisturbed

COMPUTING = r"os.mkdir .*/data-docs/\.making-.*/2025-01-"
PUBLISHING = r"end insert into restatements"
MINUTE_SECONDS = 60

LOCK_SESSION = "application_name like 'backfill since %'"
OTHER_SESSIONS = "application_name = 'retier'"


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    with own_server() as running:
        yield running


@pytest.fixture(scope="module")
def own_stage(server: OwnServer, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"), zygote, server)


@pytest.fixture
def undisturbed(own_stage: Stage) -> Undisturbed:
    return own_stage.undisturbed("backfill-anew")


@pytest.fixture
def copy(own_stage: Stage, tmp_path: Path) -> Iterator[Copy]:
    with own_stage.copy("backfill-anew", tmp_path / "project") as copied:
        yield copied


def standing_still(copy: Copy, moment: str | int) -> Started:
    started = copy.start(stopped_at=moment)
    started.wait_until_it_stands_still()
    return started


def end_sessions(server: OwnServer, copy: Copy, which: str) -> int:
    ended = server.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        f"where datname = '{copy.database}' and pid != pg_backend_pid() and {which}"
    )
    return len(ended)


def holders(server: OwnServer, copy: Copy) -> list[str]:
    found = server.execute(
        f"select application_name from pg_stat_activity where datname = '{copy.database}' and {LOCK_SESSION}"
    )
    return [name for (name,) in found]


@pytest.mark.parametrize(
    ("moment", "mode"),
    [
        pytest.param(PUBLISHING, "immediate", id="publishing"),
        pytest.param(PUBLISHING, "fast", marks=pytest.mark.torture, id="publishing, in order"),
        pytest.param(COMPUTING, "immediate", marks=pytest.mark.torture, id="computing"),
        pytest.param(COMPUTING, "fast", marks=pytest.mark.torture, id="computing, in order"),
    ],
)
def test_a_restarted_server_stops_no_backfill(
    server: OwnServer, copy: Copy, undisturbed: Undisturbed, moment: str, mode: str
) -> None:
    backfill = standing_still(copy, moment)
    server.stop(mode)
    server.start()
    assert_whole(copy.tables(), undisturbed)
    assert backfill.go_on() == 0, backfill.stderr
    assert_finished(copy, undisturbed)


def renewing(_undisturbed: Undisturbed) -> str:
    return r"begin select 1$"


def publishing(_undisturbed: Undisturbed) -> str:
    return PUBLISHING


def listing(undisturbed: Undisturbed) -> int:
    """The end of reading what is to stand in the list of runs."""
    written = undisturbed.moment(PUBLISHING, r"open .*/data-docs/\.making-\w+/new\.html")
    return max(at for at, what in enumerate(undisturbed.moments[:written], start=1) if what == "begin commit")


@pytest.mark.torture
@pytest.mark.parametrize("moment", [renewing, publishing, listing])
def test_a_server_that_is_back_a_while_later_stops_no_backfill(
    server: OwnServer, copy: Copy, undisturbed: Undisturbed, moment: Callable[[Undisturbed], str | int]
) -> None:
    backfill = standing_still(copy, moment(undisturbed))
    server.stop("immediate")
    backfill.let_go_on()
    time.sleep(3)
    server.start()
    assert backfill.wait() == 0, backfill.stderr
    assert_finished(copy, undisturbed)


@pytest.mark.torture
def test_a_server_that_stays_away_is_reported_within_a_minute(
    server: OwnServer, copy: Copy, undisturbed: Undisturbed
) -> None:
    backfill = standing_still(copy, PUBLISHING)
    server.stop("fast")
    try:
        since = time.monotonic()
        assert backfill.go_on() == 1
        assert time.monotonic() - since < MINUTE_SECONDS
        assert backfill.stderr.startswith(f"retier: the warehouse {copy.database} on ")
        assert backfill.stderr.endswith("; start the server, or fix the warehouse URL\n")
        assert backfill.stderr.count("\n") == 1
    finally:
        server.start()
    assert_whole(copy.tables(), undisturbed)
    assert copy.start().wait() == 0
    assert_finished(copy, undisturbed)


@pytest.mark.parametrize("last", [PUBLISHING, "begin commit"], ids=["publishing", "committing"])
def test_an_ended_session_is_opened_again(server: OwnServer, copy: Copy, undisturbed: Undisturbed, last: str) -> None:
    backfill = standing_still(copy, undisturbed.moment(PUBLISHING, last))
    assert end_sessions(server, copy, OTHER_SESSIONS) == 1
    assert backfill.go_on() == 0, backfill.stderr
    assert_finished(copy, undisturbed)


def test_a_lost_lock_is_taken_again(server: OwnServer, copy: Copy, undisturbed: Undisturbed) -> None:
    backfill = standing_still(copy, COMPUTING)
    assert end_sessions(server, copy, LOCK_SESSION) == 1
    assert holders(server, copy) == []
    assert backfill.go_on() == 0, backfill.stderr
    assert_finished(copy, undisturbed)


@pytest.mark.torture
@pytest.mark.parametrize("moment", [COMPUTING, PUBLISHING], ids=["computing", "publishing"])
def test_two_that_hold_it_one_after_the_other_lose_nothing(
    server: OwnServer, copy: Copy, undisturbed: Undisturbed, moment: str
) -> None:
    first = standing_still(copy, moment)
    assert end_sessions(server, copy, LOCK_SESSION) == 1
    second = copy.start()
    if moment == COMPUTING:
        assert second.wait() == 0, second.stderr
    # What the first one has begun to publish, the second one waits for.
    assert first.go_on() in (0, 4), first.stderr
    assert second.wait() in (0, 4), second.stderr
    assert_whole(copy.tables(), undisturbed)
    assert copy.start().wait() == 0
    assert_finished(copy, undisturbed)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(10))
def test_a_server_restarted_at_any_time_stops_no_backfill(
    server: OwnServer, copy: Copy, undisturbed: Undisturbed, seed: int
) -> None:
    dice = random.Random(f"restart {seed}")
    backfill = copy.start()
    for _ in range(2):
        time.sleep(dice.uniform(0, undisturbed.seconds / 2))
        server.stop(dice.choice(["fast", "immediate"]))
        server.start()
        assert_whole(copy.tables(), undisturbed)
    assert backfill.wait() == 0, backfill.stderr
    assert_finished(copy, undisturbed)
