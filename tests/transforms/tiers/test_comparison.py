"""Two results of a month side by side."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import rows
from tests.transforms.tiers.factory import HIGH, LOW, MID, state_row
from transforms.contracts import PUBLISHED
from transforms.contracts.model import TIERS
from transforms.tiers.comparison import compare

MIRRORED = {"former_tier": "present_tier", "present_tier": "former_tier"} | {
    "former_arr": "present_arr",
    "present_arr": "former_arr",
}


def tiers(**accounts: dict[str, Any]) -> pl.DataFrame:
    """account_tiers of a month by account."""
    given_rows = [state_row(account_id, **values) for account_id, values in accounts.items()]
    return rows(PUBLISHED["account_tiers"], given_rows)


# No fractions that a sum in floating point would lose: what is summed must equal what is added up here.
results = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.fixed_dictionaries(
        {
            "tier": st.sampled_from(TIERS),
            "base_tier": st.sampled_from(TIERS),
            "arr": st.integers(0, 10**9).map(float),
        }
    ),
).map(lambda accounts: tiers(**accounts))


def test_a_result_beside_itself_has_nothing_changed():
    result = tiers(a={"tier": LOW, "arr": 1.0}, b={"tier": HIGH, "arr": 2.0})
    comparison = compare(result, result)

    assert comparison.changed.is_empty()
    assert comparison.matrix.rows() == [(LOW, LOW, 1, 1.0, 1.0), (HIGH, HIGH, 1, 2.0, 2.0)]


def test_cells_are_sorted_by_tier_and_not_by_name_with_those_out_of_scope_last():
    former = tiers(a={"base": MID}, b={"base": HIGH}, c={"base": LOW})
    present = tiers(a={"base": HIGH}, c={"base": LOW}, d={"base": MID})

    pairs = compare(former, present).matrix.select("former_tier", "present_tier").rows()
    assert pairs == [(LOW, LOW), (MID, HIGH), (HIGH, None), (None, MID)]


def test_cells_tell_the_revenue_of_both_results():
    former = tiers(a={"base": MID, "arr": 10.0}, b={"base": MID, "arr": 0.1})
    present = tiers(a={"base": HIGH, "arr": 20.0}, b={"base": HIGH, "arr": 0.2}, c={"base": LOW, "arr": 5.0})

    assert compare(former, present).matrix.rows() == [(MID, HIGH, 2, 10.1, 20.2), (None, LOW, 1, 0.0, 5.0)]


def test_a_changed_account_is_told_with_what_decided_before_and_now():
    former = tiers(a={"tier": MID, "base_tier": LOW, "decided_by": "risk_lift", "reasons": "risk_lift,score"})
    present = tiers(a={"tier": MID, "base_tier": MID, "decided_by": "score", "reasons": "score", "arr": 7.0})

    assert compare(former, present).changed.to_dicts() == [
        {
            "account_id": "a",
            "former_tier": MID,
            "present_tier": MID,
            "former_base_tier": LOW,
            "present_base_tier": MID,
            "former_decided_by": "risk_lift",
            "present_decided_by": "score",
            "former_reasons": "risk_lift,score",
            "present_reasons": "score",
            "arr": 7.0,
        }
    ]


def test_another_reason_for_the_same_tier_is_no_change():
    former, present = tiers(a={"decided_by": "score"}), tiers(a={"decided_by": "strategic_grant", "arr": 9.0})

    assert compare(former, present).changed.is_empty()


def test_the_largest_account_comes_first_and_one_that_left_counts_with_its_last_revenue():
    former = tiers(gone={"arr": 8.0}, b={"base": LOW, "arr": 90.0}, a={"base": LOW, "arr": 1.0})
    present = tiers(b={"base": MID, "arr": 3.0}, a={"base": MID, "arr": 3.0}, new={"arr": 4.0})

    changed = compare(former, present).changed
    assert changed.select("account_id", "arr").rows() == [("gone", 8.0), ("new", 4.0), ("a", 3.0), ("b", 3.0)]


def test_of_two_empty_results_there_is_nothing_to_tell():
    comparison = compare(tiers(), tiers())

    assert (comparison.matrix.height, comparison.changed.height) == (0, 0)
    assert comparison.matrix.schema == {
        "former_tier": pl.String,
        "present_tier": pl.String,
        "accounts": pl.Int64,
        "former_arr": pl.Float64,
        "present_arr": pl.Float64,
    }


@given(results, results)
def test_cells_sum_to_the_accounts_and_revenue_of_either_result(former: pl.DataFrame, present: pl.DataFrame) -> None:
    matrix = compare(former, present).matrix

    assert matrix["accounts"].sum() == len({*former["account_id"], *present["account_id"]})
    assert matrix["former_arr"].sum() == former["arr"].sum()
    assert matrix["present_arr"].sum() == present["arr"].sum()


@given(results, results)
def test_swapped_results_give_the_transposed_matrix_and_the_same_accounts(
    former: pl.DataFrame, present: pl.DataFrame
) -> None:
    there, back = compare(former, present), compare(present, former)

    assert set(back.matrix.rename(MIRRORED).select(there.matrix.columns).rows()) == set(there.matrix.rows())
    assert set(back.changed["account_id"]) == set(there.changed["account_id"])


@given(results, results)
def test_accounts_off_the_diagonal_are_the_changed_ones_whose_tier_differs(
    former: pl.DataFrame, present: pl.DataFrame
) -> None:
    comparison = compare(former, present)

    differs = pl.col("former_tier").ne_missing(pl.col("present_tier"))
    assert comparison.matrix.filter(differs)["accounts"].sum() == comparison.changed.filter(differs).height
