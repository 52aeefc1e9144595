"""Tests write into memory only where there is enough of it."""

from __future__ import annotations

import pytest

from tests.scratch import MEMORY_GIB, ROOM_GIB, has_room

GIB = 2**30


@pytest.mark.parametrize(
    ("free", "available", "expected"),
    [
        pytest.param(ROOM_GIB * GIB, MEMORY_GIB * GIB, True, id="enough-of-both"),
        pytest.param(ROOM_GIB * GIB - 1, MEMORY_GIB * GIB, False, id="a-small-folder"),
        pytest.param(ROOM_GIB * GIB, MEMORY_GIB * GIB - 1, False, id="little-memory"),
    ],
)
def test_tests_write_into_memory_where_there_is_plenty(free: int, available: int, expected: bool) -> None:
    assert has_room(free, available) is expected
