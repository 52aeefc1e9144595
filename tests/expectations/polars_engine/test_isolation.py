"""Validations do not meet: not in threads, not over batches, and not with the world outside."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl

from tests.expectations.polars_engine.harness import definition

ROOT = Path(__file__).parents[3]


def counts_of(whole, number):
    """What validating a frame of so many rows, a third of them bad, finds."""
    frame = pl.DataFrame({"a": [row % 3 for row in range(number)], "b": range(number)}).lazy()
    suite = gx.ExpectationSuite(
        f"suite {number}",
        expectations=[
            gxe.ExpectColumnValuesToNotBeInSet(column="a", value_set=[0]),
            gxe.ExpectColumnValuesToBeUnique(column="b"),
            gxe.ExpectTableRowCountToEqual(value=number),
        ],
    )
    result = whole.get_batch({"dataframe": frame}).validate(suite)
    return sorted(str(one.result.get("unexpected_count", one.result.get("observed_value"))) for one in result.results)


def expected_of(number):
    return sorted([str(-(-number // 3)), "0", str(number)])


def test_eight_threads_validate_at_once():
    numbers = [10 + number for number in range(24)]
    wholes = [definition() for _ in numbers]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(counts_of, wholes, numbers))
    assert found == [expected_of(number) for number in numbers]


def test_even_of_one_asset():
    numbers = [10 + number for number in range(24)]
    whole = definition()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(counts_of, [whole] * len(numbers), numbers))
    assert found == [expected_of(number) for number in numbers]


def test_frames_one_after_the_other_are_not_confused():
    whole = definition()
    assert [counts_of(whole, number) for number in (9, 12, 9)] == [expected_of(number) for number in (9, 12, 9)]


def test_a_frame_is_let_go_when_its_validation_has_ended():
    frame = pl.DataFrame({"a": [1]})
    gone = weakref.ref(frame)
    suite = gx.ExpectationSuite("s", expectations=[gxe.ExpectColumnValuesToNotBeNull(column="a")])
    definition().get_batch({"dataframe": frame}).validate(suite)
    del frame
    gc.collect()
    assert gone() is None


REFUSE = """
import socket, tempfile

def refuse(*_, **__):
    raise AssertionError("something reached for the network")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
"""


def example() -> str:
    """The example of the README."""
    readme = (ROOT / "expectations" / "polars_engine" / "README.md").read_text(encoding="utf-8")
    return readme.partition("```python\n")[2].partition("```")[0]


def test_the_example_runs_and_sends_and_writes_nothing(tmp_path):
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", REFUSE + example() + "\nprint(tempfile.gettempdir())"],
        cwd=home,
        env={"HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "expect_column_values_to_be_in_reference critical 1 ['nobody']",
        "expect_column_values_to_be_between warning 1 [-3]",
        str(temporary),
    ]
    assert sorted(tmp_path.rglob("*")) == [home, temporary]


def test_the_package_knows_nothing_of_the_product():
    sources = (ROOT / "expectations" / "polars_engine").rglob("*.py")
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    assert "transforms" not in text
    assert "from expectations." not in text.replace("from expectations.polars_engine", "")
