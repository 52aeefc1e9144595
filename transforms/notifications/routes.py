"""Routes: which events a channel announces, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from transforms.policy.notifications import Notifications

_ADDRESS = r"^[^@\s,;:<>\"()\[\]\\]+@[^@\s,;:<>\"()\[\]\\]+$"
"""One plain address: text that could be read as two addresses, or as a name with an address, does not match."""


@dataclass(frozen=True, slots=True)
class Route:
    """Which events one channel announces, and to whom.

    Attributes:
        channel: The channel's name.
        messages: The kinds of messages that it receives: digest, alert, summary.
        is_addressed: Whether each message goes to an address of its own.
        to: For addressed channels: the addresses, at least one, for events without an owner or whose owner has no
            address.
        owners: Only changes of accounts of these owners; empty means all.
        regions: Only of accounts in these regions; empty means all, also accounts without a region.
        tiers: Only from or to these tiers; empty means all.
        kinds: Only changes of these kinds; empty means what the policy calls news.
    """

    channel: str
    messages: tuple[str, ...] = ("digest", "alert", "summary")
    is_addressed: bool = False
    to: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def recipients(self) -> list[str | None]:
        """Return the recipients of events without an owner; None is the single receiver of the channel."""
        return list(dict.fromkeys(self.to)) if self.is_addressed else [None]


def routed(events: pl.DataFrame, route: Route, rules: Notifications) -> pl.DataFrame:
    """Choose the events that a channel announces, in which kind of message, and to whom.

    Args:
        events: The output of :func:`transforms.notifications.events.events_of`.
        route: The channel.
        rules: The policy's section.

    Returns:
        One row per event and recipient: the columns of the events, message (alert for corrections and the policy's
        kinds of alerts if the channel has alerts, else digest), audience (owner, or team for an alert without an
        address) and recipient.
    """
    kinds = list(route.kinds or rules.news)
    chosen = events.filter(
        pl.col("kind").is_null() | pl.col("kind").is_in(kinds),
        *_only(route.owners, "owner"),
        *_only(route.regions, "region"),
        *_only_tiers(route.tiers),
    )
    is_alert = pl.col("is_correction") | pl.col("kind").is_in(list(rules.alerts))
    otherwise = pl.lit("digest" if "digest" in route.messages else None, pl.String)
    kind_of_message = pl.when(is_alert & pl.lit("alert" in route.messages)).then(pl.lit("alert")).otherwise(otherwise)
    is_to_owner = (pl.col("message") == "digest") | pl.lit(route.is_addressed)
    return (
        chosen.with_columns(kind_of_message.alias("message"))
        .drop_nulls("message")
        .with_columns(
            pl.when(is_to_owner).then(pl.lit("owner")).otherwise(pl.lit("team")).alias("audience"),
            _recipients(route).alias("recipient"),
        )
        .explode("recipient")
    )


def _only(wanted: Sequence[str], column: str) -> list[pl.Expr]:
    return [pl.col(column).is_in(list(wanted))] if wanted else []


def _only_tiers(wanted: Sequence[str]) -> list[pl.Expr]:
    if not wanted:
        return []
    sides = [pl.col(name).is_in(list(wanted)).fill_null(value=False) for name in ("from_tier", "to_tier")]
    return [pl.any_horizontal(sides)]


def _recipients(route: Route) -> pl.Expr:
    fallback = pl.lit(route.recipients(), pl.List(pl.String))
    if not route.is_addressed:
        return fallback
    has_address = pl.col("address").str.contains(_ADDRESS).fill_null(value=False)
    return pl.when(has_address).then(pl.concat_list("address")).otherwise(fallback)
