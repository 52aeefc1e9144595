from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.factories import rows
from tests.transforms.engagement.accounts import MONTH
from transforms.contracts import SOURCES
from transforms.engagement.team import names_of, team_of

JUNE_30 = MONTH.last_day


def team(*given, absence: int = 14) -> pl.DataFrame:
    dull = {"owner": "Ada", "email": "ada@x.y", "pool": "pooled", "hours_per_month": 100.0}
    frame = rows(SOURCES["team"], [dull | row for row in given])
    return team_of(frame.lazy(), MONTH, absence)


@pytest.mark.parametrize(
    ("absence", "is_away"),
    [
        ((None, None), False),
        ((date(2025, 6, 1), date(2025, 7, 13)), False),
        ((date(2025, 6, 1), date(2025, 7, 14)), True),
        ((date(2025, 6, 30), None), True),
        ((date(2025, 7, 1), None), False),
        ((date(2025, 1, 1), date(2025, 6, 29)), False),
        ((None, date(2025, 12, 31)), True),
    ],
    ids=["none", "13 days more", "14 days more", "open-ended", "begins later", "is over", "since ever"],
)
def test_who_is_away_for_long_has_no_hours(absence, is_away):
    row = team({"absent_from": absence[0], "absent_to": absence[1]}).row(0, named=True)
    assert (row["is_away"], row["capacity"]) == (is_away, 0 if is_away else 1_000_000)


@pytest.mark.parametrize(("until", "is_there"), [(JUNE_30, True), (date(2025, 6, 29), False)])
def test_a_row_is_valid_up_to_its_last_day(until, is_there):
    assert (team({"valid_to": until}).height == 1) == is_there


def test_of_several_rows_of_a_person_that_of_the_months_last_day_counts():
    found = team(
        {"valid_to": date(2025, 5, 31)},
        {"valid_from": date(2025, 6, 1), "hours_per_month": 60.0, "pool": "dedicated"},
        {"valid_from": date(2025, 7, 1), "hours_per_month": 10.0},
    )
    assert found.select("pool", "capacity").rows() == [("dedicated", 600_000)]


def test_lists_are_read_whatever_separates_them():
    row = team({"regions": "EMEA | uki;;apac", "industries": " ; "}).row(0, named=True)
    assert (row["regions"], row["industries"]) == (["apac", "emea", "uki"], None)


def test_nobody_can_be_called_unassigned():
    assert team({"owner": "unassigned"}).is_empty()


def named(*texts):
    frame = rows(
        SOURCES["team"],
        [
            {"owner": "Ada", "email": "ADA@x.y", "valid_to": date(2025, 1, 1)},
            {"owner": "ada", "email": "other@x.y"},
            {"owner": "Bo", "email": "shared@x.y"},
            {"owner": "Cy", "email": "shared@x.y"},
            {"owner": "Di", "email": "di@x.y", "valid_from": date(2025, 7, 1)},
        ],
    )
    names = names_of(frame.lazy(), MONTH)
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(names.named("text")).to_series().to_list()


def test_people_are_meant_by_name_or_address_in_any_case():
    assert named("Ada", "ada", "ADA", "ada@X.Y", "BO", "shared@x.y") == ["Ada", "ada", "Ada", "Ada", "Bo", "Bo"]


def test_who_comes_later_and_who_is_unknown_is_nobody_of_the_team():
    assert named("di@x.y", "Zed", None) == ["di@x.y", "Zed", None]
