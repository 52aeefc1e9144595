"""Values against a named set that came with the batch and never goes into suite or result."""

from __future__ import annotations

import json

import great_expectations as gx
import polars as pl
import pytest
from great_expectations.exceptions.exceptions import BuildBatchRequestError
from great_expectations.expectations.row_conditions import Column
from great_expectations.render.renderer.content_block import ExpectationStringRenderer

from expectations.polars_engine import ExpectColumnValuesToBeInReference, References
from tests.expectations.polars_engine.harness import context, definition, error_of, validate_one

USAGE = pl.LazyFrame({"account_id": ["a", "b", "x", None], "events": [1, 1, 0, 0]})
ACCOUNTS = pl.Series("id", ["secret-1", "b", "a", None, "a"])
CHECK = ExpectColumnValuesToBeInReference(column="account_id", reference="accounts.id")


@pytest.mark.parametrize("given", [ACCOUNTS, ACCOUNTS.to_frame(), ACCOUNTS.to_frame().lazy()])
def test_values_outside_are_unexpected_and_missing_ones_are_not(given):
    result = validate_one(USAGE, CHECK, references={"accounts.id": given}).result
    assert (result["unexpected_list"], result["missing_count"], result["element_count"]) == (["x"], 1, 4)


@pytest.mark.parametrize(
    ("options", "success"),
    [
        ({"mostly": 0.6}, True),
        ({"mostly": 0.7}, False),
        ({"row_condition": Column("events") > 0}, True),
        ({"row_condition": Column("events") == 0}, False),
    ],
)
def test_mostly_and_conditions(options, success):
    check = ExpectColumnValuesToBeInReference(column="account_id", reference="accounts.id", **options)
    assert validate_one(USAGE, check, references={"accounts.id": ACCOUNTS}).success is success


def test_an_empty_reference_holds_nothing():
    references = {"accounts.id": pl.Series([], dtype=pl.String)}
    assert validate_one(USAGE, CHECK, references=references).result["unexpected_count"] == 3


@pytest.mark.parametrize(
    ("references", "message"),
    [
        (None, "no reference 'accounts.id' was given with the batch (given: none)"),
        ({"other": ACCOUNTS}, "(given: other)"),
        ({"accounts.id": pl.DataFrame({"a": [1], "b": [1]})}, "has 2 columns; select the one"),
        ({"accounts.id": pl.Series([1])}, "is_in"),
    ],
)
def test_a_reference_that_will_not_do_is_an_error_of_the_expectation(references, message):
    parameters = {"references": references} if references else {}
    assert message in error_of(validate_one(USAGE, CHECK, **parameters))


def test_a_reference_that_is_no_data_is_refused_at_once():
    with pytest.raises(BuildBatchRequestError, match="is a list; pass a Polars Series or frame"):
        definition().get_batch({"dataframe": USAGE, "references": {"accounts.id": ["a"]}})


def test_neither_result_nor_batch_holds_the_values():
    batch = definition().get_batch({"dataframe": USAGE, "references": {"accounts.id": ACCOUNTS}})
    result = batch.validate(gx.ExpectationSuite("s", expectations=[CHECK]), result_format="COMPLETE")
    written = json.dumps(result.to_json_dict(), default=str)
    assert "secret-1" not in written + batch.id + repr(batch.metadata)
    assert "accounts.id" in written


def test_a_checkpoint_writes_down_names_only():
    suite = context().suites.add(gx.ExpectationSuite("reference suite", expectations=[CHECK]))
    validation = gx.ValidationDefinition(name="reference validation", data=definition(), suite=suite)
    checkpoint = context().checkpoints.add(
        gx.Checkpoint(
            name="reference checkpoint",
            validation_definitions=[context().validation_definitions.add(validation)],
            result_format="SUMMARY",
        )
    )
    references = References({"accounts.id": ACCOUNTS})
    run = checkpoint.run(batch_parameters={"dataframe": USAGE, "references": references})
    assert not run.success
    assert "secret-1" not in json.dumps(run.describe_dict(), default=str)
    (stored,) = (context().validation_results_store.get(key) for key in context().validation_results_store.list_keys())
    assert stored.meta["batch_parameters"]["references"] == {"names": ["accounts.id"]}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "$column values must be among those of $reference."),
        ({"mostly": 0.95}, "$column values must be among those of $reference, at least $mostly_pct % of the time."),
    ],
)
def test_data_docs_say_what_is_expected(options, sentence):
    check = ExpectColumnValuesToBeInReference(column="account_id", reference="accounts.id", **options)
    (rendered,) = ExpectationStringRenderer.render(check.configuration)
    template = rendered.string_template
    assert template["template"] == sentence
    assert template["params"]["reference"] == "accounts.id"
    assert template["params"].get("mostly_pct") == ("95" if options else None)


def test_data_docs_say_under_which_condition():
    check = ExpectColumnValuesToBeInReference(
        column="account_id",
        reference="accounts.id",
        row_condition=(Column("events") > 0) & Column("month").is_not_null(),
    )
    (rendered,) = ExpectationStringRenderer.render(check.configuration)
    template = rendered.string_template
    assert "$column values must be among those of $reference." in template["template"]
    assert "events" in str(template["params"])


def test_cloud_renderers_say_it_too():
    check = ExpectColumnValuesToBeInReference(column="account_id", reference="accounts.id", mostly=0.5)
    check.render()
    assert check.rendered_content[0].value.template.startswith("$column values must be among those of $reference, at")
