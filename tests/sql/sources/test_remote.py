"""Files in an object store, tried on the stores that fsspec keeps in memory."""

import io
import threading
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import polars as pl
import pytest

from sql.sources.files import find_files
from sql.sources.spec import SourceSpec
from transforms.errors import RetierError
from transforms.month import Month

JANUARY = Month.parse("2026-01")


def test_a_store_whose_package_is_missing_is_reported(project):
    with pytest.raises(RetierError, match=r"usage: reading (s3|gs|az):// needs the Python package (s3fs|gcsfs|adlfs)"):
        find_files("usage", SourceSpec(path=["s3://lake/*.csv", "gs://lake/*.csv", "az://lake/*.csv"]), project)


@pytest.fixture
def store():
    fsspec = pytest.importorskip("fsspec")
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()


def test_text_files_are_fetched_and_staged(store, events):
    store.pipe("/lake/1.csv", b"account_id,date,feature,events\nA,2026-01-01,f,1\n")
    store.pipe("/lake/2.csv", b"account_id,date,feature,events\nB,2026-01-02,f,2\n")
    source = events("usage", path="memory://lake/*.csv")
    assert source.usable(JANUARY).collect()["account_id"].to_list() == ["A", "B"]
    before = source.months()
    store.rm("/lake/1.csv")
    store.pipe("/lake/1.csv", b"account_id,date,feature,events\nZ,2026-01-01,f,1\n")
    assert events("usage", path="memory://lake/*.csv").months() != before


def test_parquet_files_are_fetched_from_where_polars_cannot_scan(store, events):
    file = io.BytesIO()
    row = {"account_id": "A", "date": [date(2026, 1, 1)], "feature": "f", "events": 1}
    pl.DataFrame(row).write_parquet(file)
    store.pipe("/lake/1.parquet", file.getvalue())
    assert events("usage", path="memory://lake/1.parquet").usable(JANUARY).collect().height == 1


def test_the_password_of_a_web_server_is_not_part_of_a_file_s_name(project):
    pytest.importorskip("aiohttp")
    (project / "usage.csv").write_text("account_id,date,feature,events\nA,2026-01-01,f,1\n")
    serve = partial(SimpleHTTPRequestHandler, directory=project)
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"127.0.0.1:{server.server_port}/usage.csv"
        [file] = find_files("usage", SourceSpec(path=f"http://me:s3cret@{address}"), project)
        server.shutdown()
    assert (file.name, file.location) == (f"http://me:***@{address}", f"http://me:s3cret@{address}")


def test_a_secret_in_the_query_of_a_url_is_not_part_of_a_file_s_name_and_files_stay_apart(project):
    pytest.importorskip("aiohttp")
    (project / "usage.csv").write_text("account_id,date,feature,events\nA,2026-01-01,f,1\n")
    serve = partial(SimpleHTTPRequestHandler, directory=project)
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/usage.csv"
        spec = SourceSpec(path=[f"{address}?month={month}&sig=s3cret" for month in (1, 2)], format="csv")
        files = find_files("usage", spec, project)
        server.shutdown()
    assert {file.location for file in files} == set(spec.paths)
    assert [file.name.startswith(f"{address}?month=***&sig=*** (") for file in files] == [True, True]
    assert len({file.name for file in files}) == len({file.fingerprint for file in files}) == 2


def test_a_pattern_that_matches_nothing_is_reported(store, events):
    with pytest.raises(RetierError, match="no file matches 'memory://lake/"):
        events("usage", path="memory://lake/*.csv").months()
