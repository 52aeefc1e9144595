"""The fact store: made once, whole or not at all."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from sql import facts
from sql.facts import Fact, FactStore
from transforms.errors import RetierError
from transforms.month import Month

MONTH = Month.parse("2026-10")
FRAME = pl.DataFrame({"account_id": ["A", "B"], "events": [1, 2]})
ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path):
    return FactStore(tmp_path / "facts")


def files(store_folder):
    return sorted(path.name for path in store_folder.rglob("*") if path.is_file())


def test_what_is_put_is_found(store):
    assert store.get("usage", MONTH, "abc") is None
    put = store.put("usage", MONTH, "abc", FRAME, {"features": ["x", "y"]})
    found = FactStore(store._root).get("usage", MONTH, "abc")
    for fact in (put, found):
        assert fact.frame.collect().equals(FRAME)
        assert fact.metadata == {"features": ["x", "y"]}


@pytest.mark.parametrize(
    ("kind", "month", "fingerprint"),
    [("tickets", "2026-10", "abc"), ("usage", "2026-09", "abc"), ("usage", "2026-10", "abd")],
)
def test_facts_are_told_apart(kind, month, fingerprint, store):
    store.put("usage", MONTH, "abc", FRAME)
    assert store.get(kind, Month.parse(month), fingerprint) is None


def test_facts_are_made_only_where_the_store_lacks_them(store):
    def make():
        made.append(1)
        return Fact(FRAME.lazy(), {"features": ["x"]})

    made = []
    for one in (store, store, FactStore(store._root)):
        fact = one.get_or_make("usage", MONTH, "abc", make)
        assert fact.frame.collect().equals(FRAME)
        assert fact.metadata == {"features": ["x"]}
    assert made == [1]


@pytest.mark.parametrize("ending", [".parquet", ".json"])
def test_facts_that_a_store_remembers_are_made_again_once_a_file_is_gone(ending, store, tmp_path):
    store.put("usage", MONTH, "abc", FRAME)
    (tmp_path / f"facts/usage/2026-10-abc{ending}").unlink()
    assert store.get_or_make("usage", MONTH, "abc", lambda: Fact(FRAME.head(1).lazy())).frame.collect().height == 1


def test_large_facts_are_not_held_in_memory(store, monkeypatch):
    monkeypatch.setattr("sql.facts._SMALL_FILE_BYTES", 100)
    for one in (store, FactStore(store._root)):
        fact = one.get_or_make("usage", MONTH, "abc", lambda: Fact(FRAME.lazy()))
        assert "Parquet SCAN" in fact.frame.explain()
        assert fact.frame.collect().equals(FRAME)


def test_what_has_been_in_memory_longest_gives_way(store, monkeypatch):
    monkeypatch.setattr("sql.facts._MOST_BYTES", 2 * FRAME.estimated_size())
    for month in Month.range(MONTH, MONTH + 3):
        store.put("usage", month, "abc", FRAME)
    assert sum(kept.held_bytes for kept in store._kept.values()) == 2 * FRAME.estimated_size()
    assert store.get("usage", MONTH, "abc").frame.collect().equals(FRAME)


def test_the_same_facts_may_be_put_again(store):
    store.put("usage", MONTH, "abc", FRAME)
    store.put("usage", MONTH, "abc", FRAME.head(1), {"n": 1})
    found = store.get("usage", MONTH, "abc")
    assert (found.frame.collect().height, found.metadata) == (1, {"n": 1})


def damage(path, how):
    content = path.read_bytes()
    match how:
        case "cut":
            path.write_bytes(content[:-1])
        case "flipped bit":
            path.write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])
        case "empty":
            path.write_bytes(b"")
        case "gone":
            path.unlink()


@pytest.mark.parametrize("how", ["cut", "flipped bit", "empty", "gone"])
@pytest.mark.parametrize("ending", [".parquet", ".json"])
def test_damaged_facts_count_as_missing_and_can_be_made_again(ending, how, store, tmp_path):
    store.put("usage", MONTH, "abc", FRAME, {"features": ["x"]})
    damage(tmp_path / f"facts/usage/2026-10-abc{ending}", how)
    assert store.get("usage", MONTH, "abc") is None
    store.put("usage", MONTH, "abc", FRAME)
    assert store.get("usage", MONTH, "abc").frame.collect().equals(FRAME)


@pytest.mark.parametrize("how", ["removed", "unreadable"])
def test_facts_that_cannot_be_read_once_they_are_verified_count_as_missing(how, store, tmp_path, monkeypatch):
    def checksum_then_lose(path):
        found = checksum(path)
        damage(path, "gone" if how == "removed" else "empty")
        return found

    store.put("usage", MONTH, "abc", FRAME)
    checksum = facts._checksum
    monkeypatch.setattr(facts, "_checksum", checksum_then_lose)
    assert FactStore(tmp_path / "facts").get("usage", MONTH, "abc") is None


def test_the_two_newest_fingerprints_of_a_month_are_kept(store, tmp_path):
    for fingerprint in ("a", "b", "c"):
        store.put("usage", MONTH, fingerprint, FRAME)
        store.put("usage", MONTH + 1, fingerprint, FRAME)
        store.put("tickets", MONTH, "x", FRAME)
    assert [store.get("usage", MONTH, fingerprint) is None for fingerprint in "abc"] == [True, False, False]
    expected = [f"{month}-{fingerprint}" for month in ("2026-10", "2026-11") for fingerprint in "bc"]
    assert files(tmp_path / "facts" / "usage") == [f"{name}.{end}" for name in expected for end in ("json", "parquet")]


def test_a_computation_that_fails_leaves_the_former_facts(store, tmp_path):
    store.put("usage", MONTH, "abc", FRAME)
    failing = FRAME.lazy().with_columns(pl.col("account_id").cast(pl.Int64))
    with pytest.raises(pl.exceptions.InvalidOperationError):
        store.get_or_make("usage", MONTH, "abd", lambda: Fact(failing))
    assert store.get("usage", MONTH, "abc").frame.collect().equals(FRAME)
    assert files(tmp_path / "facts") == ["2026-10-abc.json", "2026-10-abc.parquet"]


def test_a_folder_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "facts").write_text("not a folder")
    with pytest.raises(RetierError, match=r"facts/usage/2026-10-abc\.parquet cannot be written: a part of that path"):
        FactStore(tmp_path / "facts").put("usage", MONTH, "abc", FRAME)


def test_a_full_disk_is_reported_and_leaves_nothing_behind(tmp_path):
    code = f"""
import resource
from pathlib import Path
import polars as pl
from sql.facts import FactStore
from transforms.errors import RetierError
from transforms.month import Month
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
frame = pl.DataFrame({{"n": range(100_000)}}).with_columns(h=pl.col("n").hash())
try:
    FactStore(Path({str(tmp_path)!r})).put("usage", Month.parse("2026-10"), "abc", frame)
except RetierError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "usage/2026-10-abc.parquet cannot be written: the file may not grow any further" in done.stdout
    assert files(tmp_path) == []


def test_names_that_would_leave_the_store_are_refused(store):
    with pytest.raises(RetierError, match="cannot be part of a file name"):
        store.put("../usage", MONTH, "abc", FRAME)


def test_the_same_rows_give_the_same_bytes(store, tmp_path):
    for fingerprint in ("a", "b"):
        store.put("usage", MONTH, fingerprint, FRAME)
    one, other = (tmp_path / f"facts/usage/2026-10-{fingerprint}.parquet" for fingerprint in "ab")
    assert one.read_bytes() == other.read_bytes()
