"""The page that lists all runs is written whatever became of the work, and hides no failure of it."""

from __future__ import annotations

import pytest

from flows.checks.data_docs import docs_folder, runs_listed
from flows.settings import load_project
from transforms.errors import RetierError


@pytest.fixture
def read(project):
    return load_project(project, {})


def test_runs_are_listed_when_the_work_is_done(read):
    with runs_listed(read):
        assert not docs_folder(read).exists()

    assert (docs_folder(read) / "index.html").exists()


def test_runs_are_listed_when_the_work_failed(read):
    with pytest.raises(KeyboardInterrupt), runs_listed(read):
        raise KeyboardInterrupt

    assert (docs_folder(read) / "index.html").exists()


def test_the_failure_of_the_work_is_reported_and_not_that_of_the_page(read):
    read.output.parent.mkdir(exist_ok=True)
    read.output.write_text("not a folder")
    with pytest.raises(RetierError, match="the work failed"), runs_listed(read):
        raise RetierError("the work failed")


def test_a_page_that_cannot_be_written_is_warned_of_and_undoes_nothing(read):
    read.output.write_text("not a folder")
    with runs_listed(read) as missing:
        pass

    (warning,) = missing
    page = docs_folder(read) / "index.html"
    assert warning.startswith(f"the list of all runs is out of date: {page} cannot be written: ")
    assert warning.endswith("; then the same command again writes it")
