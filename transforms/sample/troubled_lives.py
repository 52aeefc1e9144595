"""The data of the planted stories of exits, poor health and sudden changes; `LIVES` holds all lives."""

from __future__ import annotations

from datetime import date

from transforms.sample import lives
from transforms.sample.lives import CALM, WELL
from transforms.sample.script import Contract, Life, Traits

_SILENT_CHURNER = Life(
    traits=Traits("enterprise", "US", "logistics", brand_rank=3, nps=None, integrations=2, regions=2),
    contracts=(
        Contract(start=date(2023, 1, 10), end=date(2025, 1, 9), seats=170, mrr=9_500),
        Contract(start=date(2025, 1, 10), end=date(2027, 1, 9), seats=190, mrr=11_000),
    ),
    course={
        **WELL,
        "users": {"2024-11": 110, "2026-01": 125, "2026-03": 60, "2026-05": 6, "2026-06": 0},
        "events": {"2024-11": 8_000, "2026-01": 9_000, "2026-03": 3_500, "2026-05": 80, "2026-06": 0},
        "breadth": {"2024-11": 12, "2026-01": 13, "2026-05": 2},
        "habit": {"2024-11": 0.95, "2026-01": 0.95, "2026-05": 0.15, "2026-06": 0},
        "tickets": {"2024-11": 2, "2026-01": 2, "2026-02": 0},
        "customer_hours": {"2024-11": 1.5, "2026-01": 1.5, "2026-02": 0},
        "our_hours": {"2024-11": 1, "2026-02": 0},
    },
)

_LATE_RENEWAL = Life(
    currency="EUR",
    traits=Traits("business", "DE", "logistics", brand_rank=2, nps=40, integrations=3, regions=2),
    contracts=(
        Contract(start=date(2023, 11, 21), end=date(2024, 11, 20), seats=85, mrr=3_900),
        Contract(start=date(2024, 11, 21), end=date(2025, 11, 20), seats=90, mrr=4_400),
        Contract(start=date(2025, 12, 12), end=date(2026, 12, 11), seats=100, mrr=5_000),
    ),
    course={
        **CALM,
        "users": {"2024-11": 66, "2026-10": 92},
        "events": {"2024-11": 4_000, "2026-10": 7_500},
        "breadth": {"2024-11": 10, "2026-10": 20},
        "tickets": {"2024-11": 2},
        "customer_hours": {"2024-11": 2},
    },
)

_RETURNER = Life(
    traits=Traits("business", "GB", "retail", brand_rank=2, nps=30, integrations=2, regions=2),
    contracts=(
        Contract(start=date(2023, 5, 1), end=date(2024, 4, 30), seats=70, mrr=3_400),
        Contract(start=date(2024, 5, 1), end=date(2025, 4, 30), seats=75, mrr=3_900),
        Contract(start=date(2025, 10, 1), end=date(2026, 9, 30), seats=90, mrr=4_600, number=2),
        Contract(start=date(2026, 10, 1), end=date(2027, 9, 30), seats=95, mrr=4_900, number=2),
    ),
    course={
        **CALM,
        "users": {"2024-11": 62, "2026-10": 88},
        "events": {"2024-11": 4_500, "2026-10": 7_500},
        "breadth": {"2024-11": 11, "2026-10": 20},
        "tickets": {"2024-11": 2},
        "customer_hours": {"2024-11": 2},
    },
)

_RECOVERED = Life(
    traits=Traits("enterprise", "US", "manufacturing", brand_rank=3, nps=20, integrations=3, regions=2),
    contracts=(
        Contract(start=date(2023, 6, 1), end=date(2024, 5, 31), seats=210, mrr=10_500),
        Contract(start=date(2024, 6, 1), end=date(2026, 5, 31), seats=220, mrr=11_500),
        Contract(start=date(2026, 6, 1), end=date(2028, 5, 31), seats=220, mrr=12_000),
    ),
    course={
        **WELL,
        "users": {"2024-11": 140, "2025-07": 145, "2025-08": 40, "2025-09": 50, "2025-10": 145, "2026-10": 160},
        "events": {"2024-11": 9_000, "2025-07": 9_500, "2025-08": 2_000, "2025-09": 3_000, "2025-10": 10_000},
        "breadth": {"2024-11": 12, "2026-10": 16},
        "tickets": {"2024-11": 2, "2025-07": 2, "2025-08": 14, "2025-09": 6, "2025-10": 2},
        "csat": {"2024-11": 4.3, "2025-07": 4.3, "2025-08": 2, "2025-09": 3, "2025-10": 4.5},
        "customer_hours": {"2024-11": 1, "2025-07": 1, "2025-08": 3, "2025-10": 1},
        "our_hours": {"2024-11": 1, "2025-07": 1, "2025-08": 4, "2025-10": 1},
    },
)

_CHRONIC = Life(
    traits=Traits("team", "US", "manufacturing", brand_rank=5, nps=-60, integrations=1, regions=1),
    contracts=(
        Contract(start=date(2023, 9, 1), end=date(2024, 8, 31), seats=90, mrr=3_500),
        Contract(start=date(2024, 9, 1), end=date(2027, 8, 31), seats=90, mrr=3_500),
    ),
    course={
        "users": {"2024-11": 14, "2026-10": 9},
        "events": {"2024-11": 900, "2026-10": 300},
        "breadth": {"2024-11": 4},
        "habit": {"2024-11": 0.12},
        "tickets": {"2024-11": 3},
        "csat": {"2024-11": 2},
        "ticket_minutes": {"2024-11": 50},
        "escalated": {"2024-11": 0},
        "customer_hours": {"2024-11": 0.5},
        "our_hours": {"2024-11": 0.5},
        "days_late": {"2024-11": 28},
    },
)

_SPIKE = Life(
    traits=Traits("team", "US", "education", brand_rank=4, nps=30, integrations=1, regions=1),
    contracts=(
        Contract(start=date(2024, 10, 1), end=date(2025, 9, 30), seats=45, mrr=1_700),
        Contract(start=date(2025, 10, 1), end=date(2026, 9, 30), seats=45, mrr=1_750),
        Contract(start=date(2026, 10, 1), end=date(2027, 9, 30), seats=45, mrr=1_800),
        Contract(start=date(2026, 1, 2), end=date(2026, 1, 31), seats=150, mrr=5_250, number=2, is_annual=False),
    ),
    course={
        **CALM,
        "users": {"2024-11": 28, "2025-12": 32, "2026-01": 120, "2026-02": 32},
        "events": {"2024-11": 1_800, "2025-12": 2_000, "2026-01": 8_000, "2026-02": 2_000},
        "breadth": {"2024-11": 8},
    },
)

_ONBOARDING_SILENT = Life(
    traits=Traits("business", "US", "healthcare", brand_rank=3, nps=None, integrations=1, regions=1),
    contracts=(Contract(start=date(2026, 8, 1), end=date(2027, 7, 31), seats=110, mrr=6_000),),
    course={
        **WELL,
        "users": {"2026-08": 64, "2026-09": 0},
        "events": {"2026-08": 2_600, "2026-09": 0},
        "breadth": {"2026-08": 7},
        "habit": {"2026-08": 2},  # every day: weekends have half of it
        "last_day_of_use": {"2026-08": 17},
        "tickets": {"2026-08": 0},
        "customer_hours": {"2026-08": 1, "2026-09": 0},
        "our_hours": {"2026-08": 0.9, "2026-09": 0},
    },
)

LIVES: dict[str, Life] = {
    "story-riser": lives.RISER,
    "story-silent-churner": _SILENT_CHURNER,
    "story-strategic-small": lives.STRATEGIC_SMALL,
    "story-costly": lives.COSTLY,
    "story-late-renewal": _LATE_RENEWAL,
    "story-override": lives.OVERRIDE,
    "story-returner": _RETURNER,
    "story-recovered": _RECOVERED,
    "story-chronic": _CHRONIC,
    "story-spike": _SPIKE,
    "story-contract-event": lives.CONTRACT_EVENT,
    "story-merged-from": lives.MERGED_FROM,
    "story-merged-into": lives.MERGED_INTO,
    "story-onboarding-silent": _ONBOARDING_SILENT,
}
"""The life of each planted account. Draws depend on its place here, so further ones are added at the end."""
