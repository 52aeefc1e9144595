"""The rows of a month that are held back, by source, as they were read."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from expectations.business.quarantined import HeldBack
from expectations.keys import repeats_sentence
from expectations.quarantine import AS_READ, quarantined_rows, refuse_lost_rows
from flows.settings import Project
from flows.steps.accepted import Accepted
from flows.steps.opened import Opened
from sql.sources.again import rows_as_read
from sql.sources.faults import faults_sentence
from sql.sources.spec import SourceSpec
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Held:
    """What was held back of a source in a month.

    Attributes:
        rows: One row per row held back, as :func:`expectations.quarantine.quarantined_rows` gives them.
        counts: How many rows were read and held back, and why.
    """

    rows: pl.LazyFrame
    counts: HeldBack


def held_rows(opened: Opened, project: Project, month: Month) -> dict[str, Held]:
    """Find the held rows of every source.

    Raises:
        RetierError: If a file cannot be read any more, or a row was lost between reading and accepting.
    """
    found: dict[str, Held] = {}
    for name, source in opened.sources.items():
        rows = _held(source, opened, project, month)
        told = told_of_held(source, project.settings.sources[name], month)
        counts = HeldBack(source.rows_read(month), _count(rows), told)
        refuse_lost_rows(name, counts.rows_read, _count(source.rows(month)), counts.rows_quarantined)
        found[name] = Held(rows, counts)
    return found


def told_of_held(source: Accepted, spec: SourceSpec, month: Month) -> str:
    """Say what is wrong with the rows of a source that are held back; empty where there are none."""
    refused, for_their_key = source.refused(month), source.held(month)
    sentences = [faults_sentence(refused, source.table, spec)] if _count(refused) else []
    if for_their_key.height:
        sentences.append(repeats_sentence(for_their_key, source.table, source.configured))
    return "; ".join(sentences)


def _held(source: Accepted, opened: Opened, project: Project, month: Month) -> pl.LazyFrame:
    name = source.table.name
    for_their_key = source.held(month)
    as_read = (
        pl.DataFrame(schema=AS_READ)
        if for_their_key.is_empty()
        else rows_as_read(for_their_key, source.table, project.settings.sources[name], opened.place)
    )
    return quarantined_rows(source.refused(month), as_read, name)


def _count(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.len()).collect(engine="streaming").item())
