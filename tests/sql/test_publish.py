"""Publishing a month: once, again, differently, and when something fails."""

from tests.sql.months import JANUARY


def test_a_month_is_published(publish_month, query):
    outcome = publish_month(JANUARY, {"a": {"tier": "mid_touch"}, "b": {}})
    print(outcome)
    print(query("select * from runs").to_dicts())
    print(query("select * from score_contributions").to_dicts())
    print(publish_month(JANUARY, {"a": {"tier": "mid_touch"}, "b": {}}))
    print(publish_month(JANUARY, {"a": {"tier": "mid_touch"}, "b": {"tier":"high_touch"}}, hour=9))
    for v in ("tiers_as_published","tiers_as_known","tier_history","tier_movements","tier_outcomes","accounts_at_risk","cost_to_serve_by_tier","portfolio_by_month","tiers_current"):
        print(v, query(f"select * from {v}").to_dicts())
    print(query("select * from restatements").to_dicts())
