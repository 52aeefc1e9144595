"""The fingerprint: equal for equal results, different for any difference, the same everywhere."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sql import fingerprint as module
from sql.fingerprint import MONTH_TABLES, fingerprint
from tests.factories import rows
from tests.sql.months import JANUARY, month_frames, run_of
from transforms.contracts import PUBLISHED

ROOT = Path(__file__).parents[2]

WIDE = PUBLISHED["score_contributions_wide"]
TWO = {"a": {"tier": "mid_touch", "health": 61.3}, "b": {"health": None}}


def frames(accounts=TWO, run_id="r", revision=1, **options):
    run = run_of(JANUARY, run_id)
    return month_frames(run, accounts, revision=revision, changes=[{"account_id": "a"}], **options)


def wide(**lists):
    dull = {"metric_values": [], "component_scores": [], "contributions": [], "missing_reasons": []}
    return {WIDE.name: rows(WIDE, [dull | lists])}


def test_the_run_and_its_revision_do_not_matter():
    assert fingerprint(frames(run_id="r", revision=1)) == fingerprint(frames(run_id="s", revision=2))


def test_the_order_of_rows_columns_and_tables_does_not_matter():
    reversed_frames = {
        name: frame.reverse().select(reversed(frame.columns)) for name, frame in reversed(list(frames().items()))
    }
    assert fingerprint(frames()) == fingerprint(reversed_frames)


def test_how_a_frame_lies_in_memory_does_not_matter():
    halves = {name: pl.concat([frame.head(1), frame.tail(-1)], rechunk=False) for name, frame in frames().items()}
    assert fingerprint(frames()) == fingerprint(halves)


def test_a_table_that_comes_later_is_as_good_as_empty():
    empty = {name: PUBLISHED[name].empty() for name in MONTH_TABLES}
    assert fingerprint(frames()) == fingerprint(empty | frames())


def test_zero_has_no_sign():
    assert fingerprint(frames({"a": {"health": 0.0}})) == fingerprint(frames({"a": {"health": -0.0}}))
    assert fingerprint(wide(contributions=[0.0])) == fingerprint(wide(contributions=[-0.0]))


def test_another_process_makes_the_same():
    script = (
        "from tests.sql.test_fingerprint import frames; from sql.fingerprint import fingerprint; "
        "print(fingerprint(frames()))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == fingerprint(frames())


def test_the_size_of_slices_does_not_matter(monkeypatch):
    many = frames({f"{number:03}": {"health": number / 7} for number in range(100)})
    at_once = fingerprint(many)
    monkeypatch.setattr(module, "_SLICE_VALUES", 7)
    assert fingerprint(many) == at_once


DIFFERENCES = {
    "a-tier": {"a": {"tier": "low_touch", "health": 61.3}, "b": {"health": None}},
    "a-digit": {"a": {"tier": "mid_touch", "health": 61.300000000000004}, "b": {"health": None}},
    "null-is-not-zero": {"a": {"tier": "mid_touch", "health": 61.3}, "b": {"health": 0.0}},
    "an-account-more": TWO | {"c": {}},
    "an-account-less": {"a": TWO["a"]},
    "names-swapped": {"b": TWO["a"], "a": TWO["b"]},
}


@pytest.mark.parametrize("accounts", DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_any_difference_matters(accounts):
    assert fingerprint(frames()) != fingerprint(frames(accounts))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"missing_reasons": [None]}, {"missing_reasons": [""]}, id="null-and-empty"),
        pytest.param({"missing_reasons": []}, {"missing_reasons": [None]}, id="none-and-one-null"),
        pytest.param({"missing_reasons": ["a,b"]}, {"missing_reasons": ["a", "b"]}, id="comma"),
        pytest.param({"missing_reasons": ["a\nb"]}, {"missing_reasons": ["a", "b"]}, id="line-break"),
        pytest.param({"contributions": [1.0, 2.0]}, {"contributions": [2.0, 1.0]}, id="order-within-a-list"),
        pytest.param({"contributions": [1.0]}, {"component_scores": [1.0]}, id="other-list"),
        pytest.param({"contributions": [None, 1.0]}, {"contributions": [1.0, None]}, id="place-of-a-null"),
    ],
)
def test_lists_are_told_apart(one, other):
    assert fingerprint(wide(**one)) != fingerprint(wide(**other))


@given(
    st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), max_size=4),
    st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), max_size=4),
)
def test_lists_of_numbers_have_one_fingerprint_each(one, other):
    assume(one != other)
    assert fingerprint(wide(contributions=one)) != fingerprint(wide(contributions=other))


@given(st.text(), st.text())
def test_texts_have_one_fingerprint_each(one, other):
    assume(one != other)
    features = PUBLISHED["account_features"]
    assert fingerprint({features.name: rows(features, [{"name": one}])}) != fingerprint(
        {features.name: rows(features, [{"name": other}])}
    )


def test_rows_that_are_sorted_need_no_sorting():
    in_order = {name: frame.sort(PUBLISHED[name].key) for name, frame in frames().items()}
    assert fingerprint(in_order, are_sorted=True) == fingerprint(frames())
