"""What each view says of a few months that were made for it."""

import json
from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sql.dialects import load, read
from sql.engine import transaction
from tests.factories import rows
from tests.sql.months import FEBRUARY, JANUARY, MARCH, exit_of
from transforms.contracts import PUBLISHED
from transforms.month import Month

LOW, MID, HIGH = ({"tier": f"{name}_touch"} for name in ("low", "mid", "high"))


def test_contributions_are_unfolded_by_the_policy_of_their_month(publish_month, query):
    lists = {
        "metric_values": [0.5, 4.0],
        "component_scores": [80.0, None],
        "contributions": [80.0, None],
        "missing_reasons": [None, "stale_source"],
    }
    publish_month(JANUARY, {"a": lists})
    publish_month(FEBRUARY, {"a": lists}, policy_version="2-def")
    found = query("select * from score_contributions order by month, component desc")
    assert (
        found.select("pillar", "component", "metric_value", "component_score", "weight", "contribution").rows()
        == [
            ("health", "usage_trend", 0.5, 80.0, 60.0, 80.0),
            ("health", "satisfaction", 4.0, None, 40.0, None),
        ]
        * 2
    )
    assert found["missing_reason"].to_list() == [None, "stale_source"] * 2
    assert found["policy_version"].to_list() == ["1-abc"] * 2 + ["2-def"] * 2


def test_current_tiers_are_those_of_the_newest_month(publish_month, query):
    publish_month(JANUARY, {"a": LOW, "gone": LOW})
    publish_month(FEBRUARY, {"a": MID | {"name": "Acme", "health": 70.0, "cost_to_serve": 3.0}})
    found = query("select account_id, month, tier, name, health, cost_to_serve from tiers_current")
    assert found.rows() == [("a", FEBRUARY.first_day, "mid_touch", "Acme", 70.0, 3.0)]


def test_history_has_one_row_per_unbroken_stretch(publish_month, query):
    publish_month(JANUARY, {"a": LOW, "b": LOW, "c": LOW})
    publish_month(FEBRUARY, {"a": LOW, "b": MID})
    publish_month(MARCH, {"a": LOW, "b": LOW, "c": LOW})
    found = query("select * from tier_history order by account_id, valid_from")
    assert found.rows() == [
        ("a", "low_touch", date(2025, 1, 1), None, 3),
        ("b", "low_touch", date(2025, 1, 1), date(2025, 1, 31), 1),
        ("b", "mid_touch", date(2025, 2, 1), date(2025, 2, 28), 1),
        ("b", "low_touch", date(2025, 3, 1), None, 1),
        ("c", "low_touch", date(2025, 1, 1), date(2025, 1, 31), 1),
        ("c", "low_touch", date(2025, 3, 1), None, 1),
    ]


def naive_history(tiers_by_month):
    """Walk through the months of one account, one at a time."""
    stretches = []
    for number, tier in enumerate(tiers_by_month):
        month = JANUARY + number
        if tier is None:
            continue
        if stretches and stretches[-1][0] == tier and stretches[-1][2] == month - 1:
            stretches[-1][2] = month
        else:
            stretches.append([tier, month, month])
    newest = JANUARY + (len(tiers_by_month) - 1)
    return [(tier, first.first_day, None if last == newest else last.last_day) for tier, first, last in stretches]


@given(st.lists(st.sampled_from([None, "low_touch", "mid_touch"]), min_size=1, max_size=30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_history_agrees_with_a_walk_through_the_months(engine, tiers_by_month):
    tiers = [
        {"month": (JANUARY + number).first_day, "account_id": "a", "tier": tier}
        for number, tier in enumerate(tiers_by_month)
        if tier is not None
    ]
    runs = [
        {"month": (JANUARY + number).first_day, "run_id": str(number), "status": "published"}
        for number in range(len(tiers_by_month))
    ]
    with engine.connect() as connection:
        load(connection, "account_tiers", rows(PUBLISHED["account_tiers"], tiers))
        load(connection, "runs", rows(PUBLISHED["runs"], runs))
        found = read(connection, "select tier, valid_from, valid_to from tier_history order by valid_from")
        connection.rollback()
    assert found.rows() == naive_history(tiers_by_month)


def test_what_was_published_first_stays_beside_what_is_known_now(publish_month, query):
    publish_month(JANUARY, {"a": LOW | {"points_to_promotion": 1.5}, "left": LOW}, hour=1)
    publish_month(JANUARY, {"a": MID, "came": LOW}, hour=2)
    publish_month(JANUARY, {"a": HIGH, "came": LOW}, hour=3)
    publish_month(FEBRUARY, {"a": HIGH}, hour=4)
    columns = "month, account_id, tier, revision, published_at, points_to_promotion, is_provisional, arr"
    order = "order by month, account_id"
    january, february = JANUARY.first_day, FEBRUARY.first_day
    at = [datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in range(5)]
    assert query(f"select {columns} from tiers_as_published {order}").rows() == [
        (january, "a", "low_touch", 1, at[1], 1.5, False, 1.0),
        (january, "left", "low_touch", 1, at[1], None, False, 1.0),
        (february, "a", "high_touch", 1, at[4], None, False, 1.0),
    ]
    assert query(f"select {columns} from tiers_as_known {order}").rows() == [
        (january, "a", "high_touch", 3, at[3], None, False, 1.0),
        (january, "came", "low_touch", 3, at[3], None, False, 1.0),
        (february, "a", "high_touch", 1, at[4], None, False, 1.0),
    ]


NUMBERS = (0.1 + 0.2, 2 / 3, 1e22, 5e-324, 1.7976931348623157e308, -1e-7, 123456789.123456789)


def test_numbers_that_are_restated_keep_every_digit(publish_month, query):
    accounts = {str(place): {"points_to_promotion": number, "health": number} for place, number in enumerate(NUMBERS)}
    publish_month(JANUARY, accounts)
    publish_month(JANUARY, {})
    found = query("select points_to_promotion from tiers_as_published order by account_id")
    assert tuple(found["points_to_promotion"]) == NUMBERS
    kept = query("select former_row from restatements where table_name = 'account_scores' order by account_id")
    assert tuple(json.loads(row)["health"] for row in kept["former_row"]) == NUMBERS


def test_both_views_of_the_tiers_have_the_same_columns(query):
    known, published = (query(f"select * from {view}").schema for view in ("tiers_as_known", "tiers_as_published"))
    assert known == published


def test_movements_count_entries_exits_and_who_stayed(publish_month, query):
    publish_month(
        JANUARY,
        {
            "new": MID | {"arr": 10.0},
            "up": HIGH | {"previous_tier": "mid_touch", "arr": 20.0},
            "up too": HIGH | {"previous_tier": "mid_touch", "arr": 0.1},
            "still": LOW | {"previous_tier": "low_touch", "arr": 1.0},
        },
        changes=[exit_of("gone", arr=7.0), exit_of("gone too", arr=0.2), {"account_id": "up", "kind": "promotion"}],
    )
    found = query("select * from tier_movements order by from_tier nulls first, to_tier")
    month = JANUARY.first_day
    assert found.rows() == [
        (month, None, "mid_touch", 1, 10.0),
        (month, "low_touch", "low_touch", 1, 1.0),
        (month, "low_touch", None, 2, 7.2),
        (month, "mid_touch", "high_touch", 2, 20.1),
    ]


def _risks(month, given):
    return rows(PUBLISHED["account_risks"], given, month=month.first_day, reason="ill", since_month=month.first_day)


def test_accounts_at_risk_are_those_of_the_newest_month_dearest_first(publish_month, query):
    publish_month(JANUARY, {"was ill": {}}, account_risks=_risks(JANUARY, [{"account_id": "was ill"}]))
    at_risk = [
        {"account_id": "cheap", "arr": 5.0},
        {"account_id": "dear", "arr": 9.0, "reason": "silent", "next_action": "usage_call"},
        {"account_id": "as dear", "arr": 9.0, "reason": "lapsed"},
    ]
    named = {"dear": {"name": "Acme", "tier": "mid_touch"}, "cheap": {}, "as dear": {}, "well": {}}
    publish_month(FEBRUARY, named, account_risks=_risks(FEBRUARY, at_risk))
    found = query("select account_id, reason, risk, name, next_action from accounts_at_risk")
    assert found.rows() == [
        ("as dear", "lapsed", "lapsed", None, None),
        ("dear", "silent", "silent", "Acme", "usage_call"),
        ("cheap", "ill", "ill", None, None),
    ]


def test_accounts_without_health_are_those_of_the_newest_month(publish_month, query):
    publish_month(JANUARY, {"before": {}})
    publish_month(
        FEBRUARY,
        {
            "well": {"health": 90.0},
            "unknown": {"health_coverage": 0.3, "arr": 7.0, "name": "Acme"},
            "small": {"arr": 1.0},
        },
    )
    found = query("select account_id, name, health_coverage, arr from accounts_without_health")
    assert found.rows() == [("unknown", "Acme", 0.3, 7.0), ("small", None, None, 1.0)]


COSTS = {
    "a": LOW | {"arr": 100.0, "cost_to_serve": 10.0, "gross_profit": 80.0, "margin": 70.0, "health": 50.0},
    "b": LOW | {"arr": 300.0, "cost_to_serve": 30.2, "gross_profit": 240.0, "margin": 209.8, "health": 71.0},
    "unknown": LOW | {"arr": 1000.0, "gross_profit": 800.0, "previous_tier": "low_touch"},
    "free": HIGH | {"arr": 0.0, "cost_to_serve": 1.0, "gross_profit": 0.0, "margin": -1.0, "is_provisional": True},
}


def test_cost_to_serve_is_that_of_the_accounts_with_a_known_one(publish_month, query):
    publish_month(JANUARY, COSTS)
    found = query("select * from cost_to_serve_by_tier order by tier")
    month = JANUARY.first_day
    assert found.rows() == [
        (month, "high_touch", 1, 0.0, 1, 1.0, 0.0, -1.0, None),
        (month, "low_touch", 3, 1400.0, 2, 40.2, 320.0, 279.8, 40.2 / 400.0),
    ]


_LIFTED = {"lift_started_month": date(2025, 1, 1), "override_start_date": date(2025, 1, 3)}


def test_the_portfolio_of_a_month_is_one_row(publish_month, query):
    lifted = _LIFTED | {"is_silent": True, "is_silence_suspended": True}
    kinds = ("exit", "exit", "promotion", "demotion", "demotion", "demotion", "initial")
    publish_month(
        JANUARY,
        COSTS | {"d": MID | lifted | {"arr": 7.0}},
        changes=[{"account_id": str(number), "kind": kind} for number, kind in enumerate(kinds)],
        account_risks=_risks(JANUARY, [{"account_id": "a", "arr": 100.0}, {"account_id": "d", "arr": 7.5}]),
    )
    [january] = query("select * from portfolio_by_month").to_dicts()
    assert january == {
        "month": JANUARY.first_day,
        "accounts": 5,
        "arr": 1407.0,
        "high_touch_accounts": 1,
        "high_touch_arr": 0.0,
        "mid_touch_accounts": 1,
        "mid_touch_arr": 7.0,
        "low_touch_accounts": 3,
        "low_touch_arr": 1400.0,
        "health_mean": 60.5,
        "provisional_accounts": 1,
        "lifted_accounts": 1,
        "overridden_accounts": 1,
        "entries": 4,
        "exits": 2,
        "promotions": 1,
        "demotions": 3,
        "accounts_with_cost": 3,
        "cost_to_serve": 41.2,
        "gross_profit": 320.0,
        "margin": 278.8,
        "cost_to_serve_ratio": 41.2 / 400.0,
        "silent_accounts": 1,
        "silent_share": 0.2,
        "is_silence_suspended": True,
        "accounts_at_risk": 2,
        "arr_at_risk": 107.5,
    }


def test_the_portfolio_of_a_month_without_accounts_is_a_row_too(publish_month, query):
    publish_month(FEBRUARY, {})
    [february] = query("select * from portfolio_by_month").to_dicts()
    assert (february["accounts"], february["arr"], february["health_mean"]) == (0, 0.0, None)
    assert (february["silent_share"], february["is_silence_suspended"], february["arr_at_risk"]) == (None, False, 0.0)


def test_failed_runs_make_no_month(engine, publish_month, query):
    publish_month(JANUARY, {"a": LOW})
    with transaction(engine) as connection:
        runs = rows(PUBLISHED["runs"], [{"month": FEBRUARY.first_day, "run_id": "failed", "status": "failed"}])
        load(connection, "runs", runs)
    assert query("select month from portfolio_by_month")["month"].to_list() == [JANUARY.first_day]
    assert query("select account_id from tiers_current")["account_id"].to_list() == ["a"]
    assert query("select valid_to from tier_history")["valid_to"].to_list() == [None]


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=50), st.randoms(use_true_random=False))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_do_not_depend_on_the_order_of_rows(engine, ten_thousandths, chance):
    amounts = [amount / 10_000 for amount in ten_thousandths]

    def total(values):
        accounts = [{"month": JANUARY.first_day, "account_id": str(n), "arr": arr} for n, arr in enumerate(values)]
        with engine.connect() as connection:
            load(connection, "account_tiers", rows(PUBLISHED["account_tiers"], accounts))
            found = read(connection, "select arr from tier_movements")["arr"].item()
            connection.rollback()
        return found

    shuffled = chance.sample(amounts, len(amounts))
    assert total(amounts) == total(shuffled) == sum(ten_thousandths) / 10_000


def test_months_of_a_year_long_history_end_on_their_last_day(engine):
    months = Month.range(JANUARY, JANUARY + 24)
    tiers = [
        {"month": month.first_day, "account_id": str(number), "tier": "low_touch"}
        for number, month in enumerate(months)
    ]
    runs = [{"month": month.first_day, "run_id": str(month), "status": "published"} for month in months]
    with transaction(engine) as connection:
        load(connection, "account_tiers", rows(PUBLISHED["account_tiers"], tiers))
        load(connection, "runs", rows(PUBLISHED["runs"], runs))
        ends = read(connection, "select valid_to from tier_history order by valid_from")["valid_to"].to_list()
    assert ends == [month.last_day for month in months[:-1]] + [None]
