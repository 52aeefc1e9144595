"""Ids lose what nobody sees at their edges, and what two systems write differently is named."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.ids import INVISIBLE, difference_between, without_edges

BLANKS = [chr(code) for code in range(0x110000) if chr(code).isspace() or unicodedata.category(chr(code)) == "Zs"]
ZERO_WIDTH = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u200f", "\xad"]


@pytest.mark.parametrize("edge", [*BLANKS, *ZERO_WIDTH], ids=lambda edge: f"U+{ord(edge):04X}")
def test_every_kind_of_space_is_an_edge(edge: str) -> None:
    ids = pl.Series([f"{edge}A 1{edge}{edge}", f"A{edge}1", edge, None])
    assert without_edges(ids).to_list() == ["A 1", f"A{edge}1", "", None]


@given(ids=st.lists(st.one_of(st.none(), st.text(st.sampled_from(f"aÜ-0 .\U0001f600{INVISIBLE}"), max_size=6))))
def test_ids_are_stripped_as_python_strips_them(ids: list[str | None]) -> None:
    found = without_edges(pl.Series(ids, dtype=pl.String))
    assert found.to_list() == [None if one is None else one.strip(INVISIBLE) for one in ids]


@given(text=st.text(st.characters(exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Cs")), min_size=1))
def test_what_can_be_seen_stays(text: str) -> None:
    seen = text.strip(INVISIBLE)
    assert without_edges(pl.Series([text])).to_list() == [seen]
    assert all(unicodedata.category(letter) in {"So", "Lo"} for letter in set(text) & set(INVISIBLE))


KNOWN = [str(number) for number in range(1, 40)]


@pytest.mark.parametrize(
    ("theirs", "ours", "sentence"),
    [
        pytest.param(
            [f"A-{number:03}" for number in range(1, 40)],
            KNOWN,
            "A-001 in usage, 1 in accounts: a prefix and leading zeros",
            id="prefix and zeros",
        ),
        pytest.param([one.zfill(4) for one in KNOWN], KNOWN, "0001 in usage, 1 in accounts: leading zeros", id="zeros"),
        pytest.param([f"{one}.0" for one in KNOWN], KNOWN, "1.0 in usage, 1 in accounts: a trailing .0", id="floats"),
        pytest.param(
            [f"acct{one}" for one in "abcde"],
            [f"ACCT{one}" for one in "ABCDE"],
            "accta in usage, ACCTA in accounts: upper and lower case",
            id="case",
        ),
        pytest.param([f"cus_{one}" for one in KNOWN], KNOWN, "cus_1 in usage, 1 in accounts: a prefix", id="prefix"),
        pytest.param(
            KNOWN, [f"urn:x:{one}" for one in KNOWN], "1 in usage, urn:x:1 in accounts: a prefix", id="prefix of ours"
        ),
        pytest.param(
            [f"0018000000{number:05}AAA" for number in range(5)],
            [f"0018000000{number:05}" for number in range(5)],
            "001800000000000AAA in usage, 001800000000000 in accounts: 15 and 18 characters",
            id="Salesforce",
        ),
        pytest.param(
            ["6f1e2b3c4d5e", "7a1e2b3c4d5e"],
            ["6f1e-2b3c-4d5e", "7a1e-2b3c-4d5e"],
            "6f1e2b3c4d5e in usage, 6f1e-2b3c-4d5e in accounts: hyphens",
            id="hyphens",
        ),
        pytest.param(
            ["A1\u200b", "A2\u200b"],
            ["A1", "A2"],
            "'A1\\u200b' in usage, A1 in accounts: invisible characters",
            id="edges",
        ),
    ],
)  # fmt: skip
def test_the_difference_between_two_systems_is_named(theirs: list[str], ours: list[str], sentence: str) -> None:
    found = difference_between(pl.Series(theirs), pl.Series(ours))
    assert found is not None
    assert found.sentence("usage") == sentence


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        pytest.param(["X1", "Y7", "Z9"], ["A", "B", "C"], id="nothing in common"),
        pytest.param(["a1", "b2", "c3", "d4"], ["A1", "X", "Y"], id="one of four by chance"),
        pytest.param(["a-1", "b-1", "c-1"], ["1", "2", "3"], id="three would become one"),
        pytest.param(["1", "2"], ["a-1", "b-1", "a-2", "b-2"], id="two accounts would become one"),
        pytest.param([], ["A"], id="none unknown"),
        pytest.param(["A"], [], id="none known"),
    ],
)
def test_no_difference_is_named_that_does_not_explain_most(theirs: list[str], ours: list[str]) -> None:
    assert difference_between(pl.Series(theirs, dtype=pl.String), pl.Series(ours, dtype=pl.String)) is None


def test_of_many_ids_some_are_looked_at() -> None:
    ours = pl.Series([str(number) for number in range(25_000)])
    found = difference_between(pl.select(pl.format("{}.0", ours)).to_series(), ours)
    assert found is not None
    assert found.what == "a trailing .0"
