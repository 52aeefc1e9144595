"""Which files a source lies in."""

import os
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sql.sources.files import find_files
from sql.sources.spec import SourceSpec
from transforms.errors import RetierError, WrongUseError


def names(project, **spec):
    return [file.name for file in find_files("usage", SourceSpec(**spec), project)]


@pytest.fixture
def short_folder():
    """A project whose path is short enough for sockets to be named by theirs."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def filled(project):
    for name in ("b.csv", "a.csv", "deep/er/c.csv", "odd [1]*.csv", "d.parquet"):
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return project


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("a.csv", ["a.csv"], id="file"),
        pytest.param("?.csv", ["a.csv", "b.csv"], id="glob"),
        pytest.param("**/*.csv", ["a.csv", "b.csv", "deep/er/c.csv", "odd [1]*.csv"], id="deep glob"),
        pytest.param(["b.csv", "*.csv"], ["a.csv", "b.csv", "odd [1]*.csv"], id="several, each file once"),
        pytest.param("odd [1]*.csv", ["odd [1]*.csv"], id="a file whose name looks like a glob"),
    ],
)
def test_paths_and_globs(path, expected, filled):
    assert names(filled, path=path) == expected


def test_absolute_paths_and_file_urls(filled):
    assert names(filled, path=str(filled / "a.csv")) == ["a.csv"]
    assert names(filled / "deep", path=str(filled / "a.csv")) == [(filled / "a.csv").as_posix()]
    assert names(filled / "deep", path=f"file://{filled}/a.csv") == [(filled / "a.csv").as_posix()]


@pytest.mark.parametrize("path", ["nothing.csv", "nothing/*.csv", ["a.csv", "x?.csv"]])
def test_a_path_that_matches_nothing_is_an_error(path, filled):
    with pytest.raises(RetierError, match=r"usage: no file matches '(nothing|x).*fix the path of sources\.usage"):
        names(filled, path=path)


def test_a_folder_is_not_a_file(filled):
    with pytest.raises(RetierError, match=r"'deep' is a folder: write a glob such as deep/\*\.parquet"):
        names(filled, path="deep")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x.csv", "csv"), ("x.TSV", "csv"), ("x.csv.gz", "csv"), ("x.jsonl", "jsonl"), ("x.ndjson.gz", "jsonl"),
        ("x.parquet", "parquet"), ("x.pq", "parquet"),
    ],
)  # fmt: skip
def test_the_format_is_in_the_name(name, expected, project):
    (project / name).write_text("x")
    [file] = find_files("usage", SourceSpec(path=name), project)
    assert file.format == expected


def test_a_name_that_does_not_say_the_format_needs_it_said(project):
    (project / "export").write_text("x")
    with pytest.raises(WrongUseError, match=r"set format of sources\.usage"):
        names(project, path="export")
    [file] = find_files("usage", SourceSpec(path="export", format="jsonl"), project)
    assert file.format == "jsonl"


def test_a_changed_file_has_another_fingerprint(project):
    path = project / "a.csv"
    path.write_text("x")
    [before] = find_files("usage", SourceSpec(path="a.csv"), project)
    [same] = find_files("usage", SourceSpec(path="*.csv"), project)
    path.write_text("xy")
    [after] = find_files("usage", SourceSpec(path="a.csv"), project)
    assert before.fingerprint == same.fingerprint != after.fingerprint


@pytest.mark.parametrize("name", [b"a\xff.csv", b"a\x1b[31m.csv", b"a\n.csv"])
def test_a_name_that_cannot_be_printed_is_refused(name, project):
    (project / os.fsdecode(name)).write_text("x")
    with pytest.raises(RetierError, match=r"usage: the name of the file 'a.* is not plain text") as refused:
        names(project, path="*.csv")
    assert str(refused.value).isprintable()


def make_special(path, kind):
    if kind == "a named pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
    else:
        path.symlink_to("/dev/zero")


@pytest.mark.parametrize("kind", ["a named pipe", "a socket", "a device"])
@pytest.mark.parametrize("path", ["data/usage.csv", "data/*.csv", "**/*", ["data/fine.csv", "data/u?age.csv"]], ids=str)
def test_what_is_no_file_is_refused_and_never_opened(kind, path, short_folder):
    (short_folder / "data").mkdir()
    (short_folder / "data" / "fine.csv").write_text("x")
    make_special(short_folder / "data" / "usage.csv", kind)
    with pytest.raises(RetierError, match=rf"^usage: data/usage\.csv is {kind}, not a file: write what comes from it"):
        names(short_folder, path=path, format="csv")


def test_what_is_no_file_is_refused_behind_a_url_too(short_folder):
    os.mkfifo(short_folder / "usage.csv")
    with pytest.raises(RetierError, match=r"^usage: .*usage\.csv is a named pipe, a socket or a device: name a file"):
        names(short_folder, path=f"local://{short_folder}/*.csv")
