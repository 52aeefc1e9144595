"""Who looks after an account before the month is planned: the CRM's owner where it changed, else the plan's."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.engagement.team import Names
from transforms.engagement.today import with_owner_of_today

NAMES = Names(frozenset({"Ada", "Bo"}), {"ada": "Ada", "ada@x.y": "Ada", "bo": "Bo", "bo@x.y": "Bo"})
POOLS = {"Ada": "pooled", "Bo": "dedicated"}
_FORMER = {"account_id": pl.String, "owner": pl.String, "technical_owner": pl.String, "owner_before_lift": pl.String,
           "was_lift_in_effect": pl.Boolean,
           "csm_email": pl.String}  # fmt: skip


def today(email, former, names=NAMES, claim=None, *, was_lifted=False, is_lifted=False, pools=POOLS):
    """Who looks after account a: the CRM names an address now; ``former`` is owner and address of the month before."""
    accounts = pl.LazyFrame(
        {"account_id": ["a"], "csm_email": [email], "owner_model": ["pooled"], "is_lift_in_effect": [is_lifted]},
        schema_overrides={"csm_email": pl.String},
    )
    before = [] if former is None else [("a", former[0], "Tom", claim, was_lifted, former[1])]
    known = pl.LazyFrame(before, schema=_FORMER, orient="row")
    return with_owner_of_today(accounts, known, names, pools).collect().row(0, named=True)


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
        pytest.param({"is_lifted": True}, ("Ada", "Ada", "Ada"), id="begins: who has it has a claim"),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "claim": "Ada", "was_lifted": True, "is_lifted": True}, ("Bo", "Bo", "Ada"),
            id="goes on",
        ),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "claim": "Ada", "was_lifted": True}, ("Bo", "Ada", None), id="goes back"
        ),
        pytest.param(
            {"former": ("Bo", "bo@x.y"), "claim": "Bo", "was_lifted": True, "is_lifted": True}, ("Ada", "Ada", None),
            id="the CRM names another",
        ),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "claim": "Ada", "was_lifted": True, "pools": {"Bo": "dedicated"}},
            ("Bo", "Bo", None), id="who had it has left",
        ),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "claim": "Ada", "was_lifted": True, "pools": {"Ada": "digital"}},
            ("Bo", "Bo", None), id="ends, and another pool serves it now",
        ),
        pytest.param(
            {"former": ("unassigned", "ada@x.y"), "is_lifted": True}, (None, None, None), id="begins: nobody had it"
        ),
        pytest.param(
            {"former": ("Bo", "ada@x.y"), "was_lifted": True, "is_lifted": True}, ("Bo", "Bo", None),
            id="who came during a lift has no claim",
        ),
    ],
)  # fmt: skip
def test_a_lift_keeps_the_claim_of_who_had_the_account_before(values, expected):
    row = today("ada@x.y", **({"former": ("Ada", "ada@x.y")} | values))
    assert (row["previous_owner"], row["preferred_owner"], row["owner_before_lift"]) == expected
