"""Adopts what was staged under a former contract: a column that a file does not have changes nothing that is read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from sql.atomic import scratch_folder
from sql.sources.contracts import contract_text, former_texts
from sql.sources.delimited import layout_of
from sql.sources.files import SourceFile, fingerprint_of
from sql.sources.mapping import their_name, wanted_names
from sql.sources.parquet import is_scannable, schema_of
from sql.sources.plain import plain_copy
from sql.sources.spec import SourceSpec
from sql.sources.staging import VERSION, publish
from sql.sources.units import RECORD, Unit, load, save
from transforms.contracts import Table


def unit_name(content: str, table: Table, spec: SourceSpec) -> str:
    """Return the name of a file's folder: another one whenever its rows may have to be staged anew.

    Args:
        content: What the file's content is called.
        table: The source's contract.
        spec: Its specification.
    """
    return _name(content, spec, contract_text(table))


def is_staged(content: str, table: Table, spec: SourceSpec, parent: Path) -> bool:
    """Return whether a file's content was staged, under this contract or a former one.

    Args:
        content: What the file's content is called.
        table: The source's contract.
        spec: Its specification.
        parent: The folder of the file's units.
    """
    texts = [contract_text(table), *(text for text, _ in former_texts(table))]
    return any((parent / _name(content, spec, text) / RECORD).exists() for text in texts)


def adopted(file: SourceFile, content: str, table: Table, spec: SourceSpec, parent: Path) -> Unit | None:
    """Find what was staged before columns were added that the file does not have, and record it under today's name.

    The content of its months is called what it was, so that nothing that was made from them is made again. JSON lines
    are not looked through for a key, which may come in any row: they are staged anew.

    Args:
        file: The file.
        content: What its content is called.
        table: The source's contract.
        spec: Its specification.
        parent: The folder of the file's units.

    Returns:
        The unit; None if the file was not staged before, has one of the columns, or cannot be looked at cheaply.

    Raises:
        RetierError: If the file cannot be read.
    """
    for text, added in former_texts(table):
        former = load(parent / _name(content, spec, text), file.location)
        if former is not None:
            with scratch_folder(parent.parent) as scratch:
                names = _names_in(file, table, spec, scratch)
                if names is None or not names.isdisjoint(their_name(spec, name) for name in added):
                    return None
                return _renamed(former, parent / unit_name(content, table, spec), scratch)
    return None


def _name(content: str, spec: SourceSpec, contract: str) -> str:
    return fingerprint_of(VERSION, content, spec.definition(), contract)


def _names_in(file: SourceFile, table: Table, spec: SourceSpec, scratch: Path) -> frozenset[str] | None:
    """Return the columns of a file by its header or footer; None if all of its rows would have to be read for that."""
    if file.format == "parquet" and is_scannable(file):
        return frozenset(schema_of(file, table.name))
    if file.format == "csv":
        path = plain_copy(file, table.name, spec, scratch)
        return frozenset(layout_of(path, file.name, table.name, spec, wanted_names(table, spec)).names)
    return None


def _renamed(former: Unit, folder: Path, scratch: Path) -> Unit:
    """Record a unit in another folder with the same files; the former stays for a run that is reading it."""
    unit = replace(former, folder=folder)
    filled = scratch / "unit"
    filled.mkdir()
    for name in _files_of(unit):
        _link(former.folder / name, filled / name)
    save(unit, filled)
    publish(filled, folder)
    return unit


def _files_of(unit: Unit) -> Collection[str]:
    return {name for part in (*unit.parts, *unit.refused) for name, _ in part.files}


def _link(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError:
        # Not every file system has links.
        shutil.copyfile(file, target)
