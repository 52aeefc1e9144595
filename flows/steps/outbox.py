"""The rows of the outbox that are published with a month."""

from __future__ import annotations

from functools import partial

import polars as pl

from flows.checks.judgement import Judgement
from flows.compute_month import Computed
from flows.inputs.snapshot import Snapshot
from flows.notify.read import changes_of
from flows.request.context import RunContext
from flows.transactions import read_in_transaction
from transforms.contracts import PUBLISHED, SOURCES
from transforms.engagement.team import UNASSIGNED
from transforms.knowledge import as_of
from transforms.notifications.events import events_of
from transforms.notifications.hold import reason_to_hold
from transforms.notifications.outbox import Outbox, notifications_of

_SHIFTS = frozenset({"fleet_shift", "exit_share"})
"""The checks of changes that concern many accounts at once."""


def outbox_frames(context: RunContext, computed: Computed) -> dict[str, pl.DataFrame]:
    """Make the rows of ``notifications`` of a month; nothing where the run does not notify.

    Args:
        context: The month of the run.
        computed: The computed month.
    """
    channels = context.project.settings.channels
    if not (context.options.is_notifying and channels):
        return {}
    tiers, before, rules = computed.frames["account_tiers"], computed.before, context.policy.notifications
    held_because = _shift(computed.judgement) or reason_to_hold(before.tiers, before.superseded, tiers, rules)
    routes = [channel.route(name) for name, channel in channels.items()]
    events = events_of(
        computed.frames["tier_changes"],
        _former_changes(context),
        before.superseded,
        tiers,
        _regions(computed.snapshot, is_asked=any(route.regions for route in routes)),
        _addresses(computed.snapshot),
    )
    outbox = Outbox(context.month, context.revision, rules, held_because)
    return {"notifications": notifications_of(outbox, events, routes)}


def _former_changes(context: RunContext) -> pl.DataFrame:
    """Return the published tier_changes of the month."""
    if context.revision == 1:
        return PUBLISHED["tier_changes"].empty()
    found = read_in_transaction(context.project, partial(changes_of, month=context.month))
    return PUBLISHED["tier_changes"].empty() if found is None else found


def _shift(judgement: Judgement) -> str | None:
    """Return the message of a failed check of many accounts at once, waived or not; None where there is none."""
    broken = [found.message for found in judgement.findings if found.check in _SHIFTS and not found.is_passed]
    return broken[0] if broken else None


def _regions(snapshot: Snapshot, *, is_asked: bool) -> pl.LazyFrame:
    """Return the regions of accounts, including those that left; they are read only if a route needs them."""
    if not is_asked:
        return pl.LazyFrame(schema={"account_id": pl.String, "region": pl.String})
    return snapshot.accounts.select("account_id", "region")


def _addresses(snapshot: Snapshot) -> pl.LazyFrame:
    """Return the address of each owner of the team as of the month."""
    team = snapshot.table("team")
    if team is None:
        return pl.LazyFrame(schema={"owner": pl.String, "address": pl.String})
    present = as_of(team, SOURCES["team"], snapshot.month).filter(pl.col("owner") != UNASSIGNED)
    return present.select("owner", pl.col("email").alias("address")).unique("owner", keep="first", maintain_order=True)
