"""What customers may read holds nothing internal: every internal value is planted, and none may come back out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import polars as pl
import pytest
import yaml

from flows.settings import default_policy_text
from tests.factories import rows
from tests.flows.conftest import write_project
from tests.flows.published import JANUARY, publish_month
from transforms.contracts import PUBLISHED, Column

OF_ACCOUNTS = (
    "account_features", "account_scores", "account_tiers", "account_segments", "engagement_plan", "engagement_actions",
)  # fmt: skip
MAY_BE_READ = {"account_id", "name", "month", "tier", "entitlements"}
"""Whose account it is, and of which service level: all else is internal."""

HAVE_SHAPE = {"policy_version", "revision", "run_id", "binding_constraint", "earliest_promotion_month"}
"""What publishing checks: planted elsewhere, or no secret."""


def planted_columns() -> Iterator[tuple[str, Column, int]]:
    """Every internal column of the tables of accounts, each with a number of its own."""
    number = 0
    for table in OF_ACCOUNTS:
        for field in PUBLISHED[table].fields:
            if field.name not in MAY_BE_READ | HAVE_SHAPE and not field.column.allowed:
                number += 1
                yield table, field.column, number


def planted_value(column: Column, number: int):
    """A value that is found again, however it is written."""
    if column.name == "levers":
        return json.dumps([{"component": f"planted-{number}-end", "points": 71_000_000 + 1013 * number}])
    if column.dtype == pl.String:
        return f"planted-{number}-end"
    if column.dtype in {pl.Int64, pl.Float64}:
        return 71_000_000 + 1013 * number
    return None


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = write_project(tmp_path_factory.mktemp("customers"), policy=planted_policy())
    values = {table: {} for table in OF_ACCOUNTS}
    for table, column, number in planted_columns():
        if (value := planted_value(column, number)) is not None:
            values[table][column.name] = value
    texts = {"entitlements": "pooled_csm,tailored_guides"}
    of_account = [{"account_id": "a-1"}, {"account_id": "b-2"}]
    more = {
        table: rows(PUBLISHED[table], of_account, month=JANUARY.first_day, **(values[table] | own))
        for table, own in {
            "account_segments": {},
            "engagement_plan": texts,
            "engagement_actions": {"action": "planted-action-end"},
        }.items()
    }
    merged = values["account_features"] | values["account_scores"] | values["account_tiers"]
    merged |= {"previous_tier": "low_touch"}
    accounts = {"a-1": merged | {"name": "Acme Corp"}, "b-2": merged | {"name": "planted-neighbour-end"}}
    publish_month(folder, JANUARY, accounts, **more)
    return folder


def planted_policy() -> str:
    """The default policy with every reason planted."""
    return yaml.safe_dump(_planted(yaml.safe_load(default_policy_text())), sort_keys=False)


def _planted(written):
    if isinstance(written, dict):
        return {key: "planted-reason-end" if key == "reason" else _planted(inner) for key, inner in written.items()}
    return [_planted(inner) for inner in written] if isinstance(written, list) else written


LINES = {
    "explain": ["explain", "a-1", "--audience", "customer"],
    "explain_json": ["explain", "a-1", "--audience", "customer", "--json"],
    "criteria": ["criteria", "--audience", "customer"],
    "criteria_page": ["criteria", "--audience", "customer", "--format", "html"],
    "criteria_json": ["criteria", "--audience", "customer", "--json"],
}


def test_what_is_planted_is_told_to_colleagues(run, project):
    text = run("explain", "a-1", "--json", "--project", project).stdout

    found = {int(number) for number in re.findall(r"planted-(\d+)-end", text)}
    numbers = {int(number) for number in re.findall(r"71\d{6}", text)}
    assert len(found) > 10
    assert len(numbers) > 20


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_nothing_planted_comes_out(run, project, line):
    result = run(*line, "--project", project)

    assert result.exit_code == 0, result.stderr
    assert leaks(result.stdout) == []


def test_nothing_planted_comes_out_in_letters(run, project):
    result = run("notify", "--customer-drafts", "--month", JANUARY, "--project", project)
    letters = [path.read_text(encoding="utf-8") for path in project.glob("out/messages/*/customer/*")]

    assert result.exit_code == 0, result.stderr
    assert len(letters) == 2
    # Each letter bears the name of its own customer and of no other.
    assert ["planted-neighbour-end" in letter for letter in sorted(letters)].count(True) == 1
    assert leaks("\n".join(letters).replace("Dear planted-neighbour-end,", "")) == []
    assert all("- Guides and best practices for your industry" in letter for letter in letters)
    assert not any("- Webinars" in letter for letter in letters), "the plan does not include them"


def leaks(text: str) -> list[str]:
    """List what is internal in a text, whatever separates the digits of its numbers."""
    digits = re.sub(r"(?<=\d)[,._'\s](?=\d)", "", text)
    return re.findall(r"planted-[\w-]*|71\d{4,}", digits)
