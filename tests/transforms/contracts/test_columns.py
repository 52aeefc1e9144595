"""Columns are described once, in words, and their names say what they hold."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable

import polars as pl
import pytest

from transforms.contracts import PUBLISHED, SOURCES, Column, Table
from transforms.contracts.columns import inputs, metrics, operations, tiers
from transforms.contracts.model import TIERS, TIMESTAMP

TABLES = [*SOURCES.values(), *PUBLISHED.values()]

DESCRIBED_AGAIN = {
    "currency": "of an amount in a source, of all amounts in a run",
    "due_date": "of an invoice, of an action",
    "events": "of a day in the source, of a month in the metrics",
    "floor_tier": "that one grant gives, that all running grants give",
    "hours_per_month": "that a person has, that a plan takes",
    "integrations": "as the source says, as the month saw it",
    "kind": "of a touchpoint, of a grant, of a change",
    "month": "of a rate, of a published row",
    "nps": "as the source says, unless too old",
    "owner": "who gave a grant, who looks after an account",
    "priority": "of a ticket, of an account",
    "reason": "of an override, of a run, of an action",
    "regions": "as the source says, as the month saw it, those of a person",
    "renewal_date": "of a subscription, of an account",
    "run_id": "that made a row, that published it",
    "seats": "of a subscription, of an account",
    "message": "the sentence of a check, the kind of a notification",
    "status": "of an invoice, of a run, of a message, of an action",
    "tier": "that a person set, that an account has",
}
"""Names that mean different things in different places, each described there."""

SEVERAL_TYPES = {
    "priority": "words in a help desk, points in a score: both are what everybody calls it",
    "regions": "a number for an account, a list for a person: both are what companies record",
}


def described() -> list[Column]:
    """The columns as the dictionaries describe them, one entry per description."""
    found = []
    for module in (inputs, metrics, operations, tiers):
        values = [value for name, value in vars(module).items() if name.isupper()]
        found += [value for value in values if isinstance(value, Column)]
        found += [column for value in values if isinstance(value, dict) for column in value.values()]
    return found


EVERY_TABLE = [pytest.param(table, id=table.name) for table in TABLES]

DATES_WITHOUT_SUFFIX = {"date", "valid_from", "valid_to", "absent_from", "absent_to"}
ALLOWED_UNITS = {"days": {"days"}, "months": {"months"}, "share": {"share", "ratio"}}
"""By the end of a name. Users by seats is called a share, though more people than seats may use a product."""


def columns_of(table: Table, is_wrong: Callable[[Column], bool]) -> list[str]:
    return [field.name for field in table.fields if is_wrong(field.column)]


def test_no_name_is_described_twice_unless_declared() -> None:
    descriptions = Counter(column.name for column in described())
    assert {name for name, times in descriptions.items() if times > 1} == set(DESCRIBED_AGAIN)


def test_what_is_described_again_is_not_the_same() -> None:
    assert len(described()) == len(set(described()))


def test_no_name_has_two_types_unless_declared() -> None:
    types = defaultdict(set)
    for table in TABLES:
        for field in table.fields:
            types[field.name].add(field.column.dtype)
    assert {name for name, several in types.items() if len(several) > 1} == set(SEVERAL_TYPES)


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_columns_come_from_the_dictionary(table: Table) -> None:
    """A table may say differently what a column means, not what it is."""
    known = {(column.name, column.dtype, column.unit) for column in described()}
    assert columns_of(table, lambda column: (column.name, column.dtype, column.unit) not in known) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_meanings_are_sentences(table: Table) -> None:
    sentence = re.compile(r"[A-Z0-9].* .*\.")
    assert columns_of(table, lambda column: not sentence.fullmatch(column.meaning)) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_booleans_and_only_they_ask_a_question(table: Table) -> None:
    def is_wrong(column: Column) -> bool:
        return (column.dtype == pl.Boolean()) != column.name.startswith(("is_", "has_"))

    assert columns_of(table, is_wrong) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_dates_and_months_and_only_they_are_called_so(table: Table) -> None:
    def is_wrong(column: Column) -> bool:
        if column.dtype != pl.Date():
            return column.name.endswith(("_date", "_month")) and not column.name.endswith("_per_month")
        if column.unit == "first day of the month":
            return not (column.name == "month" or column.name.endswith("_month"))
        return not (column.name in DATES_WITHOUT_SUFFIX or column.name.endswith("_date"))

    assert columns_of(table, is_wrong) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_instants_are_in_utc_and_called_at(table: Table) -> None:
    def is_wrong(column: Column) -> bool:
        is_called_so = column.name.endswith("_at") or column.name == "known_until"
        is_instant = isinstance(column.dtype, pl.Datetime)
        return is_called_so != is_instant or (is_instant and column.dtype != TIMESTAMP)

    assert columns_of(table, is_wrong) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_numbers_have_the_unit_that_their_names_say(table: Table) -> None:
    def is_wrong(column: Column) -> bool:
        allowed = ALLOWED_UNITS.get(column.name.rsplit("_", 1)[-1])
        return (column.dtype == pl.Float64() and not column.unit) or (
            allowed is not None and column.unit not in allowed
        )

    assert columns_of(table, is_wrong) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_identifiers_are_text(table: Table) -> None:
    suffixes = ("_id", "_version", "_fingerprint")
    assert columns_of(table, lambda column: column.name.endswith(suffixes) and column.dtype != pl.String()) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_a_tier_is_one_of_three(table: Table) -> None:
    def is_wrong(column: Column) -> bool:
        return ("tier" in column.name.split("_")) != (column.allowed == TIERS)

    assert columns_of(table, is_wrong) == []


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_limits_fit_the_type(table: Table) -> None:
    def is_wrong(column: Column) -> bool:
        limits = [limit for limit in (column.minimum, column.maximum) if limit is not None]
        return (
            (bool(column.allowed) and column.dtype != pl.String())
            or len(set(column.allowed)) != len(column.allowed)
            or (bool(limits) and not column.dtype.is_numeric())
            or sorted(set(limits)) != limits
            or (column.unit == "share" and limits != [0, 1])
        )

    assert columns_of(table, is_wrong) == []


def test_but_changes_only_what_is_said() -> None:
    changed = tiers.REVISION.but(meaning="Something else.")
    assert changed.meaning == "Something else."
    assert changed.but(meaning=tiers.REVISION.meaning) == tiers.REVISION


def test_a_column_is_no_prose_and_there_from_the_first_unless_it_says_so():
    column = Column("plan", pl.String(), "What was sold.")
    assert (column.is_prose, column.came_with) == (False, 1)
