"""Files and folders that are there whole or not at all."""

import errno
import os

import duckdb
import pytest

from sql.atomic import new_file, publish_folder, scratch_folder
from transforms.errors import RetierError

SPILLING = """
    set max_temp_directory_size = '100KB';
    create table spilt as select md5(range::varchar) as text from range(200_000) order by text;
"""
"""Wants more memory than it has, and more room on the disk."""


def test_a_former_file_stays_until_the_new_one_is_whole(tmp_path):
    target = tmp_path / "deep" / "file.txt"
    with new_file(target) as path:
        path.write_text("old")
    with pytest.raises(ZeroDivisionError), new_file(target) as path:
        path.write_text(f"new, beside {target.read_text()}, {1 / 0}")
    assert target.read_text() == "old"
    assert list(target.parent.iterdir()) == [target]


def test_only_a_durable_file_waits_for_the_disk(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(os, "fsync", waited.append)
    for is_durable in (False, True):
        with new_file(tmp_path / "file.txt", is_durable=is_durable) as path:
            path.write_text(str(is_durable))
        assert len(waited) == (2 if is_durable else 0)
        assert (tmp_path / "file.txt").read_text() == str(is_durable)


@pytest.mark.parametrize("is_abandoned", [True, False])
@pytest.mark.parametrize("is_folder", [True, False])
def test_what_killed_processes_left_is_removed_after_days(is_abandoned, is_folder, tmp_path):
    left = tmp_path / ".making-left"
    if is_folder:
        left.mkdir()
        (left / "file").write_text("x")
    else:
        left.write_text("x")
    long_ago = left.stat().st_mtime - (3 * 24 * 3600 if is_abandoned else 3600)
    os.utime(left, (long_ago, long_ago))
    with scratch_folder(tmp_path):
        assert left.exists() is not is_abandoned


def test_of_two_processes_the_first_one_s_folder_stays(tmp_path):
    for text in ("first", "second"):
        with scratch_folder(tmp_path) as scratch:
            (scratch / "unit").mkdir()
            (scratch / "unit" / "file").write_text(text)
            publish_folder(scratch / "unit", tmp_path / "target")
    assert (tmp_path / "target" / "file").read_text() == "first"
    assert list(tmp_path.iterdir()) == [tmp_path / "target"]


@pytest.mark.parametrize(
    ("number", "fix"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "may not write there"), (errno.EROFS, "is read-only")],
)
def test_what_the_system_says_becomes_a_sentence(number, fix, tmp_path):
    with pytest.raises(RetierError, match=rf"file\.txt cannot be written: .*{fix}"), new_file(tmp_path / "file.txt"):
        raise OSError(number, os.strerror(number))


def test_a_full_folder_for_temporary_data_is_reported(tmp_path):
    script = f"set memory_limit = '16MB'; set threads = 1; set temp_directory = '{tmp_path}/spilt'; {SPILLING}"
    with pytest.raises(RetierError, match="cannot be written: the disk is full"), scratch_folder(tmp_path):
        duckdb.connect().execute(script)


@pytest.mark.parametrize("text", ["failed to offload data block", "No space left on device"])
def test_a_value_that_reads_like_a_full_disk_is_none(tmp_path, text):
    with pytest.raises(duckdb.ConversionException), scratch_folder(tmp_path), duckdb.connect() as connection:
        connection.execute("select cast($text as integer)", {"text": text})


def test_what_has_nothing_to_do_with_writing_is_passed_on(tmp_path):
    with pytest.raises(FileNotFoundError), new_file(tmp_path / "file.txt"):
        (tmp_path / "input.txt").read_text()
