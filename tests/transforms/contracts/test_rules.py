"""Rules: one name and one expression for what a contract demands of a value."""

import polars as pl
import pytest

from transforms.contracts import SOURCES
from transforms.contracts.columns.kinds import date, text
from transforms.contracts.model import Column, Field
from transforms.contracts.rules import bounds_in_words, value_rules


def broken(source, column, values):
    field = SOURCES[source].field(column)
    frame = pl.DataFrame({column: pl.Series(values, dtype=field.column.dtype)})
    return {
        rule.name: frame.select(rule.is_broken(pl.col(column))).to_series().to_list() for rule in value_rules(field)
    }


@pytest.mark.parametrize(
    ("source", "column", "values", "expected"),
    [
        ("usage", "events", [0, -1, None], {"events.required": [0, 0, 1], "events.range": [0, 1, 0]}),
        ("usage", "active_users", [0, -1, None], {"active_users.range": [0, 1, 0]}),
        ("tickets", "csat", [1.0, 5.0, 0.9, 5.1, None], {"csat.range": [0, 0, 1, 1, 0]}),
        ("tickets", "priority", ["low", "Low", None], {"priority.required": [0, 0, 1], "priority.allowed": [0, 1, 0]}),
        ("subscriptions", "currency", ["EUR", "eur", "", None], {"currency.pattern": [0, 1, 1, 0]}),
        ("accounts", "is_internal", [True, None], {}),
    ],
)
def test_which_values_break_which_rules(source, column, values, expected):
    assert broken(source, column, values) == {name: list(map(bool, flags)) for name, flags in expected.items()}


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        pytest.param(Column("x", pl.Float64(), "A number."), [], id="number"),
        pytest.param(Column("x", pl.Float64(), "A number.", minimum=0), ["x.range"], id="number-from-zero"),
        pytest.param(Column("x", pl.Float64(), "A number.", maximum=9), ["x.range"], id="number-up-to-nine"),
        pytest.param(date("x_date", "A day."), ["x_date.range"], id="day"),
        pytest.param(text("x", "Words."), [], id="text"),
    ],
)
def test_only_numbers_with_a_bound_and_days_have_a_range(column, kinds):
    assert [rule.name for rule in value_rules(Field(column, is_required=False))] == kinds


@pytest.mark.parametrize(
    ("minimum", "maximum", "words"),
    [
        (0, 1, "from 0 to 1"),
        (0, None, "at least 0"),
        (None, 1, "at most 1"),
        (None, None, ""),
        (0.5, 1_000_000.0, "from 0.5 to 1,000,000"),
    ],
    ids=["both", "lowest", "highest", "none", "fraction-and-million"],
)
def test_bounds_in_words_name_the_ends_that_there_are(minimum, maximum, words):
    assert bounds_in_words(Column("x", pl.Float64(), "A number.", minimum=minimum, maximum=maximum)) == words


def test_days_outside_the_calendar_of_people_break_their_range():
    days = pl.Series(["0026-01-01", "1899-12-31", "1900-01-01", "9999-12-31", None]).str.to_date()
    assert broken("usage", "date", days.to_list())["date.range"] == [True, True, False, False, False]


def test_a_pattern_warns_where_the_contract_says_so():
    severities = {
        name: {rule.name: rule.severity for rule in value_rules(SOURCES[source].field(name))}
        for source, name in (("accounts", "csm_email"), ("subscriptions", "currency"))
    }
    assert severities["csm_email"] == {"csm_email.pattern": "warn"}
    assert severities["currency"] == {"currency.pattern": "fail"}


def test_references_and_orders_name_columns_that_there_are():
    for table in SOURCES.values():
        for ours, theirs in table.references:
            source, _, column = theirs.partition(".")
            assert ours in table.columns
            assert SOURCES[source].field(column).column.dtype == table.field(ours).column.dtype
        assert {name for order in table.orders for name in (order.earlier, order.later)} <= set(table.columns)
