"""The data of the planted stories of growth and service; `stories` says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from transforms.sample.script import Contract, Grant, Life, Override, Traits

Course = Mapping[str, Mapping[str, float]]

WELL: Course = {
    "habit": {"2024-11": 0.95},
    "csat": {"2024-11": 4.3},
    "ticket_minutes": {"2024-11": 40},
    "escalated": {"2024-11": 0},
    "days_late": {"2024-11": 0},
}
"""Nothing to complain about."""

CALM: Course = {
    **WELL,
    "tickets": {"2024-11": 1},
    "customer_hours": {"2024-11": 0.5},
    "our_hours": {"2024-11": 0.5},
}
"""Nothing to complain about, and little contact."""

RISER = Life(
    traits=Traits("business", "US", "manufacturing", brand_rank=2, nps=60, integrations=4, regions=3),
    contracts=(
        Contract(start=date(2024, 2, 1), end=date(2025, 1, 31), seats=24, mrr=900),
        Contract(start=date(2025, 2, 1), end=date(2026, 1, 31), seats=40, mrr=1_500),
        Contract(start=date(2025, 9, 1), end=date(2026, 1, 31), seats=90, mrr=3_300),
        Contract(start=date(2026, 2, 1), end=date(2027, 1, 31), seats=180, mrr=7_000),
        Contract(start=date(2026, 7, 1), end=date(2027, 1, 31), seats=320, mrr=12_500),
        Contract(start=date(2026, 2, 1), end=date(2027, 1, 31), mrr=1_500, product="Insights", number=2),
    ),
    course={
        **WELL,
        "users": {"2024-11": 17, "2025-05": 22, "2025-09": 60, "2026-01": 100, "2026-06": 190, "2026-10": 290},
        "events": {"2024-11": 1_300, "2025-05": 1_700, "2025-09": 5_000, "2026-01": 9_000, "2026-10": 28_000},
        "breadth": {"2024-11": 5, "2025-05": 6, "2026-10": 28},
        "tickets": {"2024-11": 1, "2025-05": 1, "2026-10": 6},
        "customer_hours": {"2024-11": 0.5, "2025-05": 1, "2026-10": 5},
        "our_hours": {"2024-11": 0.5, "2026-10": 3},
    },
    grants=(
        Grant(kind="reference", start=date(2026, 1, 15), end=date(2027, 1, 14), benefit="Speaks at our conference"),
    ),
)

STRATEGIC_SMALL = Life(
    traits=Traits("team", "SE", "healthcare", brand_rank=2, nps=70, integrations=2, regions=1),
    contracts=(
        Contract(start=date(2024, 6, 1), end=date(2025, 5, 31), seats=12, mrr=480),
        Contract(start=date(2025, 6, 1), end=date(2026, 5, 31), seats=12, mrr=500),
        Contract(start=date(2026, 6, 1), end=date(2027, 5, 31), seats=12, mrr=520),
    ),
    course={
        **CALM,
        "users": {"2024-11": 10},
        "events": {"2024-11": 900, "2026-10": 1_000},
        "breadth": {"2024-11": 9, "2026-10": 12},
    },
    grants=(
        Grant(kind="co_development", start=date(2025, 3, 1), end=date(2026, 5, 31), benefit="Tests releases"),
        Grant(
            kind="floor",
            start=date(2025, 3, 1),
            end=date(2026, 5, 31),
            benefit="Tests releases",
            floor_tier="mid_touch",
        ),
    ),
)

COSTLY = Life(
    traits=Traits("team", "US", "retail", brand_rank=3, nps=20, integrations=3, regions=2),
    contracts=(
        Contract(start=date(2023, 8, 1), end=date(2024, 7, 31), seats=55, mrr=2_600),
        Contract(start=date(2024, 8, 1), end=date(2025, 7, 31), seats=65, mrr=3_300),
        Contract(start=date(2025, 8, 1), end=date(2026, 7, 31), seats=80, mrr=3_700),
        Contract(start=date(2026, 8, 1), end=date(2027, 7, 31), seats=95, mrr=4_200),
    ),
    course={
        **WELL,
        "csat": {"2024-11": 4.1, "2026-10": 3.6},
        "ticket_minutes": {"2024-11": 60},
        "users": {"2024-11": 50, "2026-10": 92},
        "events": {"2024-11": 3_600, "2026-10": 8_400},
        "breadth": {"2024-11": 10, "2026-10": 22},
        "tickets": {"2024-11": 6, "2025-06": 8, "2026-01": 30},
        "customer_hours": {"2024-11": 2, "2026-10": 4},
        "our_hours": {"2024-11": 1},
    },
)

OVERRIDE = Life(
    traits=Traits("team", "US", "finance", brand_rank=None, nps=10, integrations=1, regions=1),
    contracts=(
        Contract(start=date(2024, 4, 1), end=date(2025, 3, 31), seats=30, mrr=1_150),
        Contract(start=date(2025, 4, 1), end=date(2026, 3, 31), seats=30, mrr=1_200),
        Contract(start=date(2026, 4, 1), end=date(2027, 3, 31), seats=30, mrr=1_200),
    ),
    course={**CALM, "users": {"2024-11": 20}, "events": {"2024-11": 1_200}, "breadth": {"2024-11": 7}},
    overrides=(
        Override(
            tier="high_touch", start=date(2025, 9, 1), end=date(2026, 2, 28), reason="A seat on their board is at stake"
        ),
    ),
)

CONTRACT_EVENT = Life(
    traits=Traits("business", "US", "logistics", brand_rank=3, nps=40, integrations=2, regions=2),
    contracts=(
        Contract(start=date(2024, 9, 1), end=date(2025, 8, 31), seats=50, mrr=2_100),
        Contract(start=date(2025, 9, 1), end=date(2026, 8, 31), seats=50, mrr=2_200),
        Contract(start=date(2026, 3, 5), end=date(2026, 8, 31), seats=100, mrr=4_400),
        Contract(start=date(2026, 9, 1), end=date(2027, 8, 31), seats=110, mrr=4_900),
        Contract(start=date(2026, 3, 5), end=date(2027, 3, 4), mrr=900, product="Insights", number=2),
    ),
    course={
        **CALM,
        "users": {"2024-11": 30, "2026-01": 30, "2026-10": 95},
        "events": {"2024-11": 2_000, "2026-01": 2_000, "2026-10": 8_000},
        "breadth": {"2024-11": 8, "2026-02": 8, "2026-10": 20},
        "tickets": {"2024-11": 1, "2026-02": 1, "2026-04": 3},
        "customer_hours": {"2024-11": 0.5, "2026-02": 0.5, "2026-04": 2},
    },
)

MERGED_FROM = Life(
    traits=Traits("team", "US", "software", brand_rank=None, nps=0, integrations=1, regions=1),
    contracts=(
        Contract(start=date(2024, 7, 1), end=date(2025, 6, 30), seats=20, mrr=800),
        Contract(start=date(2025, 7, 1), end=date(2026, 6, 30), seats=20, mrr=820),
        Contract(start=date(2026, 7, 1), end=date(2027, 6, 30), seats=20, mrr=840),
    ),
    course={
        **CALM,
        "users": {"2024-11": 14},
        "events": {"2024-11": 900},
        "breadth": {"2024-11": 6},
        "tickets": {"2024-11": 0.3},
    },
    merged=("story-merged-into", date(2026, 2, 10)),
)

MERGED_INTO = Life(
    traits=Traits("business", "US", "software", brand_rank=2, nps=45, integrations=3, regions=2),
    contracts=(
        Contract(start=date(2023, 5, 1), end=date(2024, 4, 30), seats=90, mrr=4_000),
        Contract(start=date(2024, 5, 1), end=date(2025, 4, 30), seats=95, mrr=4_400),
        Contract(start=date(2025, 5, 1), end=date(2026, 4, 30), seats=105, mrr=5_000),
        Contract(start=date(2026, 5, 1), end=date(2027, 4, 30), seats=115, mrr=5_600),
    ),
    course={
        **CALM,
        "users": {"2024-11": 72, "2026-10": 105},
        "events": {"2024-11": 5_000, "2026-10": 8_500},
        "breadth": {"2024-11": 12, "2026-10": 22},
        "tickets": {"2024-11": 2},
        "customer_hours": {"2024-11": 2},
    },
)
