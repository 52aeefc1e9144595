"""Who holds the warehouse while it computes: reported by name, gone with its process, and in no reader's way."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.writing import writing
from tests.flows.crashes.killing import assert_finished
from tests.flows.crashes.processes import Started
from tests.flows.crashes.stage import Copy, Stage, Undisturbed
from transforms.errors import BusyError

WHEN_FEBRUARY_IS_COMPUTED = r"os.mkdir .*/data-docs/\.making-.*/2025-02-"


@pytest.fixture
def undisturbed(stage: Stage) -> Undisturbed:
    return stage.undisturbed("backfill-anew")


@pytest.fixture
def copy(stage: Stage, tmp_path: Path) -> Iterator[Copy]:
    with stage.copy("backfill-anew", tmp_path / "project") as copied:
        yield copied


@pytest.fixture
def holder(copy: Copy) -> Iterator[Started]:
    """A backfill that stands still: January is published anew, February is computed."""
    started = copy.start(stopped_at=WHEN_FEBRUARY_IS_COMPUTED)
    started.wait_until_it_stands_still()
    yield started
    started.kill()


def test_readers_read_while_another_one_computes(copy: Copy, holder: Started, undisturbed: Undisturbed) -> None:
    readers = [
        copy.start("status"),
        copy.start("explain", "a001", "--month", "2025-01"),
        copy.start("diff", "--month", "2025-01"),
        copy.start("quarantine"),
        copy.start("backfill", "--from", "2025-01", "--to", "2025-02", "--dry-run"),
    ]
    assert [(reader.wait(), reader.stderr) for reader in readers] == [(0, "")] * len(readers)
    assert holder.exit_code is None
    assert holder.go_on() == 0
    assert_finished(copy, undisturbed)


def told_of(holder: Started) -> str:
    return rf"is held by backfill since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC, process {holder.pid} on "


def test_one_that_stands_still_holds_it_and_one_that_died_does_not(
    copy: Copy, holder: Started, undisturbed: Undisturbed
) -> None:
    with pytest.raises(BusyError, match=told_of(holder)) as told, writing(copy.project(), "test", wait_seconds=0.2):
        pytest.fail("two hold it")
    assert ("still was after 0.2 s" in str(told.value)) == (copy.server is None)
    os.kill(holder.pid, signal.SIGKILL)
    assert holder.wait() == -signal.SIGKILL
    with writing(copy.project(), "test", wait_seconds=0):
        pass
    assert copy.start().wait() == 0
    assert_finished(copy, undisturbed)


@pytest.mark.parametrize("stage", ["postgresql"], indirect=True)
def test_on_postgresql_the_second_one_leaves_at_once(copy: Copy, holder: Started) -> None:
    for line in (("run", "--month", "2025-02"), copy.scenario.line):
        second = copy.start(*line)
        assert (second.wait(seconds=20), second.stdout) == (4, "")
        told = re.fullmatch(
            rf"retier: the warehouse \w+ {told_of(holder)}(\S+): wait for it to end, or end it, and run this again\n",
            second.stderr,
        )
        assert told is not None, second.stderr
        assert socket.gethostname().startswith(told[1])
