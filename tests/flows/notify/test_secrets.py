"""A secret in a channel's URL is nowhere but in the request: not in errors, logs, tables, previews or settings."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from typer.testing import Result

from flows.cli import output
from flows.notify.send import send_waiting
from tests.flows.conftest import Run
from tests.flows.notify.published import outbox_of, project_of, publish_month

SECRETS = ("planteduser", "plantedpassword", "plantedpath", "plantedtoken", "plantedheader", "plantedhost")
URLS = {
    "refused": "json://planteduser:plantedpassword@127.0.0.1:9/plantedpath?-k=plantedtoken&%2BX-Key=plantedheader",
    "unresolved": "jsons://planteduser:plantedpassword@plantedhost.invalid/plantedpath?verify=no",
    "mail": "mailto://planteduser:plantedpassword@127.0.0.1:9?from=bot@example.com&to={recipient}",
    "chat": "mmost://planteduser@127.0.0.1:9/plantedpath/plantedtoken0000000000000000",
    "unusable": "slack://plantedtoken/plantedpath",
    "mistyped": "mailto://planteduser:plantedpassword",
}  # fmt: skip


@pytest.fixture
def write(empty_folder: Path):
    def written(name: str) -> Path:
        to = ", to: [lead@example.com]" if "{recipient}" in URLS[name] else ""
        line = f'  c: {{url: "{URLS[name]}", messages: [summary]{to}}}\n'
        publish_month(project_of(empty_folder, line))
        return empty_folder

    return written


def hidden(*texts: object) -> None:
    for text in texts:
        assert not [secret for secret in SECRETS if secret in str(text)], text


def said(result: Result) -> str:
    return f"{result.stdout}\n{result.stderr}\n{result.exc_info}"


def assert_no_file_but_the_settings_has_a_secret(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in {"retier.yaml", "policy.yaml"}:
            content = path.read_bytes()
            assert not [secret for secret in SECRETS if secret.encode() in content], path


@pytest.mark.parametrize("name", URLS)
def test_nothing_tells_a_secret(write, run: Run, name, caplog):
    folder = write(name)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    try:
        for line in (("notify",), ("--debug", "notify", "--retry", "--json"), ("notify", "--dry-run")):
            hidden(said(run(*line, "--project", folder)))
        project = project_of(folder, f'  c: {{url: "{URLS[name].replace("{recipient}", "x@example.com")}"}}\n')
        sending = send_waiting(project)
    finally:
        logging.getLogger("apprise").setLevel(logging.NOTSET)
    hidden(sending, json.dumps(output.jsonable(sending)), caplog.text, *(record.args for record in caplog.records))
    hidden(said(run("status", "--json", "--project", folder)))
    hidden(outbox_of(project).to_dicts(), repr(project), repr(project.settings), str(project.settings.channels))
    assert_no_file_but_the_settings_has_a_secret(folder)


def test_a_secret_from_the_environment_is_read_and_not_shown(empty_folder, run: Run, monkeypatch):
    monkeypatch.setenv("HOOK_TOKEN", "plantedtoken")
    line = '  c: {url: "json://127.0.0.1:9/${HOOK_TOKEN}", messages: [summary]}\n'
    project = project_of(empty_folder, line, **os.environ)
    assert project.settings.channels["c"].url.endswith("/plantedtoken")
    publish_month(project)
    result = run("notify", "--project", empty_folder)
    assert result.exit_code == 1
    hidden(said(result))
    monkeypatch.delenv("HOOK_TOKEN")
    told = run("notify", "--project", empty_folder)
    assert "the environment variable HOOK_TOKEN is not set" in told.stderr


def test_warnings_of_libraries_are_not_shown(write, recwarn):
    folder = write("unresolved")
    send_waiting(project_of(folder, f'  c: {{url: "{URLS["unresolved"]}"}}\n'))
    assert not recwarn.list
