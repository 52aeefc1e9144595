"""What the report is made of, before it becomes a page: sections of tiles, figures and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that stands out.

    Attributes:
        label: What is counted.
        value: The number, written out.
        note: What it was before, or what it consists of; empty where there is nothing to say.
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: What stands in it.
        detail: What stands below it in small letters; empty for nothing.
        kind: How it is marked beside its text: ``up``, ``down``, ``new``, ``left`` or ``stay``; empty for not at all.
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
        words: How many columns, from the left, hold words; the others hold numbers and are set to the right.
        left_out: What is not shown and how to see it; empty where all is shown.
        command: The SQL query or the command that gives all; empty where all is shown.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    words: int = 1
    left_out: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with what it says in words and its numbers as a table.

    Attributes:
        name: Its name in the page: letters and hyphens.
        title: What it shows.
        says: What it says, in numbers: the text for who cannot see it.
        spec: The Vega-Lite specification.
        table: The numbers that it draws.
        legend: What its colours say, where that is not written beside the marks: a CSS colour and words.
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
        lead: What one sees and how to read it.
        tiles: Numbers that stand out.
        figures: Charts.
        tables: Tables that are always open.
        note: What else a reader has to know; what there is instead where there is nothing to show.
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
