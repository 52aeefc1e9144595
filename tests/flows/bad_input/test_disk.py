"""The disk or a folder cannot be written to: one sentence, and the last good publication stays."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from flows.pages import write_or_warn
from flows.report.write import write_report
from flows.settings import load_project
from tests.flows.bad_input.breaking import FAILED
from tests.flows.command_line import told
from tests.flows.forked import retier
from tests.flows.projects import FEBRUARY, JANUARY, published_tables, run_months

KIB = 1024
PAGE_BYTES = 4 * KIB
"""The unit in which a small disk, which lies in memory, gives room to files."""


@pytest.fixture(scope="module")
def with_facts(published_once, tmp_path_factory):
    """The same with everything made but the publication of February."""
    folder = shutil.copytree(published_once, tmp_path_factory.mktemp("facts") / "project")
    run_months(folder, [FEBRUARY])
    shutil.copy(published_once / "retier.duckdb", folder / "retier.duckdb")
    return folder


@pytest.fixture(params=["published_once", "with_facts"], ids=["while facts are made", "while the month is published"])
def before(request):
    """A project before February, with less or more of it still to be written."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def disk(tmp_path):
    """A small disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def run_february(project: Path, kib_per_file: int | None = None) -> subprocess.CompletedProcess[str]:
    return retier("run", "--month", FEBRUARY, "--project", project, kib_per_file=kib_per_file)


def fill(folder: Path, room: int) -> Path:
    """Fill the disk but for so many bytes."""
    filler = folder / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(folder).free - room)
    return filler


@pytest.mark.parametrize("setting", ["facts: {}/facts/", "warehouse: duckdb:///{}/below/a/file.duckdb"])
def test_a_folder_that_cannot_be_made(published_once, tmp_path, setting):
    project = shutil.copytree(published_once, tmp_path / "project")
    settings = project / "retier.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{setting.format('policy.yaml')}\n{text}", encoding="utf-8")

    assert f"{project}/policy.yaml/" in told(run_february(project), FAILED)
    assert published_tables(project) == published_tables(published_once)


def test_a_full_disk(before, disk):
    project = shutil.copytree(before, disk / "project")
    filler = fill(disk, room=0)

    assert "the disk is full" in told(run_february(project), FAILED)
    assert published_tables(project) == published_tables(before)
    filler.unlink()
    assert run_february(project).returncode == 0


@pytest.mark.parametrize("room", [24, 48])
def test_a_nearly_full_disk(published_once, disk, room):
    project = shutil.copytree(published_once, disk / "project")
    fill(disk, room=room * KIB)
    result = run_february(project)

    if result.returncode:
        assert "the disk is full" in told(result, FAILED)
    is_unchanged = published_tables(project) == published_tables(published_once)
    assert is_unchanged == (result.returncode != 0)


def test_files_that_may_not_grow(before, tmp_path):
    project = shutil.copytree(before, tmp_path / "project")

    assert "raise the limit on file sizes" in told(run_february(project, kib_per_file=1), FAILED)
    assert published_tables(project) == published_tables(before)
    assert run_february(project).returncode == 0


def with_output(before: Path, project: Path, output: Path) -> Path:
    """A copy of a project whose pages lie elsewhere."""
    shutil.copytree(before, project)
    settings = project / "retier.yaml"
    settings.write_text(f"output: {output}\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    return project


def room_of_pages(folder: Path) -> int:
    """The room that the pages of runs take, the list of all runs aside."""
    sizes = [path.stat().st_size for path in folder.glob("*/**/*") if path.is_file()]
    assert sizes, "no page was written"
    return sum(-(-size // PAGE_BYTES) * PAGE_BYTES for size in sizes)


def test_a_disk_that_fills_after_the_month_was_published_costs_a_page_and_no_run(with_facts, tmp_path, disk):
    roomy = with_output(with_facts, tmp_path / "roomy", tmp_path / "pages")
    assert run_february(roomy).returncode == 0
    project = with_output(with_facts, tmp_path / "project", disk / "pages")
    filler = fill(disk, room_of_pages(tmp_path / "pages" / "data-docs") + PAGE_BYTES)

    result = run_february(project)

    assert (result.returncode, result.stderr) == (0, "")
    index = disk / "pages" / "data-docs" / "index.html"
    assert (
        f"  warning: the list of all runs is out of date: {index} cannot be written: the disk is full: make room; "
        "then the same command again writes it"
    ) in result.stdout.splitlines()
    assert "2025-02 published: revision 1" in result.stdout
    filler.unlink()
    assert "warning: the list" not in run_february(project).stdout
    assert index.read_text(encoding="utf-8").count("2025-02-") > 0


def test_a_report_that_cannot_be_written_is_named_with_what_writes_it(with_facts, disk):
    project = load_project(with_output(with_facts, disk / "project", disk / "pages"), {})
    fill(disk, room=0)

    (warning,) = write_or_warn(partial(write_report, project, JANUARY), "the report is missing", "that writes it")

    report = disk / "pages" / "report-2025-01.html"
    assert warning == (
        f"the report is missing: {report} cannot be written: the disk is full: make room; then that writes it"
    )
