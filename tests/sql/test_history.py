"""How former months went, as one number each: the net shift of health, and whether silence was suspended."""

import pytest

from sql.engine import transaction
from sql.history import health_shifts, months_of_suspended_silence
from tests.sql.months import FEBRUARY, JANUARY, MARCH


@pytest.fixture
def look(engine):
    def looked(function, *arguments):
        with transaction(engine) as connection:
            return function(connection, *arguments)

    return looked


def moved(*moves, **more):
    """Accounts whose health moved by so many points; None: it has no health of the month before."""
    return {
        f"a{number}": {"health": 50.0 + (move or 0.0), "health_1_month_ago": None if move is None else 50.0} | more
        for number, move in enumerate(moves)
    }


def test_falls_and_rises_are_set_off_month_by_month(look, publish_month):
    publish_month(JANUARY, moved(None, None))
    publish_month(FEBRUARY, moved(-9.0, -9.0, 9.0, 0.0, None))
    publish_month(MARCH, moved(5.0, -5.0, 5.5, 0.0))

    assert look(health_shifts, JANUARY, MARCH, 5.0) == {FEBRUARY: -0.25, MARCH: 0.25}
    assert look(health_shifts, JANUARY, FEBRUARY, 10.0) == {FEBRUARY: 0.0}
    assert look(health_shifts, MARCH + 1, MARCH + 6, 5.0) == {}


def test_the_months_of_suspended_silence_are_listed(look, publish_month):
    publish_month(JANUARY, moved(0.0, 0.0, is_silence_suspended=True))
    publish_month(FEBRUARY, moved(0.0, 0.0, is_silence_suspended=False))
    publish_month(MARCH, moved(0.0, is_silence_suspended=True))

    assert look(months_of_suspended_silence, JANUARY, MARCH) == [JANUARY, MARCH]
    assert look(months_of_suspended_silence, FEBRUARY, FEBRUARY) == []
