"""Two revisions of a month, read from the warehouse."""

from __future__ import annotations

import pytest

from flows.diff import read_diff
from flows.settings import load_project
from tests.flows.published import FEBRUARY, JANUARY, MARCH, publish_month
from transforms.errors import WrongUseError

LOW, MID, HIGH = ({"tier": f"{rank}_touch", "base_tier": f"{rank}_touch"} for rank in ("low", "mid", "high"))


@pytest.fixture
def restated(project):
    """A project whose January was published three times."""
    publish_month(project, JANUARY, {"a": LOW | {"arr": 10.0, "health": 40.0}, "b": MID | {"arr": 20.0}})
    publish_month(project, JANUARY, {"a": MID | {"arr": 10.0, "health": 60.0}, "b": MID | {"arr": 20.0}})
    publish_month(project, JANUARY, {"a": MID | {"arr": 10.0, "health": 60.0}, "c": HIGH | {"arr": 30.0}})
    return load_project(project, {})


def test_without_a_pair_the_two_newest_are_compared(restated):
    diff = read_diff(restated, None, None)

    assert (diff.month, diff.former.revision, diff.present.revision) == (JANUARY, 2, 3)
    assert diff.comparison.changed["account_id"].to_list() == ["c", "b"]


def test_former_revisions_are_compared_with_each_other(restated):
    diff = read_diff(restated, JANUARY, (1, 2))

    assert diff.comparison.matrix.select("former_tier", "present_tier", "accounts").rows() == [
        ("low_touch", "mid_touch", 1),
        ("mid_touch", "mid_touch", 1),
    ]
    [row] = diff.comparison.changed.to_dicts()
    assert (row["account_id"], row["former_health"], row["present_health"]) == ("a", 40.0, 60.0)


def test_a_pair_is_read_in_the_order_in_which_it_is_named(restated):
    diff = read_diff(restated, JANUARY, (3, 1))

    assert (diff.former.revision, diff.present.revision) == (3, 1)
    moved = {row["account_id"]: (row["former_tier"], row["present_tier"]) for row in diff.comparison.changed.to_dicts()}
    assert moved == {"a": ("mid_touch", "low_touch"), "b": (None, "mid_touch"), "c": ("high_touch", None)}


def test_each_revision_names_the_run_that_made_it(restated):
    diff = read_diff(restated, JANUARY, (1, 3))

    assert [(one.run_id, one.accounts) for one in (diff.former, diff.present)] == [("2025-01-1", 2), ("2025-01-3", 2)]


@pytest.mark.parametrize(
    ("month", "pair", "sentence"),
    [
        (MARCH, None, "2025-03 is not published: the published months run from 2025-01 to 2025-02"),
        (FEBRUARY, None, "2025-02 only has revision 1"),
        (JANUARY, (1, 4), "2025-01 has no revision 4: expected one of 1, 2, 3"),
        (JANUARY, (0, 1), "2025-01 has no revision 0"),
        (JANUARY, (2, 2), "revision 2 of 2025-01 was named twice"),
    ],
)
def test_what_cannot_be_compared_is_reported(restated, month, pair, sentence):
    publish_month(restated.directory, FEBRUARY, {"a": MID})

    with pytest.raises(WrongUseError, match=sentence):
        read_diff(restated, month, pair)


def test_without_a_warehouse_there_is_nothing_to_compare(project):
    with pytest.raises(WrongUseError, match="no month is published yet"):
        read_diff(load_project(project, {}), None, None)
