"""Quarantine: the rows of a month that no result may depend on, by source, as they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from expectations.bad_rows import AS_READ, quarantined_rows, refuse_lost_rows
from expectations.business.quarantined import QuarantineCounts
from flows.checks.judgement import Memory, Quarantined
from flows.inputs.fingerprints import fingerprint_of
from flows.inputs.opened import Opened
from flows.settings import Project
from sql.sources.errors import errors_sentence
from sql.sources.original_rows import rows_as_read
from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from transforms.keys import repeats_sentence
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many rows of a source are refused, and how many are accepted."""

    refused: int
    accepted: int


def quarantine_of(
    opened: Opened, project: Project, month: Month, *, is_first: bool, memory: Memory | None = None
) -> dict[str, Quarantined]:
    """Return what a month quarantines of each source.

    The first month of all takes in the rows of the months before it, which no run of their own will ever read.

    Args:
        opened: The sources.
        project: The project.
        month: The month.
        is_first: Whether no month before it is published.
        memory: What this process found of tables before, added to; None to look at all of them.

    Raises:
        RetierError: If a file can no longer be read, or a row was lost between reading and accepting.
    """
    known = (memory or Memory()).quarantine
    versions = {name: _version(opened, name, project) for name in opened.tables}
    found = {name: known[version] for name, version in versions.items() if version in known}
    months = {
        name: source.months_up_to(month) if is_first else [month]
        for name, source in opened.sources.items()
        if name not in found
    }
    counts = _count({name: opened.sources[name] for name in months}, months)
    for name, counted in counts.items():
        source, spec = opened.sources[name], project.settings.sources[name]
        found[name] = _held(source, spec, opened.place, months[name], counted)
        if name in versions:
            known[versions[name]] = found[name]
    return {name: found[name] for name in opened.sources}


def reasons_to_quarantine(source: Source, spec: SourceSpec, months: Sequence[Month], refused_rows: int) -> str:
    """Return what is wrong with the rows of some months that are quarantined; empty where there are none.

    Args:
        source: The source.
        spec: How it was expected to be written.
        months: The months.
        refused_rows: How many rows are refused in them.
    """
    held = _repeated_rows(source, months)
    sentences = [errors_sentence(source.refused(*months), source.table, spec)] if refused_rows else []
    if held.height:
        sentences.append(repeats_sentence(held, source.table, source.configured))
    return "; ".join(sentences)


def _version(opened: Opened, name: str, project: Project) -> str:
    """Fingerprint all that the quarantine of a table depends on, which is the same in every month."""
    spec = project.settings.sources[name].definition()
    # The rows are read where they were staged.
    place = (str(opened.place.project), str(opened.place.staging))
    return fingerprint_of(*place, name, opened.sources[name].version(), spec)


def _count(sources: Mapping[str, Source], months: Mapping[str, Sequence[Month]]) -> dict[str, _Counts]:
    """Count refused and accepted rows of all sources in one go, without reading more of them than that needs."""
    refused = [source.refused(*months[name]).select(pl.len()) for name, source in sources.items()]
    accepted = [pl.concat([source.accepted(one) for one in months[name]]).sum() for name, source in sources.items()]
    counts = [frame.item() for frame in pl.collect_all([*refused, *accepted], engine="streaming")]
    return {
        name: _Counts(refused=counts[number], accepted=counts[len(refused) + number])
        for number, name in enumerate(sources)
    }


def _held(source: Source, spec: SourceSpec, place: Place, months: Sequence[Month], counted: _Counts) -> Quarantined:
    for_key = _repeated_rows(source, months)
    as_read = pl.DataFrame(schema=AS_READ) if for_key.is_empty() else rows_as_read(for_key, source.table, spec, place)
    rows = quarantined_rows(source.refused(*months), as_read, source.table.name)
    read, held = source.rows_read(*months), counted.refused + as_read.height
    refuse_lost_rows(source.table.name, read, counted.accepted, held)
    return Quarantined(rows, QuarantineCounts(read, held, reasons_to_quarantine(source, spec, months, counted.refused)))


def _repeated_rows(source: Source, months: Sequence[Month]) -> pl.DataFrame:
    return pl.concat([source.held(month) for month in months], how="diagonal")
