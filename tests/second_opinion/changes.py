"""The change rows between two published months of one account, in order and chained."""

from collections.abc import Iterator

from .records import Change, State

Place = tuple[int | None, int | None]  # tier, base tier
OUT_OF_SCOPE: Place = (None, None)


def list_changes(account_id: str, month: int, before: State | None, now: State | None) -> list[Change]:
    """Every row starts where the former ended."""
    place = published(before)
    changes = []
    for kind, next_place in steps(before, now):
        changes.append(
            Change(
                account_id=account_id,
                month=month,
                sequence=len(changes),
                kind=kind,
                from_tier=place[0],
                to_tier=next_place[0],
                from_base_tier=place[1],
                to_base_tier=next_place[1],
            )
        )
        place = next_place
    return changes


def published(state: State | None) -> Place:
    """Tier and base tier as the customer has them."""
    return OUT_OF_SCOPE if state is None else (state.tier, state.base_tier)


def steps(before: State | None, now: State | None) -> Iterator[tuple[str, Place]]:
    """The kinds of change with the place that each leads to."""
    if now is None:
        yield "exit", OUT_OF_SCOPE
    elif now.override_start is None:
        yield from steps_without_override(before, now)
    else:
        yield from steps_under_override(before, now)


def steps_without_override(before: State | None, now: State) -> Iterator[tuple[str, Place]]:
    """An override that ended hands over to last month's silent state; this month's moves follow."""
    base = now.base_tier_without_override
    does_lift_go_on = before is not None and before.lift_started_month == now.lift_started_month is not None
    if before is not None and before.override_start is not None:
        yield "override_ended", (before.tier_without_override, before.base_tier_without_override)
    if before is not None and before.is_raised and not does_lift_go_on:
        yield "lift_ended", (before.base_tier_without_override, before.base_tier_without_override)
    kind = base_change(before, now)
    if kind is not None:
        yield kind, (now.tier_without_override if does_lift_go_on else base, base)
    if now.is_raised and not does_lift_go_on:
        yield "lift_started", (now.tier_without_override, base)


def steps_under_override(before: State | None, now: State) -> Iterator[tuple[str, Place]]:
    """Only an entry and the start of the override become rows."""
    was_overridden = before is not None and before.override_start is not None
    if before is None:
        yield "initial", (now.base_tier_without_override, now.base_tier_without_override)
    if not was_overridden or (before.override_start, before.tier) != (now.override_start, now.tier):
        yield "override_started", published(now)


def base_change(before: State | None, now: State) -> str | None:
    """What happened to the base without override; a placing where it stood already is no change."""
    if before is None:
        return "initial"
    difference = now.base_tier_without_override - before.base_tier_without_override
    if difference == 0:
        return None
    if now.base_move == "placement":
        return "placement"
    return "promotion" if difference > 0 else "demotion"
