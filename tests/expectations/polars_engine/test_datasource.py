"""The data source: what it takes, and that it is found again by another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.exceptions.exceptions import BuildBatchRequestError, InvalidBatchRequestError

from tests.expectations.polars_engine.harness import definition

ROOT = Path(__file__).parents[3]
FRAME = pl.DataFrame({"a": [1, 2]})


@pytest.mark.parametrize(
    "parameters",
    [None, {}, {"dataframe": [1]}, {"dataframe": FRAME, "year": 2024}, {"references": {"a": pl.Series([1])}}],
)
def test_other_parameters_are_refused(parameters):
    with pytest.raises(BuildBatchRequestError, match=r'must be {"dataframe": a Polars LazyFrame or DataFrame}'):
        definition().get_batch(parameters)


def test_slices_are_refused():
    with pytest.raises(BuildBatchRequestError, match="one batch, the whole frame"):
        definition().data_asset.build_batch_request({"dataframe": FRAME}, batch_slice="[-1:]")


def test_requests_for_other_assets_are_refused():
    one, other = definition(), definition()
    with pytest.raises(InvalidBatchRequestError, match="not for"):
        one.data_asset.get_batch(other.build_batch_request({"dataframe": FRAME}))


def test_eager_and_lazy_frames_are_the_same():
    suite = gx.ExpectationSuite("s", expectations=[gxe.ExpectTableRowCountToEqual(value=2)])
    assert all(definition().get_batch({"dataframe": frame}).validate(suite).success for frame in (FRAME, FRAME.lazy()))


def test_a_batch_carries_the_metadata_of_its_asset():
    source = definition().data_asset.datasource
    asset = source.add_dataframe_asset("with metadata", batch_metadata={"month": "2026-10"})
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": FRAME})
    assert batch.metadata == {"month": "2026-10"}


SAVE = """
import great_expectations as gx, great_expectations.expectations as gxe, polars as pl
import expectations.polars_engine as engine
context = gx.get_context(mode="file", project_root_dir={folder!r})
asset = context.data_sources.add_polars("frames").add_dataframe_asset("usage")
whole = asset.add_batch_definition_whole_dataframe("whole")
suite = context.suites.add(gx.ExpectationSuite("usage", expectations=[
    gxe.ExpectColumnValuesToBeBetween(column="events", min_value=0, severity="warning"),
    engine.ExpectColumnValuesToBeInReference(column="account_id", reference="accounts.id"),
]))
validation = context.validation_definitions.add(gx.ValidationDefinition(name="usage", data=whole, suite=suite))
context.checkpoints.add(gx.Checkpoint(
    name="usage", validation_definitions=[validation], actions=[gx.checkpoint.UpdateDataDocsAction(name="docs")]))
"""

REOPEN = """
import great_expectations as gx, polars as pl
import expectations.polars_engine as engine
context = gx.get_context(mode="file", project_root_dir={folder!r})
frame = pl.LazyFrame({{"account_id": ["a", "stranger"], "events": [1, -5]}})
references = engine.References({{"accounts.id": pl.Series(["a", "secret-1"])}})
run = context.checkpoints.get("usage").run(batch_parameters={{"dataframe": frame, "references": references}})
(result,) = run.run_results.values()
print(sorted((one.expectation_config.type, one.success, one.result["unexpected_count"]) for one in result.results))
"""


def run(script: str, folder: Path) -> str:
    command = [sys.executable, "-c", script.format(folder=str(folder))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_project_is_found_again_by_another_process(tmp_path):
    run(SAVE, tmp_path)
    told = run(REOPEN, tmp_path)
    assert told.strip().splitlines()[-1] == (
        "[('expect_column_values_to_be_between', False, 1), ('expect_column_values_to_be_in_reference', False, 1)]"
    )
    pages = [page.read_text(encoding="utf-8") for page in tmp_path.rglob("validations/**/*.html")]
    assert len(pages) == 1
    assert "values must be among those of" in pages[0]
    assert "stranger" in pages[0]
    everything = "".join(
        file.read_text(encoding="utf-8", errors="ignore") for file in tmp_path.rglob("*.*") if file.is_file()
    )
    assert "secret-1" not in everything
