"""The disk or a folder cannot be written to: one sentence, and the last good publication stays."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.flows.command_line import retier
from tests.flows.projects import FEBRUARY, JANUARY, healthy_tables, published_tables, run_months, write_project

FAILED = 1
KIB = 1024


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    """A healthy project whose January is published."""
    folder = write_project(tmp_path_factory.mktemp("healthy"), healthy_tables())
    run_months(folder, [JANUARY])
    return folder


@pytest.fixture
def project(published_once, tmp_path):
    """A copy of it."""
    return shutil.copytree(published_once, tmp_path / "project")


@pytest.fixture
def small_disk(published_once, tmp_path):
    """A copy of it on a disk of its own, with little room left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a disk")
    try:
        yield shutil.copytree(published_once, disk / "project")
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def leave_room(folder: Path, size: int) -> Path:
    """Fill the disk but for so many bytes."""
    free = shutil.disk_usage(folder).free - size
    filler = folder / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free)
    return filler


def told(result: subprocess.CompletedProcess[str]) -> str:
    assert (result.returncode, result.stdout) == (FAILED, ""), result.stderr
    assert result.stderr.startswith("retier: ")
    assert result.stderr.count("\n") == 1, result.stderr
    assert "unexpected" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    "setting",
    ["facts: policy.yaml/facts/", "warehouse: duckdb:///policy.yaml/below/a/file.duckdb"],
    ids=["facts", "warehouse"],
)
def test_a_folder_that_cannot_be_written(project, setting):
    before = published_tables(project)
    settings = project / "retier.yaml"
    settings.write_text(f"{setting}\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")
    sentence = told(retier("run", "--month", FEBRUARY, "--project", project))

    assert "policy.yaml" in sentence
    assert published_tables(project) == before


@pytest.mark.parametrize("room", [4, 64, 512, 2048], ids="{} KiB".format)
def test_a_full_disk(small_disk, room):
    before = published_tables(small_disk)
    filler = leave_room(small_disk, room * KIB)
    sentence = told(retier("run", "--month", FEBRUARY, "--project", small_disk))

    assert "disk is full" in sentence
    assert published_tables(small_disk) == before
    filler.unlink()
    assert retier("run", "--month", FEBRUARY, "--project", small_disk).returncode == 0


@pytest.mark.parametrize("limit", [1, 64, 512], ids="{} KiB".format)
def test_files_that_may_not_grow(project, limit):
    before = published_tables(project)

    def keep_files_small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit * KIB, limit * KIB))

    sentence = told(retier("run", "--month", FEBRUARY, "--project", project, limits=keep_files_small))

    assert "raise the limit on file sizes" in sentence
    assert published_tables(project) == before
    assert retier("run", "--month", FEBRUARY, "--project", project).returncode == 0
