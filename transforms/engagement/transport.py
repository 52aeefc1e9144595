"""The transport plan: how many hours of each kind of account go to each group of owners, at the least cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def transport_plan(
    demand: NDArray[np.int64], room: NDArray[np.int64], cost: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve the transport problem.

    Args:
        demand: The demand of each kind, together at most the room.
        room: The room of each group.
        cost: The cost of a unit of a kind (row) with a group (column).

    Returns:
        Units by kind (row) and group (column); each row adds up to the kind's demand. If all costs are equal, nothing
        is planned, and all are 0.
    """
    # Imported here: scipy takes a third of a second, and in a month without free accounts nobody needs it.
    import numpy as np

    if cost.size == 0 or cost.min() == cost.max():
        return np.zeros(cost.shape)
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, kron

    kinds, groups = cost.shape
    answer = linprog(
        cost.ravel() / cost.max(),
        A_eq=csr_array(kron(eye_array(kinds), np.ones((1, groups)))),
        b_eq=demand.astype(float),
        A_ub=csr_array(kron(np.ones((1, kinds)), eye_array(groups))),
        b_ub=room.astype(float),
        method="highs-ds",
    )
    if answer.x is None:
        raise ArithmeticError(f"the transport plan of {kinds} kinds and {groups} groups failed: {answer.message}")
    flows: NDArray[np.float64] = answer.x.reshape(kinds, groups)
    return flows
