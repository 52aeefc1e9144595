"""Results are compared by what they say: neither another wording nor a column that came later makes a revision."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from sql import fingerprint as module
from sql.engine import transaction
from sql.fingerprint import fingerprint
from sql.publish import publish
from tests.factories import rows
from tests.sql.months import JANUARY, month_frames, run_of
from tests.sql.test_fingerprint import frames
from transforms.contracts import PUBLISHED, Table
from transforms.contracts.columns.kinds import count
from transforms.contracts.model import Field

ACCOUNTS = {"a": {"tier": "low_touch"}}
ADDED = count("added", "A column that came later.").but(came_with=3)


def result(reason="3 of 5 seats", drivers="[]", tier="low_touch", hour=0):
    """A month whose sentences, and whose tier, are given."""
    run = run_of(JANUARY, hour=hour)
    of_month = {"month": JANUARY.first_day, "account_id": "a"}
    actions = rows(PUBLISHED["engagement_actions"], [of_month | {"action": "cost_review", "reason": reason}])
    changes = [{"account_id": "a", "drivers": drivers}]
    return run, month_frames(run, {"a": {"tier": tier}}, changes=changes, engagement_actions=actions)


def published(engine, **options):
    run, given = result(**options)
    with transaction(engine) as connection:
        return publish(connection, run, given)


@pytest.fixture
def as_in_0_1_0(monkeypatch):
    """Publish with fingerprints as 0.1.0 made them, in which sentences counted."""

    def publish_in_it(engine):
        with monkeypatch.context() as patch:
            patch.setattr("sql.publish.fingerprint", lambda frames, **_: fingerprint(frames, layout=1))
            return published(engine)

    return publish_in_it


def with_added_column(table: Table) -> Table:
    return Table(table.name, table.grain, table.key, (*table.fields, Field(ADDED, is_required=False)))


@pytest.fixture
def later_contract(monkeypatch):
    """A contract whose tiers have a column more, as a later version of retier may have."""
    tiers = PUBLISHED["account_tiers"]
    monkeypatch.setitem(PUBLISHED, tiers.name, with_added_column(tiers))


def former_frames():
    """A month as 0.1.0 wrote it, which had another word for what is missing."""
    of_month = frames()
    name = "score_contributions_wide"
    reasons = pl.col("missing_reasons").list.eval(pl.element().replace("not_recorded", "no_data"))
    return of_month | {name: of_month[name].with_columns(reasons)}


def test_the_first_layout_is_that_of_0_1_0_for_ever():
    assert fingerprint(former_frames(), layout=1) == "5ad4d1230ec01be2a769526b35c8d7691b3bbe194c048dc8712412a5c6a72ff7"


def test_the_second_layout_stays_as_it_is():
    assert (
        fingerprint(former_frames(), layout=2) == "2-0848cf6aa44bda8d9e55dd39c1f16073e189463b59d314f86c4c2d7032694d41"
    )


def test_every_column_came_with_a_layout_that_there_is():
    came_with = {field.column.came_with for table in PUBLISHED.values() for field in table.fields}
    assert came_with <= set(range(1, module.LAYOUT + 1))


@pytest.mark.parametrize("sentence", [{"reason": "3 of your 5 seats"}, {"drivers": '["another"]'}])
def test_another_wording_is_the_same_result(engine, query, sentence):
    published(engine)
    outcome = published(engine, hour=2, **sentence)

    assert (outcome.status, outcome.revision) == ("unchanged", 1)
    assert query("select * from restatements").is_empty()


def test_another_wording_of_what_0_1_0_published_is_the_same_result(engine, as_in_0_1_0):
    former = as_in_0_1_0(engine)
    outcome = published(engine, reason="3 of your 5 seats", hour=2)

    assert (outcome.status, outcome.result_fingerprint) == ("unchanged", former.result_fingerprint)


def test_another_result_than_0_1_0_published_is_a_revision(engine, as_in_0_1_0):
    as_in_0_1_0(engine)
    run, given = result(tier="mid_touch", hour=2)
    given = {name: _as_revision(frame, 2) for name, frame in given.items()}
    with transaction(engine) as connection:
        outcome = publish(connection, run, given)

    assert (outcome.status, outcome.revision) == ("published", 2)
    assert outcome.result_fingerprint.startswith(f"{module.LAYOUT}-")


def _as_revision(frame: pl.DataFrame, revision: int) -> pl.DataFrame:
    is_told = "revision" in frame.columns
    return frame.with_columns(pl.lit(revision, pl.Int64).alias("revision")) if is_told else frame


@pytest.mark.parametrize(("escalations", "is_same"), [(2.0, True), (2.5, False)])
def test_a_count_that_may_be_a_fraction_since_is_compared_with_whole_numbers(monkeypatch, escalations, is_same):
    def features(value):
        return {"account_features": rows(PUBLISHED["account_features"], [{"account_id": "a", "escalations": value}])}

    with monkeypatch.context() as before:
        fields = (
            Field(one.column.but(dtype=pl.Int64(), fractions_came_with=None), one.is_required)
            if one.column.fractions_came_with
            else one
            for one in PUBLISHED["account_features"].fields
        )
        before.setitem(PUBLISHED, "account_features", replace(PUBLISHED["account_features"], fields=tuple(fields)))
        recorded = fingerprint(features(2), layout=2)

    assert module.is_same_result(features(escalations), recorded, published=dict) == is_same


def test_a_column_that_came_later_does_not_count_in_what_was_published_before_it(later_contract):
    before = month_frames(run_of(JANUARY), ACCOUNTS)
    after = before | {"account_tiers": before["account_tiers"].with_columns(pl.lit(7, pl.Int64).alias("added"))}
    recorded = fingerprint(before, layout=2)

    assert module.is_same_result(after, recorded, published=dict)
    assert fingerprint(after, layout=3) != fingerprint(before, layout=3)
