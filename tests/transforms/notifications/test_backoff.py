"""How long a failed message waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transforms.notifications.backoff import wait_seconds


@given(attempts=st.integers(1, 5000), name=st.text())
def test_the_pause_doubles_within_bounds_and_is_the_same_each_time(attempts, name):
    waited = wait_seconds(attempts, name, 60.0, 3600.0)
    full = min(60.0 * 2 ** min(attempts - 1, 60), 3600.0)
    assert full / 2 <= waited < full
    assert waited == wait_seconds(attempts, name, 60.0, 3600.0)


def test_messages_do_not_all_come_back_at_once():
    assert len({wait_seconds(1, str(number), 60.0, 3600.0) for number in range(100)}) == 100
