"""Who looks after an account before the month is planned: the CRM's owner where it changed, else the plan's."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.engagement.team import Names
from transforms.engagement.today import with_owner_of_today

NAMES = Names(frozenset({"Ada", "Bo"}), {"ada": "Ada", "ada@x.y": "Ada", "bo": "Bo", "bo@x.y": "Bo"})
_FORMER = {"account_id": pl.String, "owner": pl.String, "technical_owner": pl.String, "owner_before_lift": pl.String,
           "csm_email": pl.String}  # fmt: skip


def today(email, former, names=NAMES, claim=None, *, was_raising=False, is_raising=False, there=("Ada", "Bo")):
    """Who looks after account a: the CRM names an address now; ``former`` is owner and address of the month before."""
    accounts = pl.LazyFrame(
        {"account_id": ["a"], "csm_email": [email], "is_lift_raising": [is_raising], "was_lift_raising": [was_raising]},
        schema_overrides={"csm_email": pl.String},
    )
    before = [] if former is None else [("a", former[0], "Tom", claim, former[1])]
    known = pl.LazyFrame(before, schema=_FORMER, orient="row")
    return with_owner_of_today(accounts, known, names, there).collect().row(0, named=True)


@pytest.mark.parametrize(
    ("email", "former", "expected"),
    [
        ("ADA@x.y", None, "Ada"),
        (None, None, None),
        ("ada@x.y", ("Bo", "ada@x.y"), "Bo"),
        ("ada@x.y", ("Bo", "bo@x.y"), "Ada"),
        ("ada@x.y", ("Bo", None), "Ada"),
        (None, ("Bo", "bo@x.y"), "Bo"),
        ("ada@x.y", ("unassigned", "ada@x.y"), None),
        ("new@x.y", ("Bo", "bo@x.y"), "new@x.y"),
        ("bo@x.y", ("bo@x.y", "bo@x.y"), "Bo"),
    ],
    ids=[
        "new: the CRM's", "new, and the CRM names nobody", "unchanged: the plan's", "changed: the CRM's",
        "named for the first time", "taken out of the CRM", "was unassigned", "not of the team",
        "before there was a team",
    ],
)  # fmt: skip
def test_owner_of_today(email, former, expected):
    assert today(email, former)["previous_owner"] == expected


def test_the_technical_owner_is_the_plans():
    assert today("ada@x.y", ("Bo", "bo@x.y"))["previous_technical_owner"] == "Tom"
    assert today("ada@x.y", None)["previous_technical_owner"] is None


def test_without_a_team_texts_stay_as_they_are():
    assert today("ADA@x.y", None, names=None)["previous_owner"] == "ADA@x.y"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"is_raising": True}, ("Ada", "Ada"), id="begins: who has it has a claim"),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "claim": "Ada", "was_raising": True, "is_raising": True}, ("Bo", "Ada"),
            id="goes on",
        ),
        pytest.param({"former": ("Bo", "ada@x.y"), "claim": "Ada", "was_raising": True}, ("Ada", None), id="goes back"),
        pytest.param(
            {"former": ("Bo", "bo@x.y"), "claim": "Bo", "was_raising": True, "is_raising": True}, ("Ada", None),
            id="the CRM names another",
        ),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "claim": "Ada", "was_raising": True, "there": ["Bo"]}, ("Bo", None),
            id="who had it has left",
        ),
        pytest.param(
            {"former": ("unassigned", "ada@x.y"), "is_raising": True}, (None, None), id="begins: nobody had it"
        ),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "was_raising": True, "is_raising": True}, ("Bo", None),
            id="who came during a lift has no claim",
        ),
    ],
)  # fmt: skip
def test_a_lift_keeps_the_claim_of_who_had_the_account_before(values, expected):
    row = today("ada@x.y", **({"former": ("Ada", "ada@x.y")} | values))
    assert (row["previous_owner"], row["owner_before_lift"]) == expected
