"""Accounts, names and features of any characters come through a run unharmed."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.flows.naughty import NAUGHTY, SHARED
from tests.flows.projects import JANUARY, Row, published_tables, run_months, write_csv, write_project


def _everything_naughty() -> list[str]:
    path = SHARED / "data" / "blns" / "blns.json"
    shared = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    # An empty text is a null everywhere, and no text file can hold the character 0.
    return list(dict.fromkeys(text for text in [*NAUGHTY, *shared] if text and "\x00" not in text))


EVERYTHING = _everything_naughty()
_WRITERS = {
    "csv": write_csv,
    "jsonl": lambda path, rows: pl.DataFrame(rows).write_ndjson(path),
    "parquet": lambda path, rows: pl.DataFrame(rows).write_parquet(path),
}


def naughty_project(folder: Path, ending: str = "csv") -> Path:
    """A project in which every id, name, product and feature is naughty; one account each."""
    accounts: list[Row] = [{"account_id": text, "name": text, "created_date": "2024-01-01"} for text in EVERYTHING]
    subscriptions: list[Row] = [
        {
            "account_id": text, "subscription_id": text, "product": text, "mrr": 1000 + number, "seats": 10,
            "start_date": "2024-01-01",
        }
        for number, text in enumerate(EVERYTHING)
    ]  # fmt: skip
    usage: list[Row] = [
        {"account_id": text, "date": "2025-01-15", "feature": text, "events": 30, "active_users": 5}
        for text in EVERYTHING
    ]
    write_project(folder, {"accounts": accounts[:1], "subscriptions": subscriptions[:1], "usage": usage[:1]})
    for source, rows in {"accounts": accounts, "subscriptions": subscriptions, "usage": usage}.items():
        _WRITERS[ending](folder / "data" / f"{source}.{ending}", rows)
    settings = folder / "retier.yaml"
    # Spaces at the edges of ids are kept here, since nothing else tells some of these accounts apart.
    written = settings.read_text(encoding="utf-8").replace(".csv}", f".{ending}, trim: false}}")
    settings.write_text(written, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def naughty(tmp_path_factory):
    """The project, published."""
    folder = naughty_project(tmp_path_factory.mktemp("naughty"))
    run_months(folder, [JANUARY])
    return folder


@pytest.mark.parametrize("ending", _WRITERS)
def test_every_account_and_name_is_published_as_it_is_written(tmp_path, ending):
    folder = naughty_project(tmp_path, ending)
    run_months(folder, [JANUARY])
    wanted = {"account_id", "name", "events", "products_owned"}
    published = published_tables(folder, lambda column: column in wanted)["account_features"]

    assert published == sorted((text, text, 30, 1) for text in EVERYTHING)


def test_features_of_any_name_are_told_apart(naughty):
    shares = published_tables(naughty, lambda column: column == "feature_breadth_share")["account_features"]

    assert len(shares) == len(EVERYTHING)
    assert {round(share * len(EVERYTHING), 9) for (share,) in shares} == {1}


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_every_account_can_be_explained(naughty, run, text):
    told = run("explain", "--json", "--project", naughty, "--", text)
    shown = run("explain", "--project", naughty, "--", text)

    assert (told.exit_code, shown.exit_code) == (0, 0), told.stderr + shown.stderr
    explanation = json.loads(told.stdout)
    assert (explanation["account_id"], explanation["name"]) == (text, text)
    assert "\x1b" not in shown.stdout
