from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.policy import Policy
from transforms.segments.bands import band_of
from transforms.segments.traits import size_band, trait

SCHEMA = dict.fromkeys(("industry", "size_band", "region", "plan", "structural_stage"), pl.String)
WHOLE = {
    "industry": "retail", "size_band": "small", "region": "emea", "plan": "team", "structural_stage": "mature",
}  # fmt: skip


def trait_of(**changed: Any) -> str:
    return pl.DataFrame([WHOLE | changed], schema=SCHEMA).select(trait()).item()


def test_trait_has_five_parts() -> None:
    assert trait_of() == "retail|small|emea|team|mature"


@pytest.mark.parametrize("nothing", [None, "", "  ", "\t\n"], ids=["null", "empty", "blanks", "white_space"])
@pytest.mark.parametrize("part", list(SCHEMA))
def test_what_is_not_known_is_unknown(part: str, nothing: str | None) -> None:
    expected = [*WHOLE.values()]
    expected[list(SCHEMA).index(part)] = "unknown"
    assert trait_of(**{part: nothing}).split("|") == expected


def test_a_bar_in_a_part_adds_no_part() -> None:
    assert trait_of(industry="a|b||", plan=" |") == "a/b//|small|emea|/|mature"


@given(st.fixed_dictionaries({name: st.none() | st.text() for name in SCHEMA}))
def test_every_account_has_five_parts_that_say_something(account: dict[str, str | None]) -> None:
    parts = trait_of(**account).split("|")
    assert len(parts) == len(SCHEMA)
    assert all(parts)


@pytest.mark.parametrize(
    ("employees", "expected"),
    [
        (None, "unknown"), (0, "micro"), (9, "micro"), (10, "small"), (49, "small"), (50, "medium"), (249, "medium"),
        (250, "large"), (999, "large"), (1000, "enterprise"), (10**9, "enterprise"),
    ],
)  # fmt: skip
def test_size_bands_begin_at_their_limit(policy: Policy, employees: int | None, expected: str) -> None:
    frame = pl.DataFrame({"employees": [employees]}, schema={"employees": pl.Int64})
    assert frame.select(size_band(policy.segments.size_bands)).item() == expected


def test_nothing_lies_below_the_first_band(policy: Policy) -> None:
    assert pl.select(band_of(pl.lit(-5.0), policy.segments.value_bands)).item() == "below 10k"
    assert pl.select(band_of(pl.lit(None, pl.Float64), policy.segments.value_bands)).item() is None
