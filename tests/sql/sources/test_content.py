"""Which content a file has: seen whatever its size and times say, and read through only when they say something new."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from sql.atomic import remove
from sql.sources import content
from sql.sources.origins import Place, load_files
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES
from transforms.errors import RetierError

SECONDS_IN_NS = 1_000_000_000
USAGE = SOURCES["usage"]


def write_csv(path: Path, events: int) -> None:
    path.write_text(f"account_id,date,feature,events\nA,2026-01-05,f,{events}\n")


def write_parquet(path: Path, events: int) -> None:
    days = pl.Series("date", [date(2026, 1, 5)])
    rows = pl.DataFrame({"account_id": "A", "feature": "f", "events": events}).with_columns(days)
    rows.write_parquet(path, compression="uncompressed", statistics=False)


@dataclass(frozen=True)
class Case:
    """A file of usage of one row."""

    project: Path
    name: str
    write: Callable[[Path, int], None]

    @property
    def path(self) -> Path:
        return self.project / self.name

    def opened(self, *, is_forced: bool = False) -> Source:
        place = Place(self.project, self.project / "facts" / "staged", is_forced=is_forced)
        return Source(USAGE, SourceSpec(path=self.name), place)

    def months(self, *, is_forced: bool = False) -> Mapping[object, str]:
        return self.opened(is_forced=is_forced).months()

    def events(self) -> int:
        return int(self.opened().usable(next(iter(self.months()))).collect()["events"].item())

    @property
    def record(self) -> Path:
        (found,) = (self.project / "facts").rglob("seen.json")
        return found

    def grow_old(self) -> None:
        """Let the file be recorded long after it was written, so that its times are certain."""
        later = self.path.stat().st_ctime_ns + 5 * SECONDS_IN_NS
        os.utime(self.record, ns=(later, later))

    def units(self) -> set[str]:
        return {path.parent.name for path in (self.project / "facts").rglob("unit.json")}


@pytest.fixture(params=["csv", "parquet"])
def case(request, project) -> Case:
    """A file that is staged, and one that is read in place."""
    writing = {"csv": write_csv, "parquet": write_parquet}[request.param]
    made = Case(project, f"usage.{request.param}", writing)
    made.write(made.path, 1)
    return made


@pytest.fixture
def read_through(monkeypatch) -> list[str]:
    """Every file that is digested."""
    found: list[str] = []

    def noted(location: str) -> str:
        found.append(location)
        return digest(location)

    digest = content.digest_of
    monkeypatch.setattr(content, "digest_of", noted)
    return found


def rewrite(case: Case, events: int) -> None:
    """Write other rows of the same size, and set the time that the file had."""
    before = case.path.stat()
    case.write(case.path, events)
    os.utime(case.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = case.path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_other_rows_of_the_same_size_and_time_are_seen(case):
    before = case.months()
    case.grow_old()
    rewrite(case, 2)

    assert case.months().keys() == before.keys()
    assert case.months() != before
    assert case.events() == 2


def test_a_file_that_was_not_touched_is_not_read_through(case, read_through):
    before = case.months()
    assert read_through == [str(case.path)]
    case.grow_old()

    assert case.months() == before
    assert read_through == [str(case.path)]


def test_a_file_that_was_just_written_is_read_through_once_more(case, read_through):
    """The clock of a file system is coarse: a second writing may have the time of the first."""
    before = case.months()
    seen = json.loads(case.record.read_text())
    rewrite(case, 2)
    status = case.path.stat()
    case.record.write_text(json.dumps(seen | {"changed": str(status.st_ctime_ns)}))

    assert case.months() != before
    assert case.events() == 2


def touched(path: Path) -> None:
    os.utime(path, ns=(0, 0))


def copied_over(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.replace(path)


def closed_to_others(path: Path) -> None:
    path.chmod(0o600)


@pytest.mark.parametrize("change", [touched, copied_over, closed_to_others])
def test_a_file_whose_times_changed_is_called_what_it_was_called(case, change, read_through):
    before, units = case.months(), case.units()
    case.grow_old()
    change(case.path)

    assert case.months() == before
    assert case.units() == units
    assert read_through == [str(case.path)] * 2


def test_a_file_that_got_its_former_rows_back_is_called_what_it_was_called(case):
    before = case.months()
    rewrite(case, 2)
    assert case.months() != before
    rewrite(case, 1)

    assert case.months() == before


def test_a_file_that_was_renamed_is_called_what_it_was_called(case):
    before = case.months()
    renamed = replace(case, name=f"renamed-{case.name}")
    case.path.rename(renamed.path)

    assert renamed.months() == before


def test_force_reads_a_file_through_whose_times_say_nothing(case):
    """As on a file system that does not keep when a file was changed."""
    before = case.months()
    rewrite(case, 2)
    seen, status = json.loads(case.record.read_text()), case.path.stat()
    case.record.write_text(json.dumps(seen | {"changed": str(status.st_ctime_ns)}))
    case.grow_old()

    assert case.months() == before
    assert case.months(is_forced=True) != before
    assert case.events() == 2


def test_what_a_former_version_staged_keeps_its_name_when_the_file_is_copied(case):
    place = Place(case.project, case.project / "facts" / "staged", is_lasting=False)
    former = Source(USAGE, SourceSpec(path=case.name), place)
    before, units = former.months(), case.units()

    assert case.months() == before
    copied_over(case.path)
    assert case.months() == before
    assert case.units() == units
    rewrite(case, 2)
    assert case.months() != before


def test_a_file_that_is_written_to_while_it_is_read_through_is_refused(case, monkeypatch):
    digest = content.digest_of

    def written_meanwhile(location: str) -> str:
        found = digest(location)
        os.utime(location, ns=(0, 0))
        return found

    monkeypatch.setattr(content, "digest_of", written_meanwhile)
    with pytest.raises(RetierError, match=f"^usage: {case.name} changed while it was read"):
        case.months()


def test_rows_of_a_file_that_changed_while_it_was_staged_get_no_name(project, monkeypatch):
    """Else they would be taken for the former ones as soon as those are put back."""
    case = Case(project, "usage.csv", write_csv)
    case.write(case.path, 1)
    monkeypatch.setattr("sql.sources.origins.load_text", staged_too_late(case))
    with pytest.raises(RetierError, match="changed while it was read"):
        case.months()
    monkeypatch.undo()
    rewrite(case, 1)

    assert case.events() == 1


def staged_too_late(case: Case):
    from sql.sources.textfile import load_text

    def load(file, job):
        rewrite(case, 2)
        os.utime(case.path, ns=(0, 0))
        return load_text(file, job)

    return load


def test_a_state_that_cannot_be_recorded_is_found_out_again(case, monkeypatch, read_through):
    before = case.months()
    remove(case.record)

    def full(*_: object, **__: object) -> None:
        raise RetierError("the disk is full: make room")

    monkeypatch.setattr(content, "new_file", full)
    assert case.months() == before
    assert case.months() == before
    assert len(read_through) == 3


def test_a_sample_is_not_read_through(case, read_through):
    load_files(USAGE, SourceSpec(path=case.name), Place(case.project, case.project / "scratch", is_lasting=False))

    assert read_through == []


def test_a_file_found_is_compared_by_its_bytes_where_only_the_time_of_its_change_is_another(case):
    found = content.Found(content.state_of(str(case.path)), content.digest_of(str(case.path)))
    closed_to_others(case.path)
    assert found.is_still(str(case.path))

    rewrite(case, 2)
    assert not found.is_still(str(case.path))
    assert replace(found, digest="").is_still(str(case.path))

    os.utime(case.path, ns=(0, 0))
    assert not replace(found, digest="").is_still(str(case.path))
    case.path.unlink()
    assert not found.is_still(str(case.path))


@pytest.mark.parametrize("damage", ["", "{}", "[1]", '{"size": 1}', "\x00"])
def test_a_damaged_record_counts_as_none(case, damage):
    before = case.months()
    case.record.write_text(damage)

    assert case.months() == before
