"""The columns that cannot be replayed: systems overwrite them in place, without keeping former values."""

from __future__ import annotations

from collections.abc import Collection

from transforms.contracts import SOURCES

_OVERWRITTEN = {
    "accounts": frozenset(SOURCES["accounts"].columns)
    - {"account_id", "created_date", "nps", "nps_date", "valid_from", "valid_to", "known_at", "is_deleted"},
    "subscriptions": frozenset({"end_date", "renewal_date"}),
    "tickets": frozenset({"priority", "is_escalated", "is_reopened"}),
    "products": frozenset({"list_price", "is_per_seat", "eligible_plans"}),
    "strategic_grants": frozenset({"end_date"}),
    "overrides": frozenset({"end_date"}),
}
"""Columns that keep only their newest value in the usual systems.

A value that an event sets is left out where the date of the event is known: it is read as null before that date.
"""


def not_replayable(source: str, mapped: Collection[str]) -> tuple[str, ...]:
    """List the mapped columns of a source of which past months see today's value.

    Args:
        source: The source.
        mapped: Its mapped columns.

    Returns:
        The columns in the order of the contract; none where ``known_at`` or ``valid_from`` is mapped.
    """
    if {"known_at", "valid_from"} & set(mapped):
        return ()
    overwritten = _OVERWRITTEN.get(source, frozenset())
    return tuple(name for name in SOURCES[source].columns if name in overwritten and name in mapped)
