"""Which accounts an overloaded owner hands over: as few as possible, and the least important ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

_MOST_IN_DOUBT = 300
"""An integer programme of more accounts takes too long: HiGHS needed 1.5 s for 2,000 and 150 s for 20,000. If more
are undecided, the answer still has the fewest accounts possible, and nearly the least importance."""

_ALMOST = 1e-6


def handed_over(demands: Sequence[int], importances: Sequence[int], excess: int) -> list[int]:
    """Choose the accounts that an overloaded owner hands over.

    Args:
        demands: The demand of each account; together at least the excess.
        importances: The importance of each, in rising order.
        excess: By how much the demands exceed the capacity; above 0.

    Returns:
        Positions of the fewest accounts whose demands reach the excess, the least important such set; in rising order.
    """
    by_size = sorted(range(len(demands)), key=lambda place: -demands[place])
    sums = accumulate(demands[place] for place in by_size)
    fewest = next(number for number, total in enumerate(sums, start=1) if total >= excess)
    if sum(demands[:fewest]) >= excess:
        return list(range(fewest))
    return _least_important(demands, importances, excess, fewest) or sorted(by_size[:fewest])


def _least_important(demands: Sequence[int], importances: Sequence[int], excess: int, fewest: int) -> list[int] | None:
    """Solve the relaxed problem, fix every account that its solution decides, and solve the rest in integers."""
    # Imported here: it takes a third of a second, and in an ordinary month nobody is overloaded.
    import numpy as np

    sizes, weights = np.array(demands, dtype=float), np.array(importances, dtype=float)
    shares, bound, reduced = _relaxed(sizes, weights, excess, fewest)
    # At most two accounts are split, and the larger of them takes no less than both parts together.
    order = np.lexsort((-sizes, -np.where(shares > 1 - _ALMOST, 1, np.where(shares > _ALMOST, 0.5, 0))))
    rounded = np.sort(order[:fewest])
    slack = weights[rounded].sum() - bound
    if slack < 1 - _ALMOST:
        return _checked(rounded, sizes, excess, fewest)
    doubt = np.abs(reduced)
    in_doubt = np.sort(np.argsort(doubt, kind="stable")[:_MOST_IN_DOUBT])
    in_doubt = in_doubt[doubt[in_doubt] <= slack + _ALMOST]
    sure = np.setdiff1d(np.flatnonzero(reduced < 0), in_doubt)
    places = _exact(sizes[in_doubt], weights[in_doubt], excess - sizes[sure].sum(), fewest - sure.size)
    found = rounded if places is None else np.sort(np.concatenate([sure, in_doubt[places]]))
    return _checked(found, sizes, excess, fewest)


def _relaxed(sizes: Reals, weights: Reals, excess: int, fewest: int) -> tuple[Reals, float, Reals]:
    """Solve the problem with divisible accounts: shares, the least weight, and what each account would add to it."""
    import numpy as np
    from scipy.optimize import linprog

    answer = linprog(
        weights,
        A_eq=np.ones((1, sizes.size)),
        b_eq=[fewest],
        A_ub=-sizes[None, :],
        b_ub=[-excess],
        bounds=(0, 1),
        method="highs-ds",
    )
    reduced = weights - answer.eqlin.marginals[0] + answer.ineqlin.marginals[0] * sizes
    return answer.x, float(answer.fun), reduced


def _exact(sizes: Reals, weights: Reals, excess: float, count: int) -> NDArray[np.intp] | None:
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    answer = milp(
        weights,
        integrality=np.ones(sizes.size),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(np.ones((1, sizes.size)), count, count),
            LinearConstraint(sizes[None, :], excess, np.inf),
        ],
        options={"mip_rel_gap": 0.0},
    )
    return None if answer.x is None else np.flatnonzero(answer.x > 0.5)


def _checked(places: NDArray[np.intp], sizes: Reals, excess: int, fewest: int) -> list[int] | None:
    """Return a solution that holds in whole numbers; None if it only holds within the solver's tolerance."""
    is_right = places.size == fewest and sizes[places].sum() >= excess
    return [int(place) for place in places] if is_right else None
