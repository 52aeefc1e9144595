"""Checks each source by itself: whether it can be read, what it has, and what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from flows.checks.quarantine import reasons_to_quarantine
from flows.preflight.kits import kit_report
from flows.preflight.replay import not_replayable
from flows.preflight.report import Problem, SourceReport
from flows.preflight.sample import sample_of
from flows.settings import Project
from sql.sources.origins import Place
from sql.sources.replaced import translate_replaced
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES, Table
from transforms.errors import DataQualityError, RetierError
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy import Policy


@dataclass
class Looked:
    """The findings about a source.

    Attributes:
        report: The report about it.
        configured: It and its mapped columns, as ``source`` and ``source.column``; empty where it cannot be read.
        rows: The rows that were read; None where it cannot be read.
        months: Of a source of events, the rows that were read by month, up to the month to check.
        is_cut_off: Whether only the beginning of a file was read, so that the last rows are not known.
    """

    report: SourceReport
    configured: frozenset[str] = frozenset()
    rows: pl.LazyFrame | None = None
    months: Mapping[Month, pl.LazyFrame] = field(default_factory=dict)
    is_cut_off: bool = False

    @property
    def is_unreadable(self) -> bool:
        """Whether the project maps the source, but it cannot be read."""
        return self.report.is_configured and not self.configured


def look_at(name: str, project: Project, month: Month, policy: Policy | None, scratch: Path) -> Looked:
    """Look at one source of a project.

    Args:
        name: The source.
        project: The project.
        month: The month; sources of events are read in it, or in their newest month before.
        policy: The policy in force in it, which says when a source is stale.
        scratch: A folder for what is read; nothing is written elsewhere.
    """
    table = SOURCES[name]
    spec = project.settings.sources.get(name)
    if spec is None:
        return Looked(SourceReport(name, table.is_required, is_configured=False))
    looked = Looked(SourceReport(name, table.is_required, is_configured=True))
    place = Place(project.directory, scratch, is_lasting=False)
    if table.event_time is None:
        _read_whole(looked, table, spec, place, month, policy)
    else:
        _read_sample(looked, table, spec, place, month, policy)
    return looked


def _read_whole(
    looked: Looked, table: Table, spec: SourceSpec, place: Place, month: Month, policy: Policy | None
) -> None:
    source = Source(table, spec, place)
    try:
        with translate_replaced(lambda: [source]):
            _note(looked, table, source.configured, source.rows_read())
            looked.rows = source.rows(month)
            _report_kits(looked, source, spec, place, month)
            _report_quarantined(looked, source, spec, month, policy, str)
    except RetierError as error:
        _fail(looked, _translate_error(error, place.staging), error.exit_code)


def _read_sample(
    looked: Looked, table: Table, spec: SourceSpec, place: Place, month: Month, policy: Policy | None
) -> None:
    message: Callable[[str], str] = str
    try:
        sample = sample_of(table.name, spec, place.project, place.staging)
        message = sample.translate
        source = Source(table, sample.spec, place)
        with translate_replaced(lambda: [source]):
            months = [one for one in source.months([month]) if one <= month]
            newest = max(months, default=month)
            looked.rows = source.rows(newest)
            looked.months, looked.is_cut_off = {one: source.rows(one) for one in months}, bool(sample.names)
            _note(looked, table, source.configured, sum(source.rows_read(one) for one in months))
            _report_kits(looked, source, spec, place, month)
            _report_quarantined(looked, source, spec, newest, policy, message)
            if policy is not None:
                _warn_if_stale(looked, table, month, getattr(policy.freshness, f"{table.name}_days"))
    except RetierError as error:
        _fail(looked, message(_translate_error(error, place.staging)), error.exit_code)


def _translate_error(error: RetierError, scratch: Path) -> str:
    """Add where a check keeps its own files if one of them cannot be written."""
    is_own = str(error).startswith(f"{scratch}{os.sep}")
    return f"{error}; a check keeps its files where TMPDIR says" if is_own else str(error)


def _report_quarantined(
    looked: Looked,
    source: Source,
    spec: SourceSpec,
    month: Month,
    policy: Policy | None,
    named: Callable[[str], str],
) -> None:
    """Report rows that a run would quarantine: a problem if they are too many for the policy, else a warning."""
    refused, accepted = (
        int(counted.item())
        for counted in pl.collect_all([source.refused(month).select(pl.len()), source.rows(month).select(pl.len())])
    )
    why = named(reasons_to_quarantine(source, spec, [month], refused))
    if not why:
        return
    name, read = source.table.name, source.rows_read(month)
    held = read - accepted
    finding = f"{name}: {held:,} of {pluralize(read, 'row')} would be quarantined: {why}"
    if policy is not None and held > policy.quality.maximum_quarantined_share * read:
        _fail(looked, finding, DataQualityError.exit_code)
    else:
        warn(looked, finding)


def _report_kits(looked: Looked, source: Source, spec: SourceSpec, place: Place, month: Month) -> None:
    kits = tuple(kit_report(use, source, place, month) for use in spec.kits)
    looked.report = replace(looked.report, kits=kits)
    for kit in kits:
        if kit.left_out and not kit.rows:
            reasons = "; ".join(items.message for items in kit.left_out)
            warn(looked, f"{source.table.name}: the kit for {kit.vendor} makes no row and leaves all out: {reasons}")


def _note(looked: Looked, table: Table, configured: frozenset[str], rows: int) -> None:
    mapped = [name for name in table.columns if f"{table.name}.{name}" in configured]
    looked.configured = configured
    looked.report = replace(
        looked.report,
        columns=tuple(mapped),
        not_mapped=tuple(name for name in table.columns if name not in mapped),
        not_replayable=not_replayable(table.name, mapped),
        rows_sampled=rows,
    )


def _warn_if_stale(looked: Looked, table: Table, month: Month, limit_days: int) -> None:
    assert looked.rows is not None
    assert table.event_time is not None
    days = looked.rows.select(pl.col(table.event_time).cast(pl.Date)).filter(pl.col(table.event_time) <= month.last_day)
    newest = days.max().collect(engine="streaming").item()
    age = None if newest is None else (month.last_day - newest).days
    if age is None or age > limit_days:
        found = (
            "no row up to then"
            if newest is None
            else f"the newest row of {newest}, {pluralize(age or 0, 'day')} before"
        )
        warn(
            looked,
            f"{table.name} would count as stale at the end of {month}: got {found}, expected one within "
            f"{pluralize(limit_days, 'day')}; check that the feed still arrives",
        )


def warn(looked: Looked, message: str) -> None:
    """Add a warning to the report about a source."""
    _add(looked, Problem("warn", 0, message))


def _fail(looked: Looked, message: str, exit_code: int) -> None:
    _add(looked, Problem("fail", exit_code, message))


def _add(looked: Looked, problem: Problem) -> None:
    looked.report = replace(looked.report, problems=(*looked.report.problems, problem))
