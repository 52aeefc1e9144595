"""`retier init`."""

from __future__ import annotations

import re

import pytest

from flows.settings import default_policy_text, load_project
from transforms.contracts import SOURCES


@pytest.fixture
def made(run, tmp_path):
    folder = tmp_path / "deep" / "customers"
    result = run("init", "--project", folder)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.count("wrote ") == 2
    return folder


def test_it_makes_a_project_that_can_be_read(made):
    project = load_project(made, {})

    assert set(project.settings.sources) == {"accounts", "usage", "subscriptions"}
    assert (made / "policy.yaml").read_text(encoding="utf-8") == default_policy_text()


def test_what_it_writes_teaches_every_source_but_the_team(made):
    text = (made / "retier.yaml").read_text(encoding="utf-8")

    assert [name for name in SOURCES if not re.search(rf"^  (# )?{name}:", text, re.MULTILINE)] == ["team"]


def test_what_is_commented_out_works_as_it_stands(made):
    path = made / "retier.yaml"
    examples = re.compile(r"^(  # (?=\w+:$)|  # (?=  \w+:)|    # (?=\w+: \{))", re.MULTILINE)
    path.write_text(examples.sub(lambda match: match[0].replace("# ", ""), path.read_text(encoding="utf-8")))

    sources = load_project(made, {"HELPDESK_PASSWORD": "x"}).settings.sources

    assert set(sources) == set(SOURCES) - {"team"}
    assert sources["accounts"].rename["name"] == "Name"
    assert sources["tickets"].database == "postgresql://reader:x@helpdesk.example.com/helpdesk"


@pytest.mark.parametrize("name", ["retier.yaml", "policy.yaml"])
def test_it_never_overwrites(run, tmp_path, name):
    (tmp_path / name).write_text("mine")

    result = run("init", "--project", tmp_path)

    assert result.exit_code == 2
    assert f"{name} exists already" in result.stderr
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {name: "mine"}


def test_it_takes_the_current_folder_without_a_name(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert run("init").exit_code == 0
    assert (tmp_path / "retier.yaml").exists()


def test_a_folder_that_is_a_file_is_refused(run, tmp_path):
    (tmp_path / "file").write_text("")

    result = run("init", "--project", tmp_path / "file")

    assert result.exit_code == 2
    assert "cannot be written to" in result.stderr


def test_a_policy_of_before_is_brought_up_to_date_beside_itself(run, made):
    path = made / "policy.yaml"
    path.write_text(re.sub(r"^(rhythm|silence):\n(  .*\n)+", "", path.read_text(), flags=re.MULTILINE))

    assert "retier init --upgrade-policy" in run("check", "--project", made).stderr
    assert not (made / "policy.new.yaml").exists()

    result = run("init", "--upgrade-policy", "--project", made)

    assert result.exit_code == 0, result.stderr
    assert "  added rhythm\n  added silence\n" in result.stdout
    (made / "policy.new.yaml").replace(path)
    assert load_project(made, {}).policies.versions[0].silence is not None
    assert run("init", "--upgrade-policy", "--project", made).exit_code == 2
