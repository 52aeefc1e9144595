"""Mutated files, one source at a time: every row is accepted or held back where it stands, or the file is refused."""

from __future__ import annotations

from pathlib import Path
from random import Random

from flows.settings import Project, load_project
from tests.flows.fuzz.cases import Case, make_case
from tests.flows.fuzz.reading import Reading, assert_nothing_is_lost, read_source
from tests.flows.fuzz.seeds import blocks
from tests.flows.fuzz.sentences import assert_plain
from tests.flows.fuzz.sheets import as_csv
from tests.flows.projects import FEBRUARY, JANUARY
from transforms.errors import RetierError
from transforms.month import Month

SEEDS = blocks("reading", sample=20, whole=4020, size=500)


def outcome(project: Project, case: Case) -> Reading | RetierError:
    """Read a mutated source for some month, or say why it is refused."""
    month, is_first = _asked(case)
    try:
        return read_source(project, case.source, month, is_first=is_first)
    except RetierError as error:
        return error


def hold_laws(project: Project, case: Case) -> None:
    """Whatever a source is refused with, it is refused with again; else no row of it is lost."""
    month, is_first = _asked(case)
    found = outcome(project, case)
    if isinstance(found, Reading):
        assert_nothing_is_lost(found, case, month, is_first=is_first)
        return
    assert_plain(str(found), case.source)
    again = outcome(project, case)
    assert (type(again), str(again)) == (type(found), str(found))


def _asked(case: Case) -> tuple[Month, bool]:
    return Random(case.seed).choice([(JANUARY, True), (FEBRUARY, False), (JANUARY, False)])


def test_a_mutated_file_loses_no_row(seeds: list[str], project: Path, sheets):
    settings = load_project(project, {})
    for seed in seeds:
        case = make_case(seed, sheets)
        case.put(project)
        try:
            hold_laws(settings, case)
        except BaseException as error:
            error.add_note(str(case))
            raise
        Case(seed, case.source, {"all.csv": as_csv(sheets[case.source])}, ()).put(project)
