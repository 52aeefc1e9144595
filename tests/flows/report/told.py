"""What the parts of a report say, as plain text by their names."""

from __future__ import annotations

from pathlib import Path

from flows.report.blocks import Cell, Section, Table
from flows.report.reading.facts import Facts, read_facts
from flows.report.sections.report import report
from flows.settings import load_project
from flows.transactions import read_in_transaction
from transforms.month import Month


def facts_of(folder: Path, month: Month | None = None) -> Facts:
    """Read what the report of a month tells."""
    project = load_project(folder, {})
    facts = read_in_transaction(project, lambda connection: read_facts(connection, month, project.policies))
    assert facts is not None
    return facts


def sections_of(folder: Path, month: Month | None = None, data_docs: str | None = None) -> dict[str, Section]:
    """Return the parts of the report of a month by their names."""
    return {section.name: section for section in report(facts_of(folder, month), data_docs)}


def tiles(section: Section) -> dict[str, tuple[str, str]]:
    """Return the numbers that stand out: value and note by label."""
    return {tile.label: (tile.value, tile.note) for tile in section.tiles}


def cells(table: Table) -> list[list[str]]:
    """Return the texts of a table, row by row."""
    return [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]
