from __future__ import annotations

import polars as pl

from transforms.engagement.headcount import HeadChange, head_changes


def accounts(*given):
    """Accounts: name, hours, priority, owner."""
    schema = {"account_id": pl.String, "hours": pl.Float64, "priority": pl.Float64, "owner": pl.String}
    return pl.DataFrame(given, schema=schema, orient="row")


def people(**hours):
    return pl.DataFrame(list(hours.items()), schema={"owner": pl.String, "available_hours": pl.Float64}, orient="row")


def test_one_more_takes_what_is_unassigned_and_one_less_leaves_it_to_the_others():
    served = accounts(
        ("a", 4.0, 50.0, "Ada"), ("b", 3.0, 40.0, "Bo"), ("c", 6.0, 90.0, "Cy"), ("d", 5.0, None, "unassigned")
    )  # fmt: skip
    more, less = head_changes(served, people(Ada=7.0, Bo=6.0, Cy=9.0, Away=0.0), "pooled")
    assert more == HeadChange("pooled", 1, 7.0, 0.0, 0, 0)
    # Ada, in the middle, leaves: a (4 h) fits with nobody, neither with Bo (3 h left) nor with Cy.
    assert less == HeadChange("pooled", -1, 7.0, 9.0, 2, 1)


def test_nobody_loses_an_owner_to_a_newcomer():
    served = accounts(("a", 4.0, 50.0, "Ada"), ("b", 3.0, 40.0, "Ada"))
    more, _ = head_changes(served, people(Ada=7.0), "pooled")
    assert more.handed_over_accounts == 0


def test_of_an_even_number_the_lower_median_counts_and_of_equal_ones_the_first_name():
    served = accounts(("a", 1.0, None, "Bo"))
    _, less = head_changes(served, people(Di=5.0, Bo=5.0, Cy=9.0, Ed=9.0), "pooled")
    assert (less.hours, less.handed_over_accounts) == (5.0, 0)
    _, less = head_changes(served, people(Bo=5.0, Ed=9.0), "pooled")
    assert (less.hours, less.handed_over_accounts) == (5.0, 1)


def test_the_last_one_leaves_everything_behind():
    served = accounts(("a", 1.5, None, "Bo"))
    _, less = head_changes(served, people(Bo=5.0), "tam")
    assert less == HeadChange("tam", -1, 5.0, 1.5, 1, 1)


def test_where_nobody_has_hours_nothing_is_said():
    assert head_changes(accounts(("a", 1.5, None, "unassigned")), people(Bo=0.0), "tam") == []
