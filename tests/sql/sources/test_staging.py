"""What cannot be read where it is, is staged once, and again only when it changed."""

import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sql.sources.files import find_files
from sql.sources.origins import load_file
from sql.sources.source import configured_of, open_sources
from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES
from transforms.errors import RetierError
from transforms.month import Month

JANUARY, FEBRUARY = Month.parse("2026-01"), Month.parse("2026-02")
HEADER = "account_id,date,feature,events\n"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def usage_file(project):
    path = project / "usage.csv"
    path.write_text(HEADER + "A,2026-01-31,f,1\nB,2026-02-01,f,2\nC,2026-01-01,g,3\n")
    return path


def spoil(path):
    """Replace a file's content so that nobody can read it, without anybody noticing."""
    status = path.stat()
    path.write_bytes(b"\xff" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_file_is_read_once(usage_file, events):
    first = events("usage", path="usage.csv")
    fingerprints = first.months()
    spoil(usage_file)
    for source in (first, events("usage", path="usage.csv")):
        assert source.months() == fingerprints
        assert list(fingerprints) == [JANUARY, FEBRUARY]
        assert source.usable(JANUARY).collect()["account_id"].to_list() == ["A", "C"]
        assert source.usable(FEBRUARY).collect()["events"].to_list() == [2]
        assert (source.rows_read(JANUARY), source.rows_read(FEBRUARY)) == (2, 1)


def test_a_table_is_read_once(project, table):
    path = project / "accounts.csv"
    path.write_text("account_id,name,created_date\nA,Acme,2025-01-01\n")
    fingerprint = table("accounts", path="accounts.csv").version()
    spoil(path)
    again = table("accounts", path="accounts.csv")
    assert again.version() == fingerprint
    assert again.usable().collect()["name"].to_list() == ["Acme"]


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        pytest.param(
            "A,2026-01-31,f,1\nB,2026-02-01,f,2\nC,2026-01-01,g,3\nD,2026-03-01,f,1\n", [0, 0], id="later row"
        ),
        pytest.param("A,2026-01-31,f,9\nB,2026-02-01,f,2\nC,2026-01-01,g,3\n", [1, 0], id="other value in January"),
        pytest.param("C,2026-01-01,g,3\nB,2026-02-01,f,2\nA,2026-01-31,f,1\n", [0, 0], id="other order"),
        pytest.param("A,2026-01-31,f,1\nB,2026-02-01,f,2\n", [1, 0], id="row is gone"),
    ],
)
def test_a_month_has_another_fingerprint_exactly_if_its_rows_are_others(change, is_other, usage_file, events):
    before = events("usage", path="usage.csv").months()
    usage_file.write_text(HEADER + change)
    after = events("usage", path="usage.csv").months()
    assert [before[month] != after[month] for month in (JANUARY, FEBRUARY)] == [bool(flag) for flag in is_other]


def test_the_columns_that_are_mapped_are_part_of_the_fingerprint(usage_file, events):
    plain = events("usage", path="usage.csv").months()
    assert events("usage", path="usage.csv", constants={"user_id": None}).months()[JANUARY] != plain[JANUARY]


def test_a_change_of_the_specification_stages_again(usage_file, events):
    assert events("usage", path="usage.csv").usable(JANUARY).collect()["events"].to_list() == [1, 3]
    doubled = events("usage", path="usage.csv", cast={"events": {"multiply": 2}})
    assert doubled.usable(JANUARY).collect()["events"].to_list() == [2, 6]


def test_a_new_file_leaves_the_staged_ones_alone(project, usage_file, events):
    before = events("usage", path="*.csv").months()
    spoil(usage_file)
    (project / "more.csv").write_text(HEADER + "D,2026-02-02,f,4\n")
    source = events("usage", path="*.csv")
    after = source.months()
    assert before[JANUARY] == after[JANUARY]
    assert before[FEBRUARY] != after[FEBRUARY]
    assert sorted(source.usable(FEBRUARY).collect()["account_id"]) == ["B", "D"]


@pytest.mark.parametrize("damage", ["remove", "cut", "no record", "broken record"])
def test_what_is_damaged_in_the_store_is_made_again(damage, usage_file, events, place):
    events("usage", path="usage.csv").months()
    [staged] = place.staging.rglob("2026-01-*.parquet")
    record = staged.parent / "unit.json"
    match damage:
        case "remove":
            staged.unlink()
        case "cut":
            staged.write_bytes(staged.read_bytes()[:-1])
        case "no record":
            record.unlink()
        case "broken record":
            record.write_text(record.read_text()[:-5])
    assert events("usage", path="usage.csv").usable(JANUARY).collect()["events"].to_list() == [1, 3]


def test_what_is_not_needed_any_more_is_removed(project, usage_file, events, place):
    (project / "gone.csv").write_text(HEADER + "G,2026-01-01,f,1\n")
    events("usage", path="*.csv").months()
    (project / "gone.csv").unlink()
    for value in range(4):
        usage_file.write_text(HEADER + f"A,2026-01-31,f,{value}\n" + "B,2026-02-01,f,1\n" * value)
        events("usage", path="*.csv").months()
    folders = [record.parent for record in place.staging.rglob("unit.json")]
    # The version in use, and the last one, which another run may still be reading.
    assert len(folders) == 2
    assert {folder.parent.name[:9] for folder in folders} == {"usage-csv"}
    assert not [path for path in place.staging.rglob("*") if path.name.startswith(".")]


def test_a_query_takes_the_place_of_files_and_files_that_of_a_query(usage_file, events, place):
    for spec in ({"path": "usage.csv"}, {"sql": "select * from 'usage.csv'"}, {"path": "usage.csv"}):
        events("usage", **spec).months()
        assert len(list((place.staging / "usage").iterdir())) == 1


def test_a_file_that_changes_while_it_is_read_is_reported(usage_file, place):
    spec = SourceSpec(path="usage.csv")
    [found] = find_files("usage", spec, place.project)
    usage_file.write_text(HEADER + "Z,2026-01-31,f,1\n")
    with pytest.raises(RetierError, match=r"usage\.csv changed while it was read: run this again"):
        load_file(found, SOURCES["usage"], spec, place)


def test_several_threads_read_a_file_once(usage_file, events):
    source = events("usage", path="usage.csv")
    found = []
    threads = [threading.Thread(target=lambda: found.append(source.usable(JANUARY).collect().height)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 8


def test_sources_stage_at_the_same_time(project, place):
    (project / "accounts.csv").write_text("account_id,name,created_date\nA,Acme,2025-01-01\n")
    (project / "subscriptions.csv").write_text(
        "account_id,subscription_id,product,mrr,start_date\nA,S,P,1,2025-01-01\n"
    )
    (project / "usage.csv").write_text(HEADER + "A,2026-01-31,f,1\n" * 50_000)
    names = ("accounts", "subscriptions", "usage")
    specs = {name: SourceSpec(path=f"{name}.csv") for name in names}
    opened = [open_sources(specs, project, place.staging) for _ in range(4)]
    found = []
    threads = [threading.Thread(target=lambda one=one: found.append(configured_of(one))) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_store_that_cannot_be_written_is_reported(project, usage_file, events):
    (project / "facts").write_text("not a folder")
    with pytest.raises(RetierError, match=r"facts/staged/usage cannot be written: a part of that path is a file"):
        events("usage", path="usage.csv").months()


def test_a_full_disk_is_reported_and_not_as_a_fault_of_what_was_read(project):
    text = HEADER + "".join(f"A{n},2026-01-31,f,{n}\n" for n in range(50_000))
    (project / "usage.csv").write_text(text)
    (project / "usage.csv.gz").write_bytes(gzip.compress(text.encode(), 1))
    specs = [
        {"path": "usage.csv"},
        {"path": "usage.csv", "encoding": "latin-1"},
        {"path": "usage.csv.gz"},
        {"sql": "select * from 'usage.csv'"},
    ]
    code = f"""
import resource
from pathlib import Path
from sql.sources.origins import Place
from sql.sources.source import Source
from sql.sources.spec import SourceSpec
from transforms.contracts import SOURCES
from transforms.errors import RetierError
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
project = Path({str(project)!r})
for spec in {specs!r}:
    try:
        Source(SOURCES["usage"], SourceSpec(**spec), Place(project, project / "facts")).months()
    except RetierError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    told = "facts/usage cannot be written: the file may not grow any further"
    assert [told in line for line in done.stdout.splitlines()] == [True] * len(specs)
    assert not [path for path in (project / "facts").rglob("*") if path.is_file()]
