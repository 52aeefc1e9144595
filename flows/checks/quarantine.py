"""The rows of a month that are held back, by source, as they were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from expectations.business.quarantined import HeldBack
from expectations.quarantine import AS_READ, quarantined_rows, refuse_lost_rows
from flows.inputs.opened import Opened
from flows.settings import Project
from sql.sources.errors import faults_sentence
from sql.sources.original_rows import rows_as_read
from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from transforms.keys import repeats_sentence
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


def held_rows(opened: Opened, project: Project, month: Month, *, is_first: bool) -> dict[str, Held]:
    """Find the rows of every source that are held back in the run of a month.

    The first month of all takes in the rows of the months before it, which no run of their own will ever read.

    Raises:
        RetierError: If a file cannot be read any more, or a row was lost between reading and accepting.
    """
    found: dict[str, Held] = {}
    for name, source in opened.sources.items():
        months = source.months_up_to(month) if is_first else [month]
        spec = project.settings.sources[name]
        as_read = _as_read(_held_for_their_key(source, months), source, spec, opened.place)
        rows = quarantined_rows(source.refused(*months), as_read, name)
        read, held, accepted = source.rows_read(*months), count(rows), sum(count(source.rows(one)) for one in months)
        refuse_lost_rows(name, read, accepted, held)
        found[name] = Held(rows, HeldBack(read, held, told_of_held(source, spec, months) if held else ""))
    return found


def told_of_held(source: Source, spec: SourceSpec, months: Sequence[Month]) -> str:
    """Say what is wrong with the rows of some months that are held back; empty where there are none."""
    refused, for_their_key = source.refused(*months), _held_for_their_key(source, months)
    sentences = [faults_sentence(refused, source.table, spec)] if count(refused) else []
    if for_their_key.height:
        sentences.append(repeats_sentence(for_their_key, source.table, source.configured))
    return "; ".join(sentences)


def count(rows: pl.LazyFrame) -> int:
    """Count rows, without reading more of them than that needs."""
    return int(rows.select(pl.len()).collect(engine="streaming").item())


def _held_for_their_key(source: Source, months: Sequence[Month]) -> pl.DataFrame:
    return pl.concat([source.held(month) for month in months], how="diagonal")


def _as_read(held: pl.DataFrame, source: Source, spec: SourceSpec, place: Place) -> pl.DataFrame:
    return pl.DataFrame(schema=AS_READ) if held.is_empty() else rows_as_read(held, source.table, spec, place)
