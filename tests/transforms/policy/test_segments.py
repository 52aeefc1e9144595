"""Segments that cannot be meant are refused, with their place and what was expected."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.policy.edits import GONE, edit, reasoned
from transforms.policy import PolicyBook
from transforms.policy.book import PolicyError

WHY = {"reason": "Tried in a test."}
USE_CASE = {"name": "plan", "features": ["boards"], **WHY}
RFM = "segments.rfm"


@pytest.mark.parametrize(
    ("place", "value", "found_at", "expected"),
    [
        pytest.param("segments.size_bands.0.minimum_employees", 1, "segments.size_bands",
                     "bands begin at 1, 10, 50, 250, 1000: expected limits that rise strictly, the first of them 0",
                     id="first-band-not-at-0"),
        pytest.param("segments.value_bands.2.minimum_arr", 10_000, "segments.value_bands",
                     "bands begin at 0, 10000, 10000, 250000: expected limits that rise strictly",
                     id="bands-that-touch"),
        pytest.param("segments.size_bands.1.name", "micro", "segments.size_bands",
                     "'micro' occurs twice: expected each name once", id="band-twice"),
        pytest.param("segments.value_bands", [], "segments.value_bands", "expected at least 1 item", id="no-bands"),
        pytest.param(f"{RFM}.bins", reasoned(1), f"{RFM}.bins", "expected greater than or equal to 2", id="one-bin"),
        pytest.param(f"{RFM}.bins", reasoned(10), f"{RFM}.bins", "expected less than or equal to 9", id="two-digits"),
        pytest.param(f"{RFM}.best", "first", f"{RFM}.best", "expected 'highest' or 'lowest'", id="no-end"),
        pytest.param(f"{RFM}.axes.recency.edges", [7, 14, 14, 60], f"{RFM}.axes.recency",
                     "the edges are 7, 14, 14, 60: expected limits that rise strictly", id="edges-that-touch"),
        pytest.param(f"{RFM}.axes.recency.edges", [7, 14, 30], RFM,
                     "recency has the edges 7, 14, 30: expected 4, which separate 5 scores", id="an-edge-too-few"),
        pytest.param(f"{RFM}.axes.monetary", {"by": "edges", "edges": [1, 2, 3, 4, 5], **WHY}, RFM,
                     "monetary has the edges 1, 2, 3, 4, 5: expected 4", id="an-edge-too-many"),
        pytest.param(f"{RFM}.axes.monetary.by", "rank", f"{RFM}.axes.monetary.by", "expected 'edges', 'quantiles'",
                     id="axis-by-nothing-known"),
        pytest.param(f"{RFM}.axes.recency.by", "quantiles", f"{RFM}.axes.recency",
                     "by is quantiles and there are edges: expected edges with `by: edges` and only there",
                     id="edges-that-do-not-count"),
        pytest.param(f"{RFM}.axes.frequency.by", "edges", f"{RFM}.axes.frequency", "by is edges and there are none",
                     id="no-edges"),
        pytest.param(f"{RFM}.axes.recency.reason", GONE, f"{RFM}.axes.recency.reason", "expected a value",
                     id="edges-without-reason"),
        pytest.param(f"{RFM}.rules.0.segment", "Winners", f"{RFM}.rules.0.segment", "expected 'Champions', 'Loyal'",
                     id="name-of-ones-own"),
        pytest.param(f"{RFM}.rules.0.recency", [4, 6], RFM,
                     "rule 1 (Champions) says [4, 6]: expected [lowest, highest] within 1 to 5", id="too-high"),
        pytest.param(f"{RFM}.rules.0.monetary", [5, 4], RFM, "rule 1 (Champions) says [5, 4]", id="turned-round"),
        pytest.param(f"{RFM}.rules.0.monetary", [5], f"{RFM}.rules.0.monetary", "expected at least 2 items",
                     id="half-a-range"),
        pytest.param(f"{RFM}.rules", [{"segment": "Lost", "recency": [1, 4], **WHY}], RFM,
                     "no rule names 25 of the 125 codes ('511', '512', '513' and 22 more): expected a rule for each",
                     id="codes-without-name"),
        pytest.param("segments.needs.use_cases", [USE_CASE, USE_CASE | {"name": " PLAN"}], "segments.needs.use_cases",
                     "'plan' occurs twice: expected each name once", id="use-case-twice"),
        pytest.param("segments.needs.use_cases", [USE_CASE | {"features": []}], "segments.needs.use_cases.0.features",
                     "expected at least 1 item", id="use-case-without-features"),
    ],
)  # fmt: skip
def test_fault_is_named(written: dict[str, Any], place: str, value: object, found_at: str, expected: str) -> None:
    with pytest.raises(PolicyError) as caught:
        PolicyBook.from_mapping(edit(written, place, value))
    (error,) = caught.value.errors
    assert ".".join(map(str, error.path)) == found_at
    assert expected in error.expected


def test_other_bins_need_rules_of_their_own(written: dict[str, Any]) -> None:
    edit(written, f"{RFM}.bins", reasoned(4))
    with pytest.raises(PolicyError, match="recency has the edges 7, 14, 30, 60: expected 3, which separate 4"):
        PolicyBook.from_mapping(written)
    edit(written, f"{RFM}.axes.recency.edges", [7, 30, 60])
    with pytest.raises(PolicyError, match=r"rule 1 \(Champions\) says \[4, 5\]: expected .* within 1 to 4"):
        PolicyBook.from_mapping(written)
    edit(written, f"{RFM}.rules", [{"segment": "Loyal", **WHY}])
    assert len(PolicyBook.from_mapping(written).versions[0].segments.rfm.segments()) == 64


def test_what_changes_a_segment_changes_the_fingerprint_and_a_reason_does_not(written: dict[str, Any]) -> None:
    before = PolicyBook.from_mapping(written).versions[0].fingerprint
    edit(written, "segments.size_bands.0.reason", "Another one.")
    assert PolicyBook.from_mapping(written).versions[0].fingerprint == before
    edit(written, "segments.needs.use_cases", [USE_CASE])
    assert PolicyBook.from_mapping(written).versions[0].fingerprint != before
