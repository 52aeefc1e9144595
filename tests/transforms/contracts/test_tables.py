"""Sources and published tables: keys, required columns and grain hold together."""

from __future__ import annotations

import polars as pl
import pytest

from tests.factories import rows
from transforms.contracts import PUBLISHED, SOURCES, VIEWS, Table
from transforms.contracts.columns.tiers import GATES
from transforms.contracts.model import Field, fields
from transforms.contracts.published import METRIC_COLUMNS
from transforms.tiers.working import FEATURES, STATE, STEPPED

ALL_SOURCES = [pytest.param(table, id=name) for name, table in SOURCES.items()]
ALL_PUBLISHED = [pytest.param(table, id=name) for name, table in PUBLISHED.items()]
ALL_TABLES = ALL_SOURCES + ALL_PUBLISHED


@pytest.mark.parametrize("table", ALL_TABLES)
def test_every_key_column_exists_once(table: Table) -> None:
    assert table.key
    assert set(table.key) <= set(table.columns)
    assert len(set(table.key)) == len(table.key)


@pytest.mark.parametrize("table", ALL_TABLES)
def test_no_column_stands_twice(table: Table) -> None:
    assert len(set(table.columns)) == len(table.columns)
    assert list(table.schema) == list(table.columns)


@pytest.mark.parametrize("table", ALL_PUBLISHED)
def test_keys_of_published_tables_are_never_null(table: Table) -> None:
    assert set(table.key) <= set(table.required)


@pytest.mark.parametrize("table", ALL_SOURCES)
def test_keys_of_sources_are_required_but_for_what_splits_a_row_further(table: Table) -> None:
    assert set(table.key) - set(table.required) <= {"valid_from", "user_id"}


@pytest.mark.parametrize("table", ALL_TABLES)
def test_grain_names_what_a_row_is(table: Table) -> None:
    assert table.grain.startswith("One row per ")
    assert not table.grain.endswith(".")
    assert not table.caveats or table.caveats.endswith(".")


@pytest.mark.parametrize("table", ALL_TABLES)
def test_required_columns_come_first(table: Table) -> None:
    flags = [field.is_required for field in table.fields]
    assert flags == sorted(flags, reverse=True)
    assert table.required == tuple(field.name for field in table.fields if field.is_required)


@pytest.mark.parametrize("table", ALL_SOURCES)
def test_every_source_may_carry_versions(table: Table) -> None:
    assert table.columns[-2:] == ("known_at", "is_deleted")
    assert not {"known_at", "is_deleted"} & set(table.required)


@pytest.mark.parametrize("table", ALL_SOURCES)
def test_event_time_is_a_required_moment(table: Table) -> None:
    if table.event_time is not None:
        assert table.event_time in table.required
        assert table.schema[table.event_time].is_temporal()


@pytest.mark.parametrize("table", ALL_SOURCES)
def test_what_a_date_overwrites_names_a_date_of_the_same_table(table: Table) -> None:
    for field in table.fields:
        if field.column.nulled_by is not None:
            assert table.schema[field.column.nulled_by].is_temporal()


def test_only_accounts_usage_and_subscriptions_are_required() -> None:
    assert {name for name, table in SOURCES.items() if table.is_required} == {"accounts", "usage", "subscriptions"}
    assert not [name for name, table in PUBLISHED.items() if table.is_required]


@pytest.mark.parametrize("table", ALL_TABLES)
def test_table_is_registered_under_its_name(table: Table) -> None:
    assert (SOURCES | PUBLISHED)[table.name] is table


def test_no_view_is_called_like_a_table() -> None:
    assert not set(VIEWS) & set(PUBLISHED)
    assert all(meaning.startswith("One row per ") and meaning.endswith(".") for meaning in VIEWS.values())


@pytest.mark.parametrize(
    "name", ["account_features", "account_scores", "account_tiers", "account_segments", "engagement_plan"]
)
def test_account_months_share_a_key(name: str) -> None:
    assert PUBLISHED[name].key == ("month", "account_id")


def test_what_the_tier_step_reads_and_returns_is_published() -> None:
    read = set(PUBLISHED["account_features"].columns) | set(PUBLISHED["account_scores"].columns)
    assert set(FEATURES) <= read
    assert set(STATE) <= set(STEPPED) <= set(PUBLISHED["account_tiers"].columns)


def test_every_gate_may_bind() -> None:
    tiers = PUBLISHED["account_tiers"]
    assert tiers.field("blocked_by").column.allowed == GATES
    assert set(GATES) < set(tiers.field("binding_constraint").column.allowed)


def test_metrics_of_the_policy_are_published_features() -> None:
    assert {column.name for column in METRIC_COLUMNS} <= set(PUBLISHED["account_features"].columns)


@pytest.mark.parametrize("table", ALL_TABLES)
def test_empty_frame_and_factory_keep_the_schema(table: Table) -> None:
    made = rows(table, [{}])
    assert dict(table.empty().schema) == dict(made.schema) == table.schema
    assert table.empty().is_empty()
    assert made.select(table.required).null_count().row(0) == (0,) * len(table.required)


def test_field_is_found_by_name_and_the_unknown_is_named() -> None:
    table = SOURCES["accounts"]
    assert table.field("name").column.dtype == pl.String()
    with pytest.raises(KeyError, match="accounts has no column 'nmae'"):
        table.field("nmae")


def test_fields_are_required_ones_then_optional_ones() -> None:
    account_id, name = (SOURCES["accounts"].field(one).column for one in ("account_id", "name"))
    assert fields([account_id], [name]) == (Field(account_id, is_required=True), Field(name, is_required=False))
    assert fields([account_id]) == (Field(account_id, is_required=True),)
