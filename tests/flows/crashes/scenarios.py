"""What is done to a project that is killed: months published for the first time, and months published anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.flows.projects import FEBRUARY, JANUARY, Tables, healthy_tables
from transforms.month import Month

MONTHS = Month.range(JANUARY, FEBRUARY)

BACKFILL = ["backfill", "--from", str(JANUARY), "--to", str(FEBRUARY), "--reason", "a test"]
RUN = ["run", "--month", str(FEBRUARY)]

_MORE = 60
"""Of so many rows one more may be bad under the policy."""


@cache
def sources_before() -> Tables:
    """The sources at first, which nobody may change; one row of them is held back: few enough of its source."""
    tables = healthy_tables()
    last = tables["touchpoints"][-1] | {"date": f"{FEBRUARY}-07"}
    tables["touchpoints"] += [last | {"touchpoint_id": f"more-{number}", "minutes": 1} for number in range(_MORE)]
    tables["touchpoints"].append(last | {"touchpoint_id": "wrong", "minutes": -5})
    return tables


def with_other_prices(tables: Tables) -> Tables:
    """The same, but every subscription costs more, in all months."""
    dearer = [row | {"mrr": float(row["mrr"]) * 1.5} for row in tables["subscriptions"]]
    return tables | {"subscriptions": dearer}


def with_other_usage_in_february(tables: Tables) -> Tables:
    """The same, but for what was used in February."""
    changed = [
        row | {"events": int(row["events"]) * 3} if str(row["date"]).startswith(str(FEBRUARY)) else row
        for row in tables["usage"]
    ]
    return tables | {"usage": changed}


@dataclass(frozen=True)
class Scenario:
    """A command that is killed.

    Attributes:
        name: What it is called.
        published: The months that are published before.
        change: What happens to the sources after that.
        line: The words after ``retier``.
        changed: The months that it publishes.
    """

    name: str
    published: tuple[Month, ...]
    change: Callable[[Tables], Tables]
    line: tuple[str, ...]
    changed: tuple[Month, ...]


SCENARIOS = {
    each.name: each
    for each in (
        Scenario("backfill", (), lambda tables: tables, tuple(BACKFILL), tuple(MONTHS)),
        Scenario("backfill-anew", tuple(MONTHS), with_other_prices, tuple(BACKFILL), tuple(MONTHS)),
        Scenario("run", tuple(MONTHS[:1]), lambda tables: tables, tuple(RUN), (FEBRUARY,)),
        Scenario("run-anew", tuple(MONTHS), with_other_usage_in_february, tuple(RUN), (FEBRUARY,)),
    )
}
