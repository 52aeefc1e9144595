"""Places accounts without an owner one by one, guided by a transport plan of kinds of accounts to owners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from transforms.engagement.matching import Costs, kinds_of, profiles_of
from transforms.engagement.transport import transport_plan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Value = TypeVar("Value")

_NOT_PLANNED = 4 * 10**18
"""Added to an owner's rank if the transport plan allots the owner none of a kind; outweighs all else in a rank."""

_WORSE_MATCH = 10**16
"""Added per step of a worse match; above any room, which is at most 1e9 hours in ten-thousandths."""

_NO_ROOM = 2**63 - 1


def placed(accounts: pl.DataFrame, owners: pl.DataFrame, costs: Costs) -> pl.DataFrame:
    """Assign accounts to owners with room, the most important first.

    Args:
        accounts: The accounts of a pool without an owner: account_id, demand and importance (whole numbers), region,
            industry.
        owners: The owners of the pool who are not away, sorted by name: owner, room (whole, in the unit of the
            demand), regions, industries (lists or null).
        costs: The costs of mismatches.

    Returns:
        account_id and owner of each account; the owner is null if nobody had room for the account in its turn.
    """
    in_turn = accounts.sort(["importance", "account_id"], descending=[True, False])
    smallest = in_turn["demand"].min()
    with_room = owners.filter(pl.col("room") >= smallest)
    places = [None] * in_turn.height if with_room.is_empty() else _places(in_turn, with_room, costs)
    names = with_room["owner"].to_list()
    chosen = [None if place is None else names[place] for place in places]
    return in_turn.select("account_id", pl.Series("owner", chosen, dtype=pl.String))


def _places(in_turn: pl.DataFrame, owners: pl.DataFrame, costs: Costs) -> list[int | None]:
    """Return the position of each account's owner in the list of owners, in the order of the accounts."""
    # Imported here: in an ordinary month nobody is without an owner.
    import numpy as np

    profiles = profiles_of(owners)
    kinds = kinds_of(in_turn, profiles)
    rows, columns = _numbered(kinds), _numbered(profiles)
    cost = np.array([[costs.of(kind, profile) for profile in columns] for kind in rows])
    demand, room = in_turn["demand"].to_numpy(), owners["room"].to_numpy().copy()
    row_of, column_of = np.array([rows[kind] for kind in kinds]), np.array([columns[one] for one in profiles])
    plan = _planned(demand, room, row_of, column_of, cost)
    # Ranks instead of costs, so that whole numbers can be compared.
    worse = np.unique(cost, return_inverse=True)[1].reshape(cost.shape) * _WORSE_MATCH
    places: list[int | None] = []
    for needed, row in zip(demand.tolist(), row_of.tolist(), strict=True):
        fits = room >= needed
        if not fits.any():
            places.append(None)
            continue
        is_planned = plan[row] >= max(needed, 1) / 2
        rank = (worse[row] + np.where(is_planned, 0, _NOT_PLANNED))[column_of] - room
        place = int(np.where(fits, rank, _NO_ROOM).argmin())
        room[place] -= needed
        plan[row, column_of[place]] -= needed
        places.append(place)
    return places


def _planned(
    demand: NDArray[np.int64],
    room: NDArray[np.int64],
    row_of: NDArray[np.int64],
    column_of: NDArray[np.int64],
    cost: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Plan for as many of the most important accounts as all owners together have room for."""
    import numpy as np

    is_covered = demand.cumsum() <= room.sum()
    wanted = np.zeros(cost.shape[0], dtype=np.int64)
    np.add.at(wanted, row_of, np.where(is_covered, demand, 0))
    offered = np.zeros(cost.shape[1], dtype=np.int64)
    np.add.at(offered, column_of, room)
    return transport_plan(wanted, offered, cost)


def _numbered(values: Sequence[Value]) -> dict[Value, int]:
    """Number distinct values in an order that does not depend on the order of rows."""
    return {value: number for number, value in enumerate(sorted(set(values), key=repr))}
