"""The moves of a month, the largest accounts first, with their reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from flows.notify.messages import ChangeNote
from flows.notify.read import accounts_of, describe_change
from sql.dialects import quoted, read
from transforms.month import Month

SHOWN_MOVES = 15

MOVES = (
    "placement",
    "promotion",
    "demotion",
    "lift_started",
    "lift_ended",
    "override_started",
    "override_ended",
    "exit",
)
"""Kinds of change that say that an account moved; a first tier does not."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest moves of some kinds.

    Attributes:
        shown: The moves, in words.
        total: How many there are.
    """

    shown: Sequence[ChangeNote]
    total: int


def moves_query(month: Month, kinds: Sequence[str]) -> str:
    """Return SQL that a person can run to list all moves of some kinds."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return (
        f"select * from tier_changes where month = '{month.first_day}' and kind in ({listed}) "
        "order by arr desc nulls last"
    )


def read_moves(
    connection: Connection, month: Month, kinds: Sequence[str], shown: int, labels: Mapping[str, str]
) -> Moves:
    """Read the moves of a month.

    Args:
        connection: To the warehouse.
        month: The month.
        kinds: Which kinds of change.
        shown: How many to describe, the largest ARR first.
        labels: What people call each component, by ``pillar.component``.
    """
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    where = f"from {quoted(connection, 'tier_changes')} where month = :month and kind in ({listed})"
    changes = read(
        connection,
        f"select * {where} order by arr desc nulls last, account_id, change_id limit {shown}",
        month=month.first_day,
    )
    total = read(connection, f"select count(*) as moves {where}", month=month.first_day)["moves"].item()
    accounts = accounts_of(connection, month, changes["account_id"], labels)
    return Moves([describe_change(change, accounts) for change in changes.iter_rows(named=True)], total)
