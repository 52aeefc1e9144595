"""The parts of a report before it becomes a page: sections of tiles, figures and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tile:
    """A prominent number.

    Attributes:
        label: What is counted.
        value: The number, written out.
        note: What it was before, or what it consists of; may be empty.
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: Its text.
        detail: Small print below the text; may be empty.
        kind: How it is marked beside its text: ``up``, ``down``, ``new``, ``left`` or ``stay``; empty for no mark.
    """

    text: str
    detail: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        caption: What it shows; also what a screen reader calls the region that scrolls.
        columns: The headings.
        rows: Cells, row by row; the first of each row names it.
        words: How many columns, from the left, hold words; the others hold numbers and are right-aligned.
        left_out: What is not shown and how to see it; empty if everything is shown.
        command: The SQL query or the command that returns everything; empty if everything is shown.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    words: int = 1
    left_out: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its finding in words and its numbers as a table.

    Attributes:
        name: Its name in the page: letters and hyphens.
        title: What it shows.
        says: Its finding in numbers, for readers who cannot see it.
        spec: The Vega-Lite specification.
        table: The numbers that it draws.
        legend: The meaning of its colours if it is not written next to the marks: a CSS colour and words.
        height: Its height in CSS pixels, so that the page does not jump while charts are drawn.
        width: ``full``, ``half`` or ``third`` of the page, where the page is wide enough.
    """

    name: str
    title: str
    says: str
    spec: Mapping[str, Any]
    table: Table
    height: int
    width: str = "full"
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report.

    Attributes:
        name: Its name in the page: letters and hyphens.
        title: Its heading.
        lead: What it shows and how to read it.
        tiles: Prominent numbers.
        figures: Charts.
        tables: Tables that are always open.
        note: What else a reader must know, or why there is nothing to show.
        links: Pages with more: text and relative address.
    """

    name: str
    title: str
    lead: str
    tiles: Sequence[Tile] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    note: str = ""
    links: Sequence[tuple[str, str]] = field(default=())
