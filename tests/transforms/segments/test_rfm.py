"""RFM scores, and what the default policy calls their codes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil
from typing import Any, get_args

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.contracts import PUBLISHED
from transforms.policy import Policy
from transforms.policy.segments import Rfm, SegmentName
from transforms.segments.rfm import MEASURES, with_rfm

RECENCY, FREQUENCY, MONETARY = MEASURES.values()
SCHEMA = {"account_id": pl.String(), RECENCY: pl.Int64(), FREQUENCY: pl.Int64(), MONETARY: pl.Float64()}
SCORES = list(MEASURES)


WHY = {"reason": "Tried in a test."}


def rules(bins: int = 5, best: str = "highest", by: str = "quantiles", **axes: list[float]) -> Rfm:
    """A policy that calls every code Loyal, with the edges of some axes."""
    return Rfm.model_validate(
        {
            "bins": {"value": bins, **WHY},
            "best": best,
            "axes": {name.removeprefix("rfm_"): {"by": by, **WHY} for name in MEASURES}
            | {name: {"by": "edges", "edges": edges, **WHY} for name, edges in axes.items()},
            "rules": [{"segment": "Loyal", **WHY}],
        }
    )


def scored(measures: list[tuple[Any, Any, Any]], rfm: Rfm) -> pl.DataFrame:
    rows = [(f"a{number:03}", *values) for number, values in enumerate(measures)]
    return with_rfm(pl.LazyFrame(rows, schema=SCHEMA, orient="row"), rfm).collect()


class TestScores:
    def test_a_fifth_has_each_score_where_all_differ(self) -> None:
        found = scored([(number, number, float(number)) for number in range(10)], rules())
        assert found["rfm_recency"].to_list() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
        assert found["rfm_frequency"].to_list() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        assert found["rfm_monetary"].to_list() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        assert found["rfm_code"].to_list()[::9] == ["511", "155"]

    def test_lowest_may_be_best(self) -> None:
        found = scored([(number, number, float(number)) for number in range(8)], rules(4, "lowest"))
        assert found["rfm_recency"].to_list() == [1, 1, 2, 2, 3, 3, 4, 4]
        assert found["rfm_monetary"].to_list() == [4, 4, 3, 3, 2, 2, 1, 1]

    def test_scores_do_not_occur_where_many_are_equal(self) -> None:
        found = scored([(days, 0, 0.0) for days in (0, 0, 0, 0, 0, 0, 1, 1, 1, 9)], rules())
        assert found["rfm_recency"].to_list() == [4, 4, 4, 4, 4, 4, 2, 2, 2, 1]

    @pytest.mark.parametrize(("bins", "middle"), [(5, 3), (9, 5), (4, 2), (2, 1)])
    @pytest.mark.parametrize("best", ["highest", "lowest"])
    def test_all_equal_are_in_the_middle_of_every_axis(self, bins: int, middle: int, best: str) -> None:
        found = scored([(3, 3, 3.0)] * 6, rules(bins, best))
        assert found.select(SCORES).unique().row(0) == (middle, middle, middle)

    def test_ties_are_treated_alike_on_every_axis(self) -> None:
        found = scored([(-value, value, float(value)) for value in (1, 2, 2, 2, 2, 3, 3)], rules())
        assert found["rfm_recency"].to_list() == found["rfm_frequency"].to_list() == [1, 3, 3, 3, 3, 5, 5]
        assert found["rfm_monetary"].to_list() == found["rfm_frequency"].to_list()

    def test_one_account_and_none(self) -> None:
        assert scored([(7, 1, 2.0)], rules())["rfm_code"].to_list() == ["333"]
        assert scored([], rules()).is_empty()

    @pytest.mark.parametrize("missing", range(3))
    def test_nothing_is_scored_where_a_measure_is_unknown_for_everybody(self, missing: int) -> None:
        measures = [(number, number, float(number)) for number in range(4)]
        unknown = [tuple(None if place == missing else value for place, value in enumerate(row)) for row in measures]
        found = scored(unknown, rules())
        assert found.select(*SCORES, "rfm_code", "rfm_segment").null_count().row(0) == (4,) * 5

    def test_an_account_without_a_measure_has_no_code_and_moves_no_edge(self) -> None:
        measures = [(number, number, float(number)) for number in range(10)]
        found = scored([*measures, (None, 4, 4.0)], rules())
        assert found["rfm_recency"].to_list() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1, None]
        assert found.row(10, named=True)["rfm_code"] is None
        assert found.row(10, named=True)["rfm_segment"] is None


class TestEdges:
    def test_a_value_on_an_edge_belongs_below_it(self) -> None:
        found = scored([(days, 0, 0.0) for days in (0, 7, 8, 14, 15, 30, 31, 60, 61)], rules(recency=[7, 14, 30, 60]))
        assert found["rfm_recency"].to_list() == [5, 5, 4, 4, 3, 3, 2, 2, 1]

    def test_the_best_end_is_the_measures_own(self) -> None:
        edges = {"recency": [2.5, 5.0], "monetary": [2.5, 5.0]}
        measures = [(days, 0, float(days)) for days in (2, 5, 6)]
        highest, lowest = (scored(measures, rules(3, best, **edges)) for best in ("highest", "lowest"))
        assert highest["rfm_recency"].to_list() == lowest["rfm_monetary"].to_list() == [3, 2, 1]
        assert highest["rfm_monetary"].to_list() == lowest["rfm_recency"].to_list() == [1, 2, 3]

    def test_a_score_depends_on_nobody_else(self) -> None:
        edges = {"recency": [7, 14, 30, 60]}
        alone, among = scored([(3, 1, 1.0)], rules(**edges)), scored([(3, 1, 1.0), (0, 9, 9.0)] * 4, rules(**edges))
        assert set(alone["rfm_recency"]) == set(among["rfm_recency"]) == {5}

    def test_the_default_is_the_days_of_the_page(self, policy: Policy) -> None:
        found = scored([(days, 1, 1.0) for days in (0, 7, 8, 14, 15, 30, 31, 60, 61, 400)], policy.segments.rfm)
        assert found["rfm_recency"].to_list() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]

    def test_null_stays_null(self) -> None:
        found = scored([(None, 1, 1.0), (3, 2, 2.0)], rules(recency=[7, 14, 30, 60]))
        assert found["rfm_recency"].to_list() == [None, 5]
        assert found["rfm_code"].to_list() == [None, "544"]


class TestQuantileEdges:
    def test_a_value_on_an_edge_belongs_below_it(self) -> None:
        """The edges of 0, 10, 20, 30, 40, 50 are 10, 20, 30 and 40."""
        found = scored([(0, days, 0.0) for days in (0, 10, 20, 30, 40, 50)], rules(by="quantile_edges"))
        assert found["rfm_frequency"].to_list() == [1, 1, 2, 3, 4, 5]

    def test_scores_do_not_occur_where_edges_fall_together(self) -> None:
        found = scored([(days, 0, 0.0) for days in (0, 0, 0, 0, 0, 0, 1, 1, 1, 9)], rules(by="quantile_edges"))
        assert found["rfm_recency"].to_list() == [5, 5, 5, 5, 5, 5, 2, 2, 2, 1]

    def test_all_equal_have_the_lowest_values_score(self) -> None:
        found = scored([(3, 3, 3.0)] * 4, rules(by="quantile_edges"))
        assert found.select(SCORES).unique().row(0) == (5, 1, 1)


MEASURED = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40), st.integers(-20, 20).map(float)), max_size=30)
BINS, BEST = st.integers(2, 9), st.sampled_from(["highest", "lowest"])
BY = st.sampled_from(["quantiles", "quantile_edges"])


def naive_score(values: list[int], value: int, bins: int) -> int:
    """The bin of the value's average rank, in exact fractions."""
    below, equal = sum(other < value for other in values), values.count(value)
    rank = below + Fraction(equal + 1, 2)
    return ceil(bins * (rank - Fraction(1, 2)) / len(values))


class TestLaws:
    @given(MEASURED, st.sampled_from([4, 5]))
    def test_the_same_as_numpy(self, measures: list[tuple[int, int, float]], bins: int) -> None:
        found = scored(measures, rules(bins, "lowest", "quantile_edges"))
        if not measures:
            return
        values = np.array([row[0] for row in measures])
        edges = np.quantile(values, [part / bins for part in range(1, bins)])
        assert found["rfm_recency"].to_list() == (1 + np.searchsorted(edges, values, side="left")).tolist()

    @given(MEASURED, st.sampled_from([2, 4, 5]))
    def test_the_same_as_pandas_where_its_edges_differ(self, measures: list[tuple[int, int, float]], bins: int) -> None:
        days = [row[0] for row in measures]
        assume(len({*np.quantile(days or [0], [part / bins for part in range(bins + 1)])}) == bins + 1)
        found = scored(measures, rules(bins, "lowest", "quantile_edges"))
        assert found["rfm_recency"].to_list() == (1 + pd.qcut(days, bins, labels=False)).tolist()

    @given(MEASURED, BINS)
    def test_the_same_as_counting_ranks(self, measures: list[tuple[int, int, float]], bins: int) -> None:
        found = scored(measures, rules(bins))
        days = [row[1] for row in measures]
        assert found["rfm_frequency"].to_list() == [naive_score(days, value, bins) for value in days]

    @given(MEASURED, BINS, BEST)
    def test_a_mirrored_measure_has_the_same_score(self, measures: list[Any], bins: int, best: str) -> None:
        found = scored([(-days, days, float(days)) for _, days, _ in measures], rules(bins, best))
        assert found["rfm_recency"].to_list() == found["rfm_frequency"].to_list() == found["rfm_monetary"].to_list()

    @given(MEASURED, BINS, BEST, BY, st.randoms(use_true_random=False))
    def test_order_does_not_matter(self, measures: list[Any], bins: int, best: str, by: str, chance: Any) -> None:
        shuffled = list(measures)
        chance.shuffle(shuffled)
        found, again = scored(measures, rules(bins, best, by)), scored(shuffled, rules(bins, best, by))
        columns = [*MEASURES.values(), *SCORES, "rfm_code"]
        assert found.select(columns).sort(columns).equals(again.select(columns).sort(columns))

    @given(MEASURED, BINS, BEST, BY)
    def test_scores_follow_the_values(self, measures: list[Any], bins: int, best: str, by: str) -> None:
        found = scored(measures, rules(bins, best, by))
        for score, measure in MEASURES.items():
            best_first = found.select(measure, score).sort(measure, descending=measure != RECENCY)
            in_order = best_first[score].to_list()
            assert in_order == sorted(in_order, reverse=best == "highest")
            assert best_first.unique().height == best_first[measure].n_unique()
            assert set(in_order) <= set(range(1, bins + 1))

    @given(st.lists(st.integers(0, 10**6), unique=True, min_size=9), BINS, BY)
    def test_every_score_occurs_where_all_differ(self, days: list[int], bins: int, by: str) -> None:
        found = scored([(value, value, float(value)) for value in days], rules(bins, by=by))
        sizes = found["rfm_frequency"].value_counts()["count"]
        assert len(sizes) == bins
        assert sizes.max() - sizes.min() <= 1


GRID = """
    monetary    1   2   3   4   5

    recency 5
    frequency 5 PL  PL  LOY CH  CH
              4 PL  PL  LOY CH  CH
              3 PL  PL  LOY LOY LOY
              2 PRO PRO PRO ATT ATT
              1 NEW NEW NEW NEW NEW
    recency 4
    frequency 5 PL  PL  LOY CH  CH
              4 PL  PL  LOY CH  CH
              3 PL  PL  LOY LOY LOY
              2 PRO PRO PRO ATT ATT
              1 NEW NEW NEW NEW NEW
    recency 3
    frequency 5 ATT ATT LOY LOY LOY
              4 ATT ATT LOY LOY LOY
              3 ATT ATT LOY LOY LOY
              2 SLP SLP ATT ATT ATT
              1 SLP SLP ATT ATT ATT
    recency 2
    frequency 5 RSK RSK RSK RSK RSK
              4 RSK RSK RSK RSK RSK
              3 RSK RSK RSK RSK RSK
              2 HIB HIB HIB RSK RSK
              1 HIB HIB HIB RSK RSK
    recency 1
    frequency 5 RSK RSK RSK CLT CLT
              4 RSK RSK RSK CLT CLT
              3 RSK RSK RSK RSK CLT
              2 LST LST HIB RSK CLT
              1 LST LST HIB RSK CLT
"""
NAMES = {
    "CH": "Champions", "LOY": "Loyal", "PL": "Potential Loyalist", "NEW": "New", "PRO": "Promising",
    "ATT": "Need Attention", "SLP": "About To Sleep", "RSK": "At Risk", "CLT": "Cannot Lose Them",
    "HIB": "Hibernating", "LST": "Lost",
}  # fmt: skip


def read_grid() -> dict[str, str]:
    """The code and name of each cell: five letters follow the frequency in a line."""
    words = [line.split()[-5:] for line in GRID.splitlines() if len(line.split()) >= 6][1:]
    places = product("54321", "54321")
    return {
        f"{recency}{frequency}{monetary}": NAMES[name]
        for (recency, frequency), line in zip(places, words, strict=True)
        for monetary, name in zip("12345", line, strict=True)
    }


class TestNames:
    def test_each_of_the_125_codes_has_its_name(self, policy: Policy) -> None:
        assert len(read_grid()) == 125
        assert policy.segments.rfm.segments() == read_grid()

    def test_every_name_occurs(self, policy: Policy) -> None:
        assert set(policy.segments.rfm.segments().values()) == set(get_args(SegmentName)) == set(NAMES.values())

    def test_the_contract_allows_these_names_and_no_others(self) -> None:
        assert PUBLISHED["account_segments"].field("rfm_segment").column.allowed == get_args(SegmentName)

    @pytest.mark.parametrize(
        ("code", "name", "why"),
        [
            ("555", "Champions", "here today, most days, for most money"),
            ("111", "Lost", "longest away, fewest days, least money"),
            ("155", "Cannot Lose Them", "used and paid like the best, and has gone silent"),
            ("115", "Cannot Lose Them", "pays most and is not seen any more: an empty shelf that somebody will notice"),
            ("551", "Potential Loyalist", "the habit of the best for the least money"),
            ("511", "New", "here today, on few days of the year"),
            ("515", "New", "a large contract in its first months has few days yet"),
            ("525", "Need Attention", "pays most for what it seldom uses"),
            ("251", "At Risk", "a daily habit that has stopped, however little it pays"),
            ("333", "Loyal", "in the middle of a base that stays"),
            ("311", "About To Sleep", "little of everything, and not lately"),
            ("211", "Hibernating", "little of everything, and long ago"),
        ],
    )
    def test_names_that_were_argued(self, policy: Policy, code: str, name: str, why: str) -> None:
        assert policy.segments.rfm.segments()[code] == name, why

    def test_code_becomes_name(self, policy: Policy) -> None:
        found = scored([(90 - 10 * number, number, float(number)) for number in range(10)], policy.segments.rfm)
        assert found["rfm_code"].to_list()[::9] == ["111", "555"]
        assert found["rfm_segment"].to_list()[::9] == ["Lost", "Champions"]
