"""Suites are written from contracts: each rule once, and the verdict is that of the rule's own expression."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from expectations.bad_rows import BROKEN_RULES, UNREADABLE
from expectations.judge import Judge
from expectations.suites import published_expectations, source_expectations
from tests.factories import rows
from transforms.contracts import PUBLISHED, SOURCES
from transforms.contracts.model import TIMESTAMP
from transforms.contracts.rules import value_rules
from transforms.keys import key_columns
from transforms.month import Month

OCTOBER = Month.parse("2026-10")
GOOD = {"events": 1, "feature": "f", "account_id": "A"}
EVERYTHING = {f"{table.name}.{name}" for table in SOURCES.values() for name in table.columns} | set(SOURCES)

# What each kind of column is tried with, besides null: values inside and outside of everything that a rule may say.
TRIED = {
    pl.String: ["x", "low", "urgent", "EUR", "eur", "a@b", "mid_touch", "", "Ünï"],
    pl.Int64: [-1, 0, 1, 5, 6, 2**62],
    pl.Float64: [-1e13, -101.0, -0.0, 0.0, 0.5, 1.0, 5.0, 5.1, 100.0, 1e12, 1e13],
    pl.Date: [date(26, 1, 1), date(1899, 12, 31), date(1900, 1, 1), date(9999, 12, 31)],
    pl.Datetime: [datetime(26, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)],
    pl.Boolean: [True, False],
    pl.List: [[], [1.0]],
}


def tried(table):
    """A frame in which every column has good values, bad ones and nulls."""
    columns = {}
    for name, dtype in table.schema.items():
        values = [None, *TRIED[dtype.base_type()]]
        if dtype == pl.List(pl.String):
            values = [None, [], ["x"]]
        columns[name] = pl.Series([values[number % len(values)] for number in range(60)], dtype=dtype)
    return pl.DataFrame(columns)


def judged(frame, expectations):
    references = {"accounts.account_id": pl.LazyFrame({"account_id": ["A"]})}
    return {found.check: found for found in Judge(OCTOBER).judge("usage", frame, expectations, references)}


def with_marks(frame):
    """Rows that nobody refused."""
    return frame.with_columns(pl.lit(None, pl.String).alias(UNREADABLE), pl.lit(None, pl.String).alias(BROKEN_RULES))


def usage(*given_rows, refused=()):
    """Rows of usage as they are judged; the number of each refused one is given with the rules that it broke."""
    configured = SOURCES["usage"].required
    frame = rows(SOURCES["usage"], given_rows, **GOOD).select(configured)
    broken = [dict(refused).get(number) for number in range(frame.height)]
    unreadable = ["events" if rules and "readable" in rules else None for rules in broken]
    return frame.with_columns(pl.Series(UNREADABLE, unreadable, pl.String), pl.Series(BROKEN_RULES, broken, pl.String))


USAGE_SUITE = source_expectations(
    SOURCES["usage"], {"accounts.account_id", *(f"usage.{name}" for name in SOURCES["usage"].required)}
)


@pytest.mark.parametrize("table", PUBLISHED.values(), ids=lambda table: table.name)
def test_every_rule_of_a_published_table_is_one_check_with_the_rule_s_own_verdict(table):
    frame = tried(table)
    found = judged(frame, published_expectations(table))
    assert found[f"{table.name}.types"].is_passed
    for field in table.fields:
        for rule in value_rules(field):
            broken = frame.select(rule.is_broken(pl.col(field.name)).sum()).item()
            check = found.pop(f"{table.name}.{rule.name}")
            assert (check.is_passed, check.observed) == (not broken, f"{broken:,} of 60 rows"), rule.name


@pytest.mark.parametrize("table", SOURCES.values(), ids=lambda table: table.name)
def test_every_rule_of_a_source_is_one_check_with_the_rule_s_own_verdict(table):
    frame = tried(table).with_columns(
        pl.lit(None, pl.String).alias(UNREADABLE), pl.lit(None).cast(pl.String).alias(BROKEN_RULES)
    )
    found = judged(frame, source_expectations(table, EVERYTHING - {"accounts.parent_account_id", "products.product"}))
    mapped = [field for field in table.fields if field.name != "parent_account_id"]
    for rule in (rule for field in mapped for rule in value_rules(field)):
        if table.name == "products" and rule.column.name == "product":
            continue
        broken = frame.select(rule.is_broken(pl.col(rule.column.name)).sum()).item()
        assert found[f"{table.name}.{rule.name}"].is_passed == (not broken), rule.name
        assert found[f"{table.name}.{rule.name}"].severity == "warn"


def test_a_published_table_with_twins_or_strangers_stops_the_month():
    table = PUBLISHED["account_scores"]
    suite = published_expectations(table)
    references = {"account_features.account_id": pl.LazyFrame({"account_id": ["A"]})}

    def broken(*account_ids):
        frame = rows(table, [{"account_id": account_id} for account_id in account_ids])
        found = Judge(OCTOBER).judge(table.name, frame, suite, references)
        return {(one.check, one.severity) for one in found if not one.is_passed}

    assert broken("A") == set()
    assert broken("A", "A") == {("account_scores.key.unique", "fail")}
    assert broken("A", "B") == {("account_scores.account_id.reference", "fail")}


def test_a_good_source_passes_every_check():
    found = judged(usage({}, {"feature": "g"}), USAGE_SUITE)
    assert [check for check, finding in found.items() if not finding.is_passed] == []


def test_rows_of_accounts_that_are_not_there_are_reported_and_kept():
    found = judged(usage({}, {"account_id": "B", "feature": "g"}), USAGE_SUITE)["usage.account_id.reference"]
    assert (found.is_passed, found.severity) == (False, "warn")
    assert found.message == (
        "1 of 2 rows of usage breaks account_id.reference, such as 'B'; expected a value of accounts.account_id: look "
        "whether both sources write it the same way, and whether rows of the other are missing"
    )


def test_values_that_could_not_be_read_are_reported():
    found = judged(usage({}, {"feature": "g"}, refused={1: "events.readable"}.items()), USAGE_SUITE)["usage.readable"]
    assert (found.is_passed, found.observed) == (False, "1 of 2 rows")
    assert "list them with retier quarantine --month 2026-10 --source usage" in found.message


def test_a_refused_row_stands_in_no_good_row_s_way():
    assert not judged(usage({}, {}), USAGE_SUITE)["usage.key.unique"].is_passed
    assert judged(usage({}, {}, refused={1: "events.range"}.items()), USAGE_SUITE)["usage.key.unique"].is_passed


def test_a_missing_column_stops_and_hides_no_other_verdict():
    found = judged(usage({}, {"feature": "g"}).drop("events"), USAGE_SUITE)
    assert (found["usage.columns"].is_passed, found["usage.columns"].severity) == (False, "fail")
    assert found["usage.types"].message.startswith("usage has events: missing; expected the types of the contract")
    assert (found["usage.events.range"].is_passed, found["usage.events.range"].severity) == (False, "fail")
    assert found["usage.date.required"].is_passed


def test_a_key_with_equal_nulls_is_not_unique():
    configured = {f"usage.{name}" for name in (*SOURCES["usage"].required, "user_id")}
    suite = source_expectations(SOURCES["usage"], configured)
    twins = usage({}, {}).with_columns(pl.lit(None, pl.String).alias("user_id"))
    assert key_columns(SOURCES["usage"], configured) == ["account_id", "date", "feature", "user_id"]
    assert not judged(twins, suite)["usage.key.unique"].is_passed


@pytest.mark.parametrize(
    ("source", "earlier", "later", "effect"),
    [
        ("overrides", "start_date", "end_date", "quarantines"),
        ("subscriptions", "start_date", "end_date", "quarantines"),
        ("team", "absent_from", "absent_to", "warns"),
    ],
)
def test_dates_in_the_wrong_order_are_reported(source, earlier, later, effect):
    table = SOURCES[source]
    frame = with_marks(rows(table, [{earlier: date(2026, 2, 1), later: date(2026, 1, 1)}]))
    suite = source_expectations(table, EVERYTHING)
    check = f"{source}.{later}.order"
    assert [one.meta["effect"] for one in suite if one.meta["check"] == check] == [effect]
    found = judged(frame, suite)[check]
    assert (found.is_passed, found.severity) == (False, "warn")
    assert f"expected {later} not before {earlier}" in found.message


def test_every_check_has_a_name_of_its_own():
    for table in SOURCES.values():
        names = [one.meta["check"] for one in source_expectations(table, EVERYTHING)]
        assert len(set(names)) == len(names)


def test_instants_of_the_last_day_are_within_their_range():
    frame = pl.DataFrame({"known_at": pl.Series([datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)], dtype=TIMESTAMP)})
    [known_at] = [
        one for one in source_expectations(SOURCES["usage"], EVERYTHING) if one.meta["check"] == "usage.known_at.range"
    ]
    assert judged(frame, [known_at])["usage.known_at.range"].is_passed
