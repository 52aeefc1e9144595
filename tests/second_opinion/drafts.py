"""Months of an account as a generator drafts them, and their assembly into facts of populations."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from .records import Facts

FIRST_MONTH = 2022 * 12  # January 2022 as year * 12 + month - 1

History = list[dict[str, Facts]]


@dataclass(slots=True)
class Draft:
    """One month in scope, without what follows from the months before."""

    arr: float = 100_000.0
    priority: float | None = 50.0
    health: float | None = 75.0
    new_product_arr: float | None = 0.0
    complexity_without_touchpoints: float | None = 20.0
    support_cost: float | None = 0.0
    has_grant: bool = False
    grant_floor_tier: int | None = None
    override_tier: int | None = None
    override_start: int | None = None
    has_renewal_freeze: bool = False
    has_open_escalation: bool = False
    is_in_grace: bool = False
    tenure_days: int = 1000
    events: float | None = 100.0
    usage_recency_days: float | None = 0.0
    has_sudden_silence: bool = False
    days_to_renewal: int | None = None
    events_variation: float | None = 0.5


DAYS_OF_A_MONTH = 30

Track = list[Draft | None]  # None where the account is out of scope


def levels(*stretches: tuple[object, int]) -> list[object]:
    """A column of stretches: levels((30, 2), (70, 1)) is [30, 30, 70]."""
    return [value for value, months in stretches for _ in range(months)]


def track(months: int = 36, **columns: object) -> Track:
    """One account; a list gives a value per month, anything else holds for all months."""
    for name, column in columns.items():
        if isinstance(column, list) and len(column) != months:
            raise ValueError(f"{name} has {len(column)} months, not {months}")
    return [
        Draft(**{name: column[index] if isinstance(column, list) else column for name, column in columns.items()})
        for index in range(months)
    ]


def assemble(tracks: dict[str, Track], arr_out_of_scope: float | None = None) -> History:
    """Turn tracks of equal length into one dictionary of facts per month; nothing was used before them."""
    months = max(len(one) for one in tracks.values())
    history: History = [{} for _ in range(months)]
    for account_id, one in tracks.items():
        for index, facts in account_facts(account_id, one, arr_out_of_scope):
            history[index][account_id] = facts
    return history


def account_facts(account_id: str, one: Track, arr_out_of_scope: float | None) -> Iterable[tuple[int, Facts]]:
    """The months in scope, with what follows from the months around; health is forgotten at an exit."""
    names = [field.name for field in fields(Draft)]
    entered = 0
    last_active_month = None
    for index, draft in enumerate(one):
        if draft is None:
            entered = index + 1
            continue
        if draft.events:
            last_active_month = FIRST_MONTH + index
        earlier = [one[index - back] if index >= back else None for back in (1, 2)]
        arr = [arr_out_of_scope if then is None else then.arr for then in earlier]
        health = [earlier[back - 1].health if index - back >= entered else None for back in (1, 2)]
        yield (
            index,
            Facts(
                account_id=account_id,
                arr_1_month_ago=arr[0],
                arr_2_months_ago=arr[1],
                health_1_month_ago=health[0],
                health_2_months_ago=health[1],
                override_last_month=override_last_month(one, index),
                tenure_months=draft.tenure_days // DAYS_OF_A_MONTH,
                last_active_month=last_active_month,
                **{name: getattr(draft, name) for name in names},
            ),
        )


def override_last_month(one: Track, index: int) -> int | None:
    """The last of the months on end with the same override; None without one."""
    draft = one[index]
    if draft.override_tier is None:
        return None
    override = (draft.override_start, draft.override_tier)
    while index + 1 < len(one) and (then := one[index + 1]) is not None:
        if (then.override_start, then.override_tier) != override:
            break
        index += 1
    return FIRST_MONTH + index
