"""The results ledger: what facts and stages come to in sample months, by fingerprints that last.

`ledger.json` holds, by definition, the version and the fingerprint of its results. A test compares them with what the
code of today comes to, so that nobody changes a result without raising a version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from flows.demo_project import make_demo_project
from flows.inputs.usage_days import days_of
from flows.progress import Silent
from flows.run_month import run_month
from flows.session import Session
from flows.settings import load_project
from flows.transactions import read_in_transaction
from sql.row_digest import RowDigest
from sql.state import last_run_by_month, published_result
from tests.flows.options import options_of
from transforms.accounts import account_map
from transforms.contracts import PUBLISHED, SOURCES
from transforms.knowledge import as_known, as_of
from transforms.month import Month
from transforms.sample import sample_tables
from transforms.versions import FACTS, FACTS_OF_CHECKS, SHARED, STAGES, newest

LEDGER = Path(__file__).with_name("ledger.json")
SAMPLE = "sample"
"""The entry of what goes in, the policy included: where it is another one, all results may be."""

_ACCOUNTS = 60
_MONTHS = Month.range(Month.parse("2024-11"), Month.parse("2025-06"))
_KEY = ("month", "account_id")
_DIGITS = 9
"""Digits that count: the last ones of a number may depend on the machine."""

_FEATURES = {
    "billing": (
        "arr", "is_in_grace", "arr_1_month_ago", "arr_2_months_ago", "new_product_arr", "tenure_start_date",
        "tenure_months", "seats", "renewal_date", "has_renewal_freeze", "products_owned",
    ),
    "health": (
        "usage_trend_ratio", "licence_utilisation_share", "usage_recency_days", "feature_breadth_share",
        "tickets_per_100_seats", "csat_mean", "days_late_mean", "has_open_escalation", "events_variation",
    ),
    "growth": (
        "usage_growth_ratio", "user_growth_ratio", "revenue_expansion_ratio", "seat_saturation_share",
        "features_adopted", "whitespace_share",
    ),
    "strategic": (
        "has_reference_grant", "has_co_development_grant", "brand_rank", "nps", "has_grant", "grant_floor_tier",
    ),
    "complexity": (
        "integrations", "tickets_per_month", "escalations", "customer_hours_per_month", "regions", "support_hours",
        "csm_hours", "support_cost",
    ),
}  # fmt: skip
_OF_TABLES = {
    "economics": ("account_scores", ("cost_to_serve", "gross_profit", "margin", "cost_to_serve_ratio")),
    "lifecycle": ("account_scores", ("lifecycle_stage",)),
    "drivers": ("tier_changes", ("change_id", "drivers")),
    "owners": ("engagement_plan", ("owner", "technical_owner", "previous_owner", "is_handed_over")),
}
_WHOLE = {
    "scores": "account_scores",
    "tiers": "account_tiers",
    "risks": "account_risks",
    "changes": "tier_changes",
    "segments": "account_segments",
    "plan": "engagement_plan",
    "actions": "engagement_actions",
    "load": "team_load",
}
_OF_THE_RUN = ("run_id", "revision")
_OF_OWNERS = ("is_interim_owner", "owner_before_lift")
"""Columns of account_tiers that the assignment of owners makes."""

_OF_LATER_STAGES = {
    "account_tiers": {"owner", *_OF_OWNERS},
    "account_risks": {"owner", "next_action", "next_action_due_date"},
    "tier_changes": {"owner"},
}
"""Columns that stand in a table for its readers, and come from definitions after the table's own."""


@dataclass(frozen=True)
class Entry:
    """A definition in the ledger."""

    version: int
    fingerprint: str


def read_ledger() -> dict[str, Entry]:
    """Read the committed ledger."""
    return {name: Entry(**entry) for name, entry in json.loads(LEDGER.read_text(encoding="utf-8")).items()}


def write_ledger(entries: Mapping[str, Entry]) -> None:
    """Write the ledger, a definition per line."""
    lines = (f'  "{name}": {json.dumps(vars(entry))}' for name, entry in entries.items())
    LEDGER.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def versions() -> dict[str, int]:
    """Return the versions of the code, the sample first, then in an order in which each rests on earlier ones."""
    every = SHARED | FACTS | FACTS_OF_CHECKS | STAGES
    return {SAMPLE: 1} | {name: newest(lines) for name, lines in every.items()}


def rests_on(name: str) -> list[str]:
    """List the definitions by which the results of one may move as well, itself included."""
    stages = list(STAGES)
    if name in STAGES:
        return [SAMPLE, *SHARED, *FACTS, *stages[: stages.index(name) + 1]]
    of_usage = ["usage"] if name.startswith("usage_") else []
    return [SAMPLE] if name == SAMPLE else [SAMPLE, *SHARED, *of_usage, name]


def unexplained(ledger: Mapping[str, Entry], now: Mapping[str, Entry]) -> list[str]:
    """List the definitions whose results moved although nothing that they rest on was raised."""
    raised = {name for name, entry in now.items() if name not in ledger or ledger[name].version != entry.version}
    if SAMPLE in ledger and ledger[SAMPLE] != now[SAMPLE]:
        raised.add(SAMPLE)
    return [
        name
        for name, entry in now.items()
        if name in ledger and ledger[name].fingerprint != entry.fingerprint and not raised & set(rests_on(name))
    ]


def results_of_today(folder: Path) -> dict[str, Entry]:
    """Run the sample months in a folder, and fingerprint what each definition comes to."""
    make_demo_project(folder, Silent(), _ACCOUNTS)
    project = load_project(folder, {})
    session = Session(project)
    for month in _MONTHS:
        run_month(project, options_of(month, known_until=_MONTHS[-1].end_time), Silent(), session)
    digests: dict[str, RowDigest] = {name: RowDigest() for name in versions()}
    for name, frame in (*_inputs(session), *_facts(folder, session), *_published(session)):
        digests[name].add(_comparable(frame))
    return {name: Entry(version, digests[name].text) for name, version in versions().items()}


def _inputs(session: Session) -> Iterator[tuple[str, pl.DataFrame]]:
    tables = sample_tables(_ACCOUNTS)
    yield from ((SAMPLE, frame.select(pl.lit(name).alias("source"), pl.all())) for name, frame in tables.items())
    runs = read_in_transaction(session.project, last_run_by_month)
    assert runs is not None
    yield SAMPLE, runs.select("month", "policy_fingerprint", "rows_read")
    accounts, month = tables["accounts"].lazy(), _MONTHS[-1]
    seen = as_of(accounts, SOURCES["accounts"], month)
    yield "knowledge", seen.collect()
    usage = session.open(_MONTHS).events["usage"].rows(_MONTHS[0])
    configured = frozenset({"usage.known_at", "usage.is_deleted"})
    yield "knowledge", as_known(usage, SOURCES["usage"], _MONTHS[0].end_time, configured).collect()
    yield "accounts", account_map(seen, tables["account_merges"].lazy(), Month.parse("2026-10"), "ultimate_parent")


def _facts(folder: Path, session: Session) -> Iterator[tuple[str, pl.DataFrame]]:
    for kind in FACTS:
        for path in sorted((folder / "facts" / kind).glob("*.parquet")):
            yield kind, pl.read_parquet(path).with_columns(pl.lit(path.name[:7]).alias("of_month"))
    opened = session.open(_MONTHS)
    for month in _MONTHS:
        yield "usage_days", days_of(opened, session.store, month).lazy().collect()


def _published(session: Session) -> Iterator[tuple[str, pl.DataFrame]]:
    for month in _MONTHS:
        found = read_in_transaction(session.project, partial(published_result, month=month))
        assert found is not None
        features = found["account_features"]
        of_pillars = {column for columns in _FEATURES.values() for column in columns}
        for name, columns in _FEATURES.items():
            yield name, features.select(*_KEY, *columns)
        yield "metrics", features.drop(of_pillars)
        yield "scores", _unfolded(found["score_contributions_wide"])
        for name, (table, columns) in _OF_TABLES.items():
            yield name, found[table].select(*_KEY, *columns)
        yield "owners", found["account_tiers"].select(*_KEY, *_OF_OWNERS)
        for name, table in _WHOLE.items():
            yield name, found[table].drop(_left_out(table))


def _left_out(table: str) -> set[str]:
    """Columns of a table that say nothing of a result, or belong to another definition."""
    of_others = {column for other, columns in _OF_TABLES.values() for column in columns if other == table}
    said = {field.name for field in PUBLISHED[table].fields if field.column.is_prose or field.name in _OF_THE_RUN}
    return (of_others | said | _OF_LATER_STAGES.get(table, set())) - {"change_id"}


def _unfolded(wide: pl.DataFrame) -> pl.DataFrame:
    """Lists of components as rows: what can be digested has no lists."""
    lists = [name for name, dtype in wide.schema.items() if isinstance(dtype, pl.List)]
    places = pl.int_ranges(pl.col(lists[0]).list.len()).alias("place")
    return wide.drop("policy_version").with_columns(places).explode("place", *lists)


def _comparable(frame: pl.DataFrame) -> pl.DataFrame:
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return frame.with_columns(pl.col(floats).round_sig_figs(_DIGITS))
