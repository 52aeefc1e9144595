"""The first judgement: whether the sources of a month are fit to be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from expectations.bad_rows import as_judged
from expectations.business.days import silent_days
from expectations.business.features import silent_features
from expectations.business.freshness import freshness
from expectations.business.join_rate import KnownRows, row_join_rate
from expectations.business.measure import Measure
from expectations.business.quarantined import quarantined
from expectations.business.rows import Counts, rows
from flows.checks.judgement import Judgement, Memory
from flows.checks.quarantine import quarantine_of
from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.opened import Opened
from flows.inputs.published import Published
from flows.inputs.usage_days import days_of
from flows.session import Session
from sql.facts import FactStore
from sql.sources.source import Source
from transforms.contracts import SOURCES
from transforms.contracts.rules import UNIQUE
from transforms.ids import difference_between
from transforms.month import Month
from transforms.policy import Policy

if TYPE_CHECKING:
    from expectations.finding import Finding
    from expectations.judge import Judge


def judge_sources(
    opened: Opened,
    session: Session,
    policy: Policy,
    month: Month,
    before: Published,
) -> Judgement:
    """Judge the rows that a month reads.

    Args:
        opened: The sources.
        session: What this process has judged before; added to.
        policy: The policy in force in the month.
        month: The month.
        before: The published state that the month starts from.

    Raises:
        RetierError: If a row was lost between reading and accepting.
    """
    # Importing Great Expectations takes seconds, which only a run that judges should spend.
    from expectations.judge import Judge

    opened.hold_few_rows(month)
    judge = Judge(month)
    findings = []
    judged = _judge(judge, opened, month, session.memory)
    for name, source in opened.sources.items():
        found = judged[name]
        if all(each.is_passed for each in found if each.check == f"{name}.{UNIQUE}"):
            source.note_unique(month)
        findings += found
    is_first = before.previous_fingerprint is None
    held = quarantine_of(opened, session.project, month, is_first=is_first, memory=session.memory)
    counts = {name: one.counts for name, one in held.items()}
    fresh, silent = _arrival(opened, session.store, policy, month)
    former = _counts(opened, month, before.rows_read, policy.quality.rows.former_months)
    measures = [
        *quarantined(counts, policy.quality, month),
        *fresh,
        *rows(former, policy.quality, month),
        *row_join_rate(_known_rows(judge, opened, policy, month), policy.quality, month),
        *silent,
    ]
    findings += judge.judge_measures("business checks of sources", measures)
    return Judgement(
        findings=tuple(findings),
        results=judge.results,
        held={name: one.rows for name, one in held.items() if one.counts.rows_quarantined},
        rows_read={name: one.rows_read for name, one in counts.items()},
        rows_held={name: one.rows_quarantined for name, one in counts.items()},
        stale={source: not measure.is_passed for source, measure in zip(sorted(opened.events), fresh, strict=True)},
    )


def _judge(judge: Judge, opened: Opened, month: Month, memory: Memory) -> dict[str, list[Finding]]:
    """Judge sources by their suites; a table is judged once for all months, as long as nothing changes."""
    from expectations.judge import Judged
    from expectations.suites import source_suite

    versions = {name: _version(source, opened) for name, source in opened.sources.items()}
    known = {name: version for name, version in versions.items() if version in memory.results}
    findings = {name: judge.recall(name, memory.results[version]) for name, version in known.items()}
    unknown = [
        Judged(
            name,
            as_judged(source.usable(month), source.refused(month), source.columns),
            source_suite(source.table, opened.configured),
            _references(source, opened, month),
        )
        for name, source in opened.sources.items()
        if name not in known
    ]
    findings |= judge.judge_all(unknown)
    memory.results.update(
        {
            version: judge.results[name]
            for name, version in versions.items()
            # Whatever kept a check from running, such as a file that was gone, may be over by the next run.
            if version is not None and judge.has_run(name)
        }
    )
    return findings


def _version(source: Source, opened: Opened) -> str | None:
    """Fingerprint all that the judgement of a table depends on; None for events, whose rows are new each month."""
    if source.table.name not in opened.tables:
        return None
    tables = {source.table.name, *(theirs.partition(".")[0] for _, theirs in source.table.references)}
    versions = {name: opened.tables[name].version() for name in sorted(tables & opened.tables.keys())}
    return fingerprint_of(str(opened.place.project), source.table.name, versions, sorted(opened.configured))


def _references(source: Source, opened: Opened, month: Month) -> dict[str, pl.LazyFrame]:
    """Return the values that a source's references point to, of the sources that are mapped."""
    found = {}
    for _, theirs in source.table.references:
        table, _, column = theirs.partition(".")
        if table in opened.tables and theirs in opened.configured:
            found[theirs] = opened.tables[table].usable(month).select(column)
    return found


def _known_rows(judge: Judge, opened: Opened, policy: Policy, month: Month) -> dict[str, KnownRows]:
    """Count the rows of each source that names accounts, and those whose account is unknown, as the suites did.

    Where too few are known, ids are compared once more, to say by what they differ.
    """
    found = {}
    for name in opened.sources:
        counted = judge.strangers(name, "account_id")
        if counted is not None:
            rows, strangers, examples = counted
            is_too_few = strangers > (1 - policy.quality.join_rate.failing_share) * rows
            found[name] = KnownRows(rows, strangers, examples, _difference(opened, name, month) if is_too_few else "")
    return found


def _difference(opened: Opened, name: str, month: Month) -> str:
    ids = [opened.sources[one].usable(month).select(pl.col("account_id").unique()) for one in (name, "accounts")]
    theirs, known = (frame["account_id"] for frame in pl.collect_all(ids, engine="streaming"))
    found = difference_between(theirs.filter(~theirs.is_in(known.implode())), known)
    return "" if found is None else found.sentence(name)


def _counts(
    opened: Opened, month: Month, former_rows: Sequence[Mapping[str, int]], former_months: int
) -> dict[str, Counts]:
    """Count rows now and before: of events in the sources themselves, of tables as the runs before read them."""
    before = [month - number for number in range(former_months, 0, -1)]
    counts: dict[str, Counts] = {}
    for name, source in opened.sources.items():
        if name in opened.events:
            former = [source.rows_read(one) for one in before]
        else:
            former = [rows_of_run[name] for rows_of_run in former_rows if name in rows_of_run]
        counts[name] = (source.rows_read(month), former)
    return counts


def _arrival(opened: Opened, store: FactStore, policy: Policy, month: Month) -> tuple[list[Measure], list[Measure]]:
    """Measure whether rows still arrive: of each source of events, and of usage on each day and of each feature."""
    newest = [_newest_day(opened, source, month) for source in sorted(opened.events)]
    months = month.trailing(policy.quality.features.former_months + 1)
    features = pl.concat(
        [
            days_of(opened, store, one).select(pl.lit(one.first_day).alias("month"), "feature", "events")
            for one in months
        ]
    )
    used = days_of(opened, store, month).group_by("date").agg(pl.col("rows").sum())
    *days, by_feature, by_day = pl.collect_all([*newest, features, used], engine="streaming")
    newest_days = {source: found.item() for source, found in zip(sorted(opened.events), days, strict=True)}
    silent = [
        *silent_days(dict(by_day.iter_rows()), policy.quality, month),
        *silent_features(by_feature, policy.quality, month),
    ]
    return freshness(newest_days, policy, month), silent


def _newest_day(opened: Opened, source: str, month: Month) -> pl.LazyFrame:
    """Return the day of the newest row of a source of events up to month end; null without any."""
    event_time = SOURCES[source].event_time
    assert event_time is not None, f"{source} is a source of events"
    newest = max((one for one in opened.months[source] if one <= month), default=None)
    rows = SOURCES[source].empty().lazy() if newest is None else opened.events[source].usable(newest)
    return rows.select(pl.col(event_time).cast(pl.Date).max())
