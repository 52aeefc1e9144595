"""Accounts by segment: how they buy, what they are worth, what they need, what kind of company they are."""

from __future__ import annotations

import polars as pl

from flows.escaping import escape_controls
from flows.report.blocks import Figure, Section, Table
from flows.report.charts.bars import Bar, height_of, horizontal_bars
from flows.report.numbers import NOT_KNOWN, count, money, points
from flows.report.reading.facts import Facts
from flows.report.reading.segments import SHOWN_VALUES
from transforms.plurals import pluralize

_TITLES = {
    "rfm_segment": "By recency, frequency and revenue (RFM)",
    "value_band": "By value band",
    "primary_need": "By primary need",
}
_TRAITS = "Traits: industry, size, region, plan and stage, the most frequent first"


def segments(facts: Facts) -> Section:
    """Show how accounts divide into segments."""
    found = facts.segments
    has_any = any(not frame.is_empty() for frame in found.values())
    return Section(
        name="segments",
        title="Segments",
        lead="Segments do not decide the tier; they help to choose whom to talk to about what. Each bar shows its "
        "accounts and their ARR.",
        figures=[
            _figure(column, title, found[column], facts.origin.currency)
            for column, title in _TITLES.items()
            if not found[column].is_empty()
        ],
        tables=[_table(_TRAITS, "trait", found["trait"], facts)] if has_any else [],
        note="" if has_any else "No segments are published for this month.",
    )


def _figure(column: str, title: str, found: pl.DataFrame, currency: str) -> Figure:
    if column == "value_band":
        # Bands have their own order, which follows from ARR per account.
        found = found.sort(pl.col("arr") / pl.col("accounts"), "segment", descending=[True, False], nulls_last=True)
    rows = list(found.iter_rows(named=True))
    bars = [
        Bar(
            escape_controls(_named(row["segment"])),
            "",
            row["accounts"],
            f"{count(row['accounts'])} · {money(row['arr'])}",
            "var(--tier-mid)",
        )
        for row in rows
    ]
    most = max(rows, key=lambda row: row["accounts"])
    richest = max(rows, key=lambda row: row["arr"] or 0.0)
    return Figure(
        name=f"segments-{column.replace('_', '-')}",
        title=f"{title}: accounts and ARR in {currency}",
        says=f"Most accounts are {_named(most['segment'])}: {count(most['accounts'])}. Most ARR is with "
        f"{_named(richest['segment'])}: {money(richest['arr'], currency)}." + _more(found),
        spec=horizontal_bars(bars),
        table=_rows(title, column, found),
        height=height_of(bars),
        width="third",
    )


def _table(title: str, column: str, found: pl.DataFrame, facts: Facts) -> Table:
    table = _rows(title, column, found)
    left_out = 0 if found.is_empty() else found["segments"][0] - found.height
    if left_out <= 0:
        return table
    return Table(
        table.caption,
        table.columns,
        table.rows,
        left_out=f"The {SHOWN_VALUES} most frequent of {count(found['segments'][0])} are shown. All of them:",
        command=f"select {column}, count(*) from account_segments "
        f"where month = '{facts.origin.month.first_day}' group by {column} order by 2 desc",
    )


def _rows(title: str, column: str, found: pl.DataFrame) -> Table:
    return Table(
        title,
        [column.replace("_", " ").replace("rfm", "RFM"), "accounts", "ARR", "mean health"],
        [
            [_named(row["segment"]), count(row["accounts"]), money(row["arr"]), points(row["health_mean"])]
            for row in found.iter_rows(named=True)
        ],
    )


def _more(found: pl.DataFrame) -> str:
    left_out = found["segments"][0] - found.height
    return f" {pluralize(left_out, 'smaller segment')} not shown." if left_out > 0 else ""


def _named(segment: str | None) -> str:
    return NOT_KNOWN if segment is None else segment.replace("_", " ").replace("|", " · ")
