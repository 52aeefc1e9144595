"""retier.yaml: defaults, the environment, and every error by place and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import load_project
from flows.settings.yaml_file import FileError
from tests.flows.conftest import SOURCES, write_project
from transforms.errors import WrongUseError


def test_only_sources_have_no_default(project):
    settings = load_project(project, {}).settings

    assert settings.warehouse == "duckdb:///retier.duckdb"
    assert (settings.facts, settings.output, settings.policy) == ("facts/", "out/", "policy.yaml")
    assert (settings.currency, settings.tier_at) == ("USD", "account")
    assert set(settings.sources) == {"accounts", "usage", "subscriptions"}


def test_folders_lie_in_the_project(project):
    read = load_project(project, {})

    assert read.directory == project
    assert (read.facts, read.output) == (project / "facts", project / "out")


def test_the_folder_is_given_or_named_by_the_environment_or_the_current_one(project, tmp_path_factory, monkeypatch):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(project)
    assert load_project(None, {}).directory == project
    assert load_project(None, {"RETIER_PROJECT": ""}).directory == project

    monkeypatch.chdir(elsewhere)
    assert load_project(None, {"RETIER_PROJECT": str(project)}).directory == project
    assert load_project(project, {"RETIER_PROJECT": str(elsewhere)}).directory == project


def test_a_relative_folder_is_made_absolute(project, monkeypatch):
    monkeypatch.chdir(project.parent)

    assert load_project(Path(project.name), {}).directory == project


def test_the_policy_may_lie_elsewhere(project):
    (project / "policies").mkdir()
    (project / "policy.yaml").rename(project / "policies" / "ours.yaml")
    (project / "retier.yaml").write_text(f"policy: policies/ours.yaml\n{SOURCES}")

    assert load_project(project, {}).policies.versions


def test_the_environment_overrides_the_warehouse(project):
    url = "duckdb:////elsewhere/retier.duckdb"

    assert load_project(project, {"RETIER_WAREHOUSE": url}).settings.warehouse == url
    assert load_project(project, {"RETIER_WAREHOUSE": ""}).settings.warehouse == "duckdb:///retier.duckdb"


def test_secrets_are_in_the_settings_and_in_no_representation(project):
    write_project(project, "warehouse: postgresql://retier:${PASSWORD}@host/db\n" + SOURCES)

    read = load_project(project, {"PASSWORD": "hunter2"})

    assert read.settings.warehouse == "postgresql://retier:hunter2@host/db"
    assert "hunter2" not in repr(read) + str(read)


def test_a_folder_without_a_project_is_named_with_what_to_do(tmp_path):
    with pytest.raises(WrongUseError, match=r"no project in .*retier.yaml is missing.*--project.*retier init"):
        load_project(tmp_path, {})


def test_a_missing_policy_is_named(project):
    (project / "policy.yaml").unlink()

    with pytest.raises(WrongUseError, match=r"policy.yaml is missing"):
        load_project(project, {})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(
            "curency: EUR\n" + SOURCES,
            "curency (line 1): got 'EUR', unknown key: did you mean currency?",
            id="typo in a key",
        ),
        pytest.param(
            "nonsense: 1\n" + SOURCES,
            "unknown key: expected one of warehouse, facts, output, currency, tier_at, policy, channels, delivery, "
            "vendors, sources",
            id="key out of the blue",
        ),
        pytest.param(
            SOURCES + "tier_at: parent\n",
            "tier_at (line 5): got 'parent', expected 'account' or 'ultimate_parent'",
            id="unknown choice",
        ),
        pytest.param("currency: usd\n" + SOURCES, "got 'usd', expected an ISO 4217 code", id="currency in small"),
        pytest.param("currency: [USD]\n" + SOURCES, "got ['USD'], expected a valid string", id="wrong type"),
        pytest.param("warehouse: retier.duckdb\n" + SOURCES, "got 'retier.duckdb', expected a URL", id="no URL"),
        pytest.param("facts: ''\n" + SOURCES, "facts (line 1): got ''", id="empty path"),
        pytest.param(
            "facts: ${FOLDER}\n" + SOURCES,
            "facts (line 1): got '${FOLDER}', the environment variable FOLDER is not set",
            id="variable not set",
        ),
        pytest.param(
            SOURCES + "  acounts: {path: x}\n",
            "sources.acounts (line 5): got 'acounts', unknown source: did you mean accounts?",
            id="typo in a source",
        ),
        pytest.param(
            SOURCES + "  zebras: {path: x}\n",
            "unknown source: expected one of accounts, usage, subscriptions, invoices",
            id="source out of the blue",
        ),
        pytest.param(
            SOURCES.replace("  usage: {path: data/usage.csv}\n", ""),
            "sources.usage (line 1): missing: expected this required source (one row per account, day and feature",
            id="required source missing",
        ),
        pytest.param(
            SOURCES + "  tickets: {path: a.csv, sql: b.sql}\n",
            "sources.tickets (line 5): got ['path', 'sql'], write exactly one of path, sql and vendor",
            id="two origins",
        ),
        pytest.param(
            SOURCES + "  tickets: {path: 5}\n",
            "sources.tickets.path (line 5): got 5, expected a valid string or a valid list",
            id="wrong type of a source's path",
        ),
        pytest.param(
            SOURCES + "  tickets:\n    path: a.csv\n    renames: {ticket_id: id}\n",
            "sources.tickets.renames (line 7): got ['ticket_id'], unknown key",
            id="unknown key of a source",
        ),
        pytest.param(
            SOURCES + "  tickets: {path: a.csv, rename: {tiket_id: id}}\n",
            "sources.tickets (line 5): got ['path', 'rename'], rename names 'tiket_id', which tickets does not have",
            id="unknown column of a source",
        ),
        pytest.param(
            SOURCES + "  tickets: {path: a.csv, cast: {opened_at: {format: nonsense}}}\n",
            "sources.tickets.cast.opened_at.format (line 5): got 'nonsense', 'nonsense' does not write a whole date",
            id="deep in a source",
        ),
        pytest.param("sources:\n", "sources (line 1): got None", id="sources without any"),
        pytest.param("currency: USD\n", "sources: missing", id="no sources"),
        pytest.param("", "the whole file: missing: expected a mapping", id="empty file"),
        pytest.param(
            SOURCES.replace("accounts.csv}", "accounts.csv, constants: {plan: 007}}"),
            "sources.accounts.constants.plan (line 2): got 007, which some read to base 8",
            id="number with leading zeros for a text",
        ),
        pytest.param(
            SOURCES.replace("usage.csv}", "usage.csv, cast: {events: {multiply: 1.0e+300}}}"),
            "sources.usage.cast.events.multiply (line 3): got 1e+300, expected a number from 1e-12 to 1e+12",
            id="factor beyond any column",
        ),
        pytest.param("delivery: {maximum_attempts: 010}\n" + SOURCES, "got 010, which some read to base 8", id="octal"),
        pytest.param("- 1\n", "the whole file: got [1], expected a mapping", id="list"),
        pytest.param("1: 2\n" + SOURCES, "1 (line 1): got 2, unknown key", id="number as key"),
    ],
)
def test_errors_are_named_with_place_line_value_and_what_was_expected(project, settings, expected):
    write_project(project, settings)

    with pytest.raises(FileError) as caught:
        load_project(project, {})

    assert expected in str(caught.value)
    assert str(project / "retier.yaml") in str(caught.value)
    assert caught.value.exit_code == 2


def test_texts_of_data_are_what_is_written(project):
    write_project(
        project,
        "sources:\n"
        "  accounts:\n"
        "    path: data/accounts.csv\n"
        "    null_values: [NULL, null, 1.50, -0, +5, TRUE, no, 2025-01-15, '007', .5, 12]\n"
        "    constants: {plan: 1.10, region: no, created_date: 2025-01-15, is_internal: False, country: null}\n"
        "    values: {industry: {1.50: 2.0, yes: 1, 030: null}}\n"
        "  usage: {path: data/usage.csv}\n"
        "  subscriptions: {path: data/subscriptions.csv}\n",
    )
    accounts = load_project(project, {}).settings.sources["accounts"]

    assert accounts.null_values == ["NULL", "null", "1.50", "-0", "+5", "TRUE", "no", "2025-01-15", "007", ".5", "12"]
    assert accounts.constants == {
        "plan": "1.10", "region": "no", "created_date": "2025-01-15", "is_internal": "False", "country": None,
    }  # fmt: skip
    assert accounts.values == {"industry": {"1.50": "2.0", "yes": "1", "030": None}}


def test_all_errors_are_reported_at_once(project):
    write_project(project, "currency: usd\ntier_at: x\nsources: {usage: {path: x}, foo: {}}\n")

    with pytest.raises(FileError) as caught:
        load_project(project, {})

    places = {error.path for error in caught.value.errors}
    assert places == {
        ("currency",),
        ("tier_at",),
        ("sources", "foo"),
        ("sources", "accounts"),
        ("sources", "subscriptions"),
    }


@pytest.mark.parametrize(
    ("settings", "environ"),
    [
        pytest.param("warehouse: ${URL}\n", {"URL": "hunter2"}, id="whole value"),
        pytest.param("currency: x${URL}\n", {"URL": "hunter2"}, id="part of a value"),
        pytest.param("sources: ['${URL}']\n", {"URL": "hunter2"}, id="inside a structure"),
        pytest.param("currency: pg://me:hunter2@host\n", {}, id="password in a URL"),
        pytest.param("", {"RETIER_WAREHOUSE": "hunter2"}, id="override"),
        pytest.param(SOURCES + "  tickets: {database: 'pg://me:hun@ter2@host', path: a}\n", {}, id="in a source"),
        pytest.param(SOURCES + "  tickets: {datebase: 'pg://me:hunter2@host', path: a}\n", {}, id="misspelt key"),
    ],
)
def test_a_fault_never_shows_a_secret(project, settings, environ):
    write_project(project, settings + ("" if "sources" in settings else SOURCES))

    with pytest.raises(WrongUseError) as caught:
        load_project(project, environ)

    assert "ter2" not in str(caught.value)
