"""What is tried again where the database went away, and for how long."""

from __future__ import annotations

import time

import pytest

from flows import transactions
from flows.transactions import again_if_gone
from sql.engine import WarehouseGoneError
from transforms.errors import BusyError, RetierError


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "_PAUSES_SECONDS", (0.01, 0.02, 0.04))


class Database:
    """Is away for the first so many attempts."""

    def __init__(self, away: int, *, seconds: float = 0.0, error: RetierError | None = None) -> None:
        self._away, self._seconds = away, seconds
        self._error = error or WarehouseGoneError("it is away")
        self.asked = 0

    def use(self) -> str:
        self.asked += 1
        if self.asked <= self._away:
            time.sleep(self._seconds)
            raise self._error
        return "done"


@pytest.mark.parametrize("away", [0, 1, 3])
def test_a_database_that_comes_back_is_used(away: int) -> None:
    database = Database(away)
    assert again_if_gone(database.use) == "done"
    assert database.asked == away + 1


def test_a_database_that_stays_away_is_reported() -> None:
    database = Database(99)
    with pytest.raises(WarehouseGoneError, match="it is away"):
        again_if_gone(database.use)
    assert database.asked == 4


def test_one_that_does_not_even_refuse_is_given_up_earlier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "_RETRIED_FOR_SECONDS", 0.5)
    database = Database(99, seconds=0.6)
    with pytest.raises(WarehouseGoneError):
        again_if_gone(database.use)
    assert database.asked == 2


def test_work_that_took_long_before_the_database_went_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "_RETRIED_FOR_SECONDS", 0.5)
    database = Database(1, seconds=0.8)
    assert again_if_gone(database.use) == "done"


def test_any_other_failure_is_reported_at_once() -> None:
    database = Database(1, error=BusyError("somebody has it"))
    with pytest.raises(BusyError):
        again_if_gone(database.use)
    assert database.asked == 1
