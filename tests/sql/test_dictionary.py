"""The data dictionary in docs/ is the one that the contracts make."""

import runpy
import sys
from pathlib import Path

import pytest

from sql.dictionary import dictionary
from transforms.contracts import PUBLISHED, SOURCES, VIEWS

WRITTEN = Path(__file__).parents[2] / "docs" / "data_dictionary.md"


@pytest.fixture(scope="module")
def text():
    return dictionary()


def section(text, name):
    return text.split(f"\n### {name}\n")[1].split("\n### ")[0]


def test_the_page_in_docs_is_up_to_date(text):
    assert WRITTEN.read_text(encoding="utf-8") == text, "the contracts have changed: run `make dictionary`"


def test_every_source_table_and_view_has_a_section(text):
    headings = [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")]
    assert headings == [*SOURCES, *PUBLISHED, *VIEWS]


@pytest.mark.parametrize("table", [*SOURCES.values(), *PUBLISHED.values()], ids=lambda table: table.name)
def test_a_table_tells_grain_key_caveats_and_all_columns(text, table):
    told = section(text.split("## Published tables")[table.name in PUBLISHED], table.name)
    assert table.grain in told
    assert table.caveats in told
    listed = [line.split("|")[1].strip().strip("`") for line in told.splitlines() if line.startswith("| `")]
    assert listed == list(table.columns)


def test_a_row_tells_type_unit_null_and_allowed_values(text):
    tiers = section(text, "account_tiers")
    assert (
        "| `is_provisional` | boolean |  | never | True until the first month with a priority. |" in tiers.splitlines()
    )
    assert "| `points_to_promotion` | double precision | points |  |" in tiers
    assert "One of low_touch, mid_touch, high_touch." in tiers
    assert "Read as null where `paid_date` lies after the month's end." in section(text, "invoices")
    assert "separated by \\| or ;" in section(text, "products")


def test_the_message_of_a_check_is_a_sentence_and_no_kind_of_notification(text):
    assert "the first examples and what to do. |" in section(text, "check_results")
    assert "One of digest, alert, summary, draft." in section(text, "notifications")


def test_the_module_writes_the_page(tmp_path, monkeypatch, text):
    page = tmp_path / "page.md"
    monkeypatch.setattr(sys, "argv", ["dictionary", str(page)])
    monkeypatch.delitem(sys.modules, "sql.dictionary")
    runpy.run_module("sql.dictionary", run_name="__main__")
    assert page.read_text(encoding="utf-8") == text
