"""Everything that a report shows, read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from flows.report.reading.checks import Checks, read_checks
from flows.report.reading.cost import Cost, read_cost
from flows.report.reading.history import read_lifts, read_movements, read_portfolio
from flows.report.reading.month import Origin, read_origin
from flows.report.reading.moves import MOVES, SHOWN_MOVES, Moves, read_moves
from flows.report.reading.portfolio_map import PortfolioMap, read_map
from flows.report.reading.risk import SHOWN_LIFTED, read_dearest, read_lifted, read_risks
from flows.report.reading.segments import read_segments
from flows.words import component_labels
from sql.state import team_load_of
from transforms.month import Month
from transforms.policy import PolicyBook


@dataclass(frozen=True, slots=True)
class Facts:
    """The data of a report.

    Attributes:
        origin: The month, its run and its policy.
        portfolio: One row per published month up to this one, oldest first.
        movements: One row per pair of tiers.
        moves: The largest moves.
        portfolio_map: Accounts by value and health.
        lifts: How many lifts started and ended, by month.
        lifted: How many lifts are in effect and how many accounts are silent, in one row.
        risks: How many accounts are at risk, by reason.
        dearest: The dearest accounts at risk of each reason.
        recovered: The largest accounts whose lift ended.
        cost: Cost to serve against margin.
        load: ``team_load``; empty if no team is mapped.
        segments: Accounts by segment, by the name of the segment's column.
        checks: The checks of the publishing run.
    """

    origin: Origin
    portfolio: pl.DataFrame
    movements: pl.DataFrame
    moves: Moves
    portfolio_map: PortfolioMap
    lifts: pl.DataFrame
    lifted: pl.DataFrame
    risks: pl.DataFrame
    dearest: pl.DataFrame
    recovered: Moves
    cost: Cost
    load: pl.DataFrame
    segments: Mapping[str, pl.DataFrame]
    checks: Checks


def read_facts(connection: Connection, wanted: Month | None, policies: PolicyBook) -> Facts:
    """Read everything that the report of a month shows.

    Args:
        connection: To the warehouse.
        wanted: The month; None means the newest published one.
        policies: The policies of the project, which name the components.

    Raises:
        WrongUseError: If the month is not published.
    """
    origin = read_origin(connection, wanted)
    month = origin.month
    labels = component_labels(policies, month)
    return Facts(
        origin=origin,
        portfolio=read_portfolio(connection, month),
        movements=read_movements(connection, month),
        moves=read_moves(connection, month, MOVES, SHOWN_MOVES, labels),
        portfolio_map=read_map(connection, month),
        lifts=read_lifts(connection, month),
        lifted=read_lifted(connection, month),
        risks=read_risks(connection, month),
        dearest=read_dearest(connection, month),
        recovered=read_moves(connection, month, ("lift_ended",), SHOWN_LIFTED, labels),
        cost=read_cost(connection, month),
        load=team_load_of(connection, month),
        segments=read_segments(connection, month),
        checks=read_checks(connection, str(origin.run["run_id"])),
    )
