from __future__ import annotations

from tests.transforms.notifications.months import change_rows, events


def test_the_largest_come_first_and_what_is_as_large_by_account_and_change():
    lines = [
        {"account_id": "b", "change_id": "1", "arr": 100.0},
        {"account_id": "a", "change_id": "3", "arr": 100.0},
        {"account_id": "a", "change_id": "2", "arr": 100.0},
        {"account_id": "c", "change_id": "4", "arr": 200.0},
        {"account_id": "d", "change_id": "5", "arr": None},
    ]
    found = events(change_rows(lines)).select("account_id", "change_id").rows()
    assert found == [("c", "4"), ("a", "2"), ("a", "3"), ("b", "1"), ("d", "5")]
