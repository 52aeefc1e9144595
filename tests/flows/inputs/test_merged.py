import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.inputs.merged import merged
from transforms.accounts import mapped
from transforms.facts.additive import added_up
from transforms.facts.tickets import GRAIN, ticket_facts
from transforms.facts.usage import UsageFacts, of_merged_accounts, usage_facts
from transforms.month import Month

MONTH = Month.parse("2026-10")
FEATURES = ["export", "search"]
MAPS = {
    "one_into_a_stranger": {"b": "z"},
    "one_into_another": {"b": "a"},
    "two_into_a_third": {"a": "c", "b": "c"},
    "nobody_who_has_facts": {"y": "z"},
    "all_into_one": {"a": "d", "b": "d", "c": "d"},
}


def mapping_of(pairs):
    return pl.DataFrame(
        {"account_id": list(pairs), "into_account_id": list(pairs.values())},
        schema={"account_id": pl.String, "into_account_id": pl.String},
    )


def usage():
    rows = pl.LazyFrame(
        {
            "account_id": ["a", "a", "b", "b", "c", "d"],
            "date": [MONTH.first_day, MONTH.last_day, MONTH.first_day, MONTH.last_day, MONTH.last_day, MONTH.first_day],
            "feature": ["export", "search", "export", "export", "search", "search"],
            "events": [1, 2, 4, 8, 16, 32],
            "active_users": [3, 1, None, 7, None, None],
        }
    )
    return usage_facts(rows, MONTH, FEATURES, set()).collect()


def tickets():
    opened = pl.Series([1, 2, 3, 4, 5, 6]).cast(pl.Int32)
    rows = pl.DataFrame(
        {
            "account_id": ["a", "a", "b", "b", "c", "d"],
            "priority": ["high", "low", "low", None, "urgent", "normal"],
            "is_escalated": [True, None, False, True, None, False],
            "handle_minutes": [1.0, None, 7.0, 11.0, 13.0, None],
            "csat": [None, 4.0, 5.0, None, 1.0, None],
        }
    ).with_columns(opened_at=pl.datetime(2026, 10, opened), closed_at=pl.datetime(2026, 11, opened))
    return ticket_facts(rows.lazy(), {"tickets.closed_at"}).collect()


COMBINED = {
    "usage": (usage, lambda rows: of_merged_accounts(UsageFacts(rows, tuple(FEATURES))).frame),
    "tickets": (tickets, lambda rows: added_up(rows, GRAIN)),
}


@pytest.mark.parametrize("pairs", MAPS.values(), ids=MAPS)
@pytest.mark.parametrize(("facts", "combine"), COMBINED.values(), ids=COMBINED)
def test_combining_the_rows_of_merged_accounts_is_combining_all_rows(facts, combine, pairs):
    rows, mapping = facts().lazy(), mapping_of(pairs)
    assert_frame_equal(
        merged(rows, mapping, combine).collect(),
        combine(mapped(rows, mapping)).collect(),
        check_row_order=False,
    )


def test_only_the_rows_of_merged_accounts_are_combined():
    def none_of_them(rows):
        return rows.filter(False)

    kept = merged(usage().lazy(), mapping_of({"b": "c", "y": "z"}), none_of_them).collect()
    assert sorted(kept["account_id"]) == ["a", "d"]


def test_without_merged_accounts_facts_stay_as_they_are():
    facts = usage().lazy()
    assert merged(facts, mapping_of({}), None) is facts
