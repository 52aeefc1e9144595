"""Which files a source lies in."""

import gzip
import io
import os
import socket
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
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


def packed(entry):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr(entry, "x")
    return content.getvalue()


def parquet():
    content = io.BytesIO()
    pl.DataFrame({"account_id": ["A"]}).write_parquet(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param("x.csv", parquet(), "is a Parquet file, but is read as CSV", id="parquet"),
        pytest.param("x.jsonl", parquet(), "is a Parquet file, but is read as JSON lines", id="parquet as json"),
        pytest.param(
            "x.csv.gz", gzip.compress(parquet()), "is a Parquet file, but is read as CSV", id="packed parquet"
        ),
        pytest.param("x.csv", packed("usage.csv"), "is a zip file, but is read as CSV: unpack it", id="zip"),
        pytest.param("x.parquet", packed("usage.csv"), "is a zip file, but is read as Parquet", id="zip as parquet"),
        pytest.param("x.csv", packed("[Content_Types].xml"), "is an Excel workbook", id="workbook"),
        pytest.param("x.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "is an Excel workbook", id="old workbook"),
        pytest.param("x.parquet", gzip.compress(parquet()), "is a file packed by gzip", id="gzip as parquet"),
        pytest.param("x.csv", gzip.compress(gzip.compress(b"x")), "is a file packed by gzip", id="packed twice"),
        pytest.param("x.csv", b"SQLite format 3\x00", "is an SQLite database", id="database"),
        pytest.param("x.parquet", b"account_id,date\nA,2026-01-01\n", "is a text file, but is read as", id="text"),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(name, content, expected, events, project):
    (project / name).write_bytes(content)
    with pytest.raises(RetierError, match=rf"^usage: {name} {expected}"):
        events("usage", path=name).months()


@pytest.mark.parametrize("name", ["PAR1", "ORC", "Obj", "BZh"])
def test_a_header_that_begins_like_another_kind_of_file_is_text(name, rows):
    assert rows("accounts", f"{name},plan\n1,2\n")["plan"].to_list() == ["2"]


def test_a_packed_file_needs_no_ending_of_its_own(rows):
    assert rows("accounts", gzip.compress(b"plan\n2\n"))["plan"].to_list() == ["2"]
