"""The whole report: its parts in their order."""

from __future__ import annotations

from flows.report.blocks import Section
from flows.report.reading.facts import Facts
from flows.report.sections.checks import checks
from flows.report.sections.cost import cost
from flows.report.sections.headline import headline
from flows.report.sections.mix import mix
from flows.report.sections.movements import movements
from flows.report.sections.movers import movers
from flows.report.sections.origin import origin
from flows.report.sections.portfolio_map import portfolio_map
from flows.report.sections.risk import risk
from flows.report.sections.segments import segments
from flows.report.sections.team import team


def report(facts: Facts, data_docs: str | None) -> list[Section]:
    """Turn data into the parts of the report.

    Args:
        facts: The data of the report.
        data_docs: The relative address of the page with all checks of the run; None if there is none.
    """
    return [
        headline(facts),
        movements(facts),
        movers(facts),
        mix(facts),
        portfolio_map(facts),
        risk(facts),
        cost(facts),
        team(facts),
        segments(facts),
        checks(facts, data_docs),
        origin(facts),
    ]
