"""The planted stories: accounts with fixed ids that show, one each, what tiering does and why.

`expected` is what the default policy makes of them; between the months that it names they move as they may.
"""

from __future__ import annotations

from datetime import date

from transforms.sample.script import Contract, Grant, Override, Story

_WELL = {"csat": {"2024-11": 4.3}, "days_late": {"2024-11": 0}, "ticket_minutes": {"2024-11": 40}, "escalated": {"2024-11": 0}}
_CALM = {**_WELL, "tickets": {"2024-11": 1}, "customer_hours": {"2024-11": 0.5}, "our_hours": {"2024-11": 0.5}}

_RISER = Story(
    account_id="story-riser",
    name="Riser Robotics",
    what="A small customer grows without a pause, in people, use, contract and fame, and climbs both steps.",
    when="From spring 2025 to the end; larger contracts in 2025-09, 2026-02 and 2026-07.",
    expected={"2025-03": "low_touch", "2025-12": "mid_touch", "2026-10": "high_touch"},
    traits={"plan": "business", "country": "US", "industry": "manufacturing", "brand_rank": 2, "nps": 60, "integrations": 4, "regions": 3},
    contracts=(
        Contract(start=date(2024, 2, 1), end=date(2025, 1, 31), seats=24, mrr=900),
        Contract(start=date(2025, 2, 1), end=date(2026, 1, 31), seats=40, mrr=1_500),
        Contract(start=date(2025, 9, 1), end=date(2026, 1, 31), seats=90, mrr=3_300),
        Contract(start=date(2026, 2, 1), end=date(2027, 1, 31), seats=180, mrr=7_000),
        Contract(start=date(2026, 7, 1), end=date(2027, 1, 31), seats=320, mrr=12_500),
        Contract(start=date(2026, 2, 1), end=date(2027, 1, 31), seats=180, mrr=1_500, product="Insights", number=2),
    ),
    course={
        **_WELL,
        "users": {"2024-11": 17, "2025-05": 22, "2025-09": 60, "2026-01": 100, "2026-06": 190, "2026-10": 290},
        "events": {"2024-11": 1_300, "2025-05": 1_700, "2025-09": 5_000, "2026-01": 9_000, "2026-06": 18_000, "2026-10": 28_000},
        "breadth": {"2024-11": 5, "2025-05": 6, "2026-10": 28},
        "habit": {"2024-11": 0.95},
        "tickets": {"2024-11": 1, "2025-05": 1, "2026-10": 6},
        "customer_hours": {"2024-11": 0.5, "2025-05": 1, "2026-10": 5},
        "our_hours": {"2024-11": 0.5, "2026-10": 3},
    },
    grants=(Grant(kind="reference", start=date(2026, 1, 15), end=date(2027, 1, 14), benefit="Speaks at our conference"),),
)  # fmt: skip

_SILENT_CHURNER = Story(
    account_id="story-silent-churner",
    name="Quiet Harbour Shipping",
    what="Use fades to nothing while nobody complains: no tickets, no calls, invoices paid. Health falls, a lift "
    "starts and ends without effect.",
    when="Fades from 2026-02, silent from 2026-06; its contract would be renewed in 2027-01.",
    expected={"2025-12": "mid_touch", "2026-04": "high_touch", "2026-10": "mid_touch"},
    traits={"plan": "enterprise", "country": "US", "industry": "logistics", "brand_rank": 3, "nps": None, "integrations": 2, "regions": 2},
    contracts=(
        Contract(start=date(2023, 1, 10), end=date(2025, 1, 9), seats=170, mrr=9_500),
        Contract(start=date(2025, 1, 10), end=date(2027, 1, 9), seats=190, mrr=11_000),
    ),
    course={
        **_WELL,
        "users": {"2024-11": 110, "2026-01": 125, "2026-03": 60, "2026-05": 6, "2026-06": 0},
        "events": {"2024-11": 8_000, "2026-01": 9_000, "2026-03": 3_500, "2026-05": 80, "2026-06": 0},
        "breadth": {"2024-11": 12, "2026-01": 13, "2026-05": 2},
        "habit": {"2024-11": 0.95, "2026-01": 0.95, "2026-05": 0.15, "2026-06": 0},
        "tickets": {"2024-11": 2, "2026-01": 2, "2026-02": 0},
        "customer_hours": {"2024-11": 1.5, "2026-01": 1.5, "2026-02": 0},
        "our_hours": {"2024-11": 1, "2026-02": 0},
    },
)  # fmt: skip

_STRATEGIC_SMALL = Story(
    account_id="story-strategic-small",
    name="Tiny Beacon Labs",
    what="Pays little and builds the product with us: a written grant with a floor keeps it in mid touch, though it "
    "could not pay for that, until the grant ends.",
    when="Floor from 2025-03-01 to 2026-05-31.",
    expected={"2025-02": "low_touch", "2025-03": "mid_touch", "2026-05": "mid_touch", "2026-10": "low_touch"},
    traits={"plan": "team", "country": "SE", "industry": "healthcare", "brand_rank": 2, "nps": 70, "integrations": 2, "regions": 1},
    contracts=(
        Contract(start=date(2024, 6, 1), end=date(2025, 5, 31), seats=12, mrr=480),
        Contract(start=date(2025, 6, 1), end=date(2026, 5, 31), seats=12, mrr=500),
        Contract(start=date(2026, 6, 1), end=date(2027, 5, 31), seats=12, mrr=520),
    ),
    course={
        **_CALM,
        "users": {"2024-11": 10},
        "events": {"2024-11": 900, "2026-10": 1_000},
        "breadth": {"2024-11": 9, "2026-10": 12},
        "habit": {"2024-11": 0.9},
    },
    grants=(
        Grant(kind="co_development", start=date(2025, 3, 1), end=date(2026, 5, 31), benefit="Tests every release first"),
        Grant(kind="floor", start=date(2025, 3, 1), end=date(2026, 5, 31), benefit="Tests every release first", floor_tier="mid_touch"),
    ),
)  # fmt: skip

_COSTLY = Story(
    account_id="story-costly",
    name="Everlasting Questions Inc",
    what="Grows and scores for more service, but writes so many tickets that the service would eat its margin: the "
    "economic ceiling takes it down.",
    when="Tickets rise from 2025-06; the ceiling binds in spring 2026.",
    expected={"2025-06": "mid_touch", "2026-10": "low_touch"},
    traits={"plan": "team", "country": "US", "industry": "retail", "brand_rank": 3, "nps": 20, "integrations": 3, "regions": 2},
    contracts=(
        Contract(start=date(2023, 8, 1), end=date(2024, 7, 31), seats=55, mrr=2_600),
        Contract(start=date(2024, 8, 1), end=date(2025, 7, 31), seats=65, mrr=3_300),
        Contract(start=date(2025, 8, 1), end=date(2026, 7, 31), seats=80, mrr=3_700),
        Contract(start=date(2026, 8, 1), end=date(2027, 7, 31), seats=95, mrr=4_200),
    ),
    course={
        **_WELL,
        "csat": {"2024-11": 4.1, "2026-10": 3.6},
        "ticket_minutes": {"2024-11": 60},
        "users": {"2024-11": 50, "2026-10": 92},
        "events": {"2024-11": 3_600, "2026-10": 8_400},
        "breadth": {"2024-11": 10, "2026-10": 22},
        "habit": {"2024-11": 0.95},
        "tickets": {"2024-11": 6, "2025-06": 8, "2026-01": 30},
        "customer_hours": {"2024-11": 2, "2026-10": 4},
        "our_hours": {"2024-11": 1},
    },
)  # fmt: skip

_LATE_RENEWAL = Story(
    account_id="story-late-renewal",
    name="Last Minute Logistics",
    what="Signs three weeks late, within the days of grace: no exit, no new customer, no demotion meanwhile. Pays in euro.",
    when="Old term ends 2025-11-20, the new one starts 2025-12-12.",
    expected={"2025-10": "mid_touch", "2025-11": "mid_touch", "2025-12": "mid_touch"},
    currency="EUR",
    traits={"plan": "business", "country": "DE", "industry": "logistics", "brand_rank": 2, "nps": 40, "integrations": 3, "regions": 2},
    contracts=(
        Contract(start=date(2023, 11, 21), end=date(2024, 11, 20), seats=85, mrr=3_900),
        Contract(start=date(2024, 11, 21), end=date(2025, 11, 20), seats=90, mrr=4_400),
        Contract(start=date(2025, 12, 12), end=date(2026, 12, 11), seats=100, mrr=5_000),
    ),
    course={
        **_CALM,
        "users": {"2024-11": 66, "2026-10": 92},
        "events": {"2024-11": 4_000, "2026-10": 7_500},
        "breadth": {"2024-11": 10, "2026-10": 20},
        "habit": {"2024-11": 0.95},
        "tickets": {"2024-11": 2},
        "customer_hours": {"2024-11": 2},
    },
)  # fmt: skip

_OVERRIDE = Story(
    account_id="story-override",
    name="Boardroom Favourite",
    what="The board wants it served well for half a year; at the end it goes on from where it would have been.",
    when="Override from 2025-09-01 to 2026-02-28.",
    expected={"2025-08": "low_touch", "2025-09": "high_touch", "2026-02": "high_touch", "2026-03": "low_touch"},
    traits={"plan": "team", "country": "US", "industry": "finance", "brand_rank": None, "nps": 10, "integrations": 1, "regions": 1},
    contracts=(
        Contract(start=date(2024, 4, 1), end=date(2025, 3, 31), seats=30, mrr=1_150),
        Contract(start=date(2025, 4, 1), end=date(2026, 3, 31), seats=30, mrr=1_200),
        Contract(start=date(2026, 4, 1), end=date(2027, 3, 31), seats=30, mrr=1_200),
    ),
    course={**_CALM, "users": {"2024-11": 20}, "events": {"2024-11": 1_200}, "breadth": {"2024-11": 7}, "habit": {"2024-11": 0.9}},
    overrides=(
        Override(tier="high_touch", start=date(2025, 9, 1), end=date(2026, 2, 28), reason="A seat on their supervisory board is at stake"),
    ),
)  # fmt: skip
