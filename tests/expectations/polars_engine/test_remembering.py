"""Remembering configurations makes validation faster and changes nothing that it says."""

from __future__ import annotations

import great_expectations as gx
import great_expectations.expectations as gxe
import polars as pl
import pytest
from great_expectations.core.id_dict import IDDict

from expectations import polars_engine  # noqa: F401 - registers the engine
from expectations.polars_engine.remembering import configurations_remembered

FRAME = pl.DataFrame({"a": [1, 2, None, 2], "b": ["x", "y", "z", None]})
SUITE = [
    gxe.ExpectColumnValuesToNotBeNull(column="a", severity="warning", meta={"check": "a"}),
    gxe.ExpectColumnValuesToBeBetween(column="a", min_value=2, mostly=0.5),
    gxe.ExpectColumnValuesToBeBetween(column="a", min_value=2, max_value=2),
    gxe.ExpectColumnValuesToBeInSet(column="b", value_set=["x"], severity="info"),
    gxe.ExpectColumnValuesToBeUnique(column="a"),
    gxe.ExpectCompoundColumnsToBeUnique(column_list=["a", "b"], ignore_row_if="never"),
    gxe.ExpectTableColumnsToMatchSet(column_set=["a", "b"], exact_match=True),
    gxe.ExpectColumnValuesToNotBeNull(column="missing"),
]


@pytest.fixture
def batch():
    source = gx.get_context(mode="ephemeral").data_sources.add_polars(name="polars")
    definition = source.add_dataframe_asset(name="frame").add_batch_definition_whole_dataframe("whole")
    return definition.get_batch({"dataframe": FRAME})


def said(batch):
    result = batch.validate(gx.ExpectationSuite(name="suite", expectations=SUITE)).to_json_dict()
    for each in result["results"]:
        each["expectation_config"].pop("id", None)
        for information in [each["exception_info"], *each["exception_info"].values()]:
            if isinstance(information, dict):
                information.pop("exception_traceback", None)
    return result["results"], result["statistics"]


def test_it_changes_nothing_that_is_said(batch):
    plain = said(batch)
    with configurations_remembered():
        first, second = said(batch), said(batch)
    assert first == second == plain


def test_a_configuration_is_made_once_within_the_block_and_anew_outside():
    expectation = SUITE[0]
    with configurations_remembered():
        assert expectation.configuration is expectation.configuration
        inside = expectation.configuration
    assert expectation.configuration is not inside
    assert expectation.configuration == inside


def test_nothing_is_kept_from_one_block_for_the_next():
    expectation = gxe.ExpectColumnValuesToNotBeNull(column="a")
    with configurations_remembered():
        assert expectation.configuration.kwargs["column"] == "a"
    expectation.column = "b"
    with configurations_remembered():
        assert expectation.configuration.kwargs["column"] == "b"


@pytest.mark.parametrize(
    "arguments",
    [
        {"a": 1, "b": 2},
        {"a": 1.0, "b": 2},
        {"a": True, "b": 2},
        {"a": "1", "b": None},
        {"a": [1], "b": 2},
        {"a": 1},
        {},
    ],
    ids=str,
)
def test_the_id_of_arguments_is_what_it_is_without(arguments):
    plain = IDDict(arguments).to_id()
    with configurations_remembered():
        others = [
            IDDict({"a": 1, "b": 2}).to_id(),
            IDDict({"a": 1.0, "b": 2}).to_id(),
            IDDict({"a": True, "b": 2}).to_id(),
        ]
        assert [IDDict(arguments).to_id() for _ in range(2)] == [plain, plain]
        assert IDDict(arguments | {"c": 3}).to_id(id_ignore_keys={"c"}) == plain
    assert len(set(others)) == len(others)
