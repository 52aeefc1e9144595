"""Accounts with the metrics that matter to a test, scored."""

from __future__ import annotations

from typing import Any

from tests.factories import rows
from transforms.contracts import PUBLISHED, SOURCES
from transforms.policy import Policy
from transforms.scoring import score

FEATURES = PUBLISHED["account_features"]
EVERYTHING = frozenset(SOURCES) | {
    f"{table.name}.{field.name}" for table in SOURCES.values() for field in table.fields if not field.is_required
}


def scored(policy: Policy, *given_rows: dict[str, Any], configured=EVERYTHING, stale=()) -> list[dict[str, Any]]:
    """Score accounts a0, a1 ... of which the given metrics are known."""
    named = [{"account_id": f"a{place}", **row} for place, row in enumerate(given_rows)]
    frame = score(rows(FEATURES, named).lazy(), policy, frozenset(configured), frozenset(stale))
    return frame.collect().sort("account_id").to_dicts()
