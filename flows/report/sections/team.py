"""Hours of the team against the hours that the month needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from flows.report.blocks import Figure, Section, Table
from flows.report.charts.bars import Bar, height_of, horizontal_bars
from flows.report.numbers import count, hours, share
from flows.report.reading.facts import Facts
from flows.report.sections.naming import pool
from transforms.engagement.team import POOLS, UNASSIGNED
from transforms.plurals import pluralize

SHOWN_OWNERS = 20

_BARS = (("available", "var(--tier-low)"), ("assigned", "var(--tier-high)"), (UNASSIGNED, "var(--down)"))

Row = Mapping[str, Any]


def team(facts: Facts) -> Section:
    """Show hours needed against hours available, by pool and by owner."""
    load = facts.load
    pools = _pools(load)
    return Section(
        name="team",
        title="Team load",
        lead="Hours a month that the plans of all accounts need, against the hours that people have. Accounts that "
        "nobody has room for are unassigned until hours are found. retier capacity shows what one more head would "
        "change.",
        figures=[_figure(pools)] if pools else [],
        tables=[_owners(facts)] if pools else [],
        note="" if pools else "The team's hours are not known: the source team is not mapped in retier.yaml.",
    )


def _pools(load: pl.DataFrame) -> list[Row]:
    is_left = pl.col("owner") == UNASSIGNED
    accounts = pl.sum_horizontal("high_touch_accounts", "mid_touch_accounts", "low_touch_accounts")
    found = load.group_by("pool", maintain_order=True).agg(
        pl.col("available_hours").filter(~is_left).sum().alias("available"),
        pl.col("required_hours").filter(~is_left).sum().alias("assigned"),
        pl.col("required_hours").filter(is_left).sum().alias("unassigned"),
        accounts.filter(is_left).sum().alias("unassigned_accounts"),
        (~is_left & (pl.col("available_hours") > 0)).sum().alias("people"),
    )
    rows = {row["pool"]: row for row in found.iter_rows(named=True)}
    return [rows[pool] for pool in POOLS if pool in rows]


def _figure(pools: Sequence[Row]) -> Figure:
    bars = [
        Bar(pool(row["pool"]), name, row[name], f"{count(row[name])} h {name}", colour)
        for row in pools
        for name, colour in _BARS
        if row[name] or name != UNASSIGNED
    ]
    return Figure(
        name="team",
        title="Hours a month by pool",
        says=" ".join(_said(row) for row in pools),
        spec=horizontal_bars(bars),
        table=Table(
            "Hours a month by pool",
            ["pool", "people", "available", "assigned", "unassigned", "unassigned accounts"],
            [
                [
                    pool(row["pool"]),
                    count(row["people"]),
                    *(hours(row[name]) for name, _ in _BARS),
                    count(row["unassigned_accounts"]),
                ]
                for row in pools
            ],
        ),
        height=height_of(bars),
    )


def _said(row: Row) -> str:
    people = pluralize(row["people"], "person", "people")
    sentence = f"The pool {pool(row['pool'])} has {people} and {pluralize(round(row['available']), 'hour')}"
    if row["available"]:
        sentence += f", {share(row['assigned'], row['available'])} of them taken"
    if row["unassigned"]:
        left = pluralize(row["unassigned_accounts"], "account")
        sentence += f"; {pluralize(round(row['unassigned']), 'hour')} more for {left} are unassigned"
    return f"{sentence}."


def _owners(facts: Facts) -> Table:
    people = facts.load.filter(pl.col("owner") != UNASSIGNED)
    available, required = pl.col("available_hours"), pl.col("required_hours")
    # An owner who is away and still has accounts comes first.
    load = pl.when(available > 0).then(required / available).when(required > 0).then(float("inf")).otherwise(-1.0)
    loaded = people.sort(load, required, "owner", "pool", descending=[True, True, False, False])
    left_out = loaded.height - SHOWN_OWNERS
    return Table(
        "Owners, the fullest first",
        ["owner", "pool", "high touch", "mid touch", "low touch", "hours available", "hours needed", "load"],
        [
            [
                row["owner"],
                pool(row["pool"]),
                *(count(row[f"{rank}_touch_accounts"]) for rank in ("high", "mid", "low")),
                hours(row["available_hours"]),
                hours(row["required_hours"]),
                share(row["required_hours"], row["available_hours"]) if row["available_hours"] else "away",
            ]
            for row in loaded.head(SHOWN_OWNERS).iter_rows(named=True)
        ],
        words=2,
        left_out=f"{pluralize(left_out, 'owner')} with less load not shown. All of them:" if left_out > 0 else "",
        command=f"retier capacity --month {facts.origin.month}" if left_out > 0 else "",
    )
