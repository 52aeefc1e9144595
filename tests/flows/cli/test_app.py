"""The command line as such: help, versions, errors and exit codes, as they reach a shell."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.cli import errors
from flows.cli.app import app
from transforms.errors import BusyError, DataQualityError, RetierError, WrongUseError

RETIER = Path(sys.executable).parent / "retier"
COMMANDS = (
    "demo", "init", "check", "run", "backfill", "explain", "capacity", "report", "quarantine", "diff", "erase",
    "notify", "status", "criteria",
)  # fmt: skip


def shell(*line: object, encoding: str = "utf-8", **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RETIER", "NO_COLOR", "FORCE"))}
    return subprocess.run(
        [RETIER, *map(str, line)], capture_output=True, encoding=encoding, check=False, env=kept | environ, timeout=60
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_and_names_its_project(run, command):
    result = run(command, "--help")

    assert result.exit_code == 0
    assert f"Example: retier {command}" in result.stdout
    assert "--project" in result.stdout


def test_the_list_of_commands_is_that_of_the_help(run):
    result = run("--help")

    assert [name for name in COMMANDS if f" {name} " not in result.stdout] == []
    assert len(app.registered_commands) == len(COMMANDS)


def test_the_bare_command_shows_the_help(run):
    assert run().stdout == run("--help").stdout


def test_the_version_is_shown(run):
    assert run("--version").stdout.startswith("retier ")


def test_help_takes_less_than_half_a_second_of_processor():
    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def once() -> float:
        before = used()
        assert shell("--help").returncode == 0
        return used() - before

    assert min(once() for _ in range(3)) < 0.5


def test_help_loads_no_machinery():
    code = (
        "import sys, flows.cli.app; print(*sorted({'polars', 'pydantic', 'sqlalchemy', 'duckdb'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["nonsense"], "no such command 'nonsense'"),
        (["run", "--nonsense"], "no such option: --nonsense"),
        (["explain"], "missing argument 'account'"),
        (["criteria", "--audience", "nobody"], "invalid value for '--audience'"),
        (["criteria", "--month", "2026-13"], "'2026-13' is not a month"),
        (["status"], "no project in"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_one_sentence_and_exit_code_2(run, project, monkeypatch, tmp_path_factory, line, expected):
    monkeypatch.chdir(project if line[0] == "criteria" else tmp_path_factory.mktemp("empty"))
    result = run(*line)

    assert result.exit_code == 2
    assert result.stderr.startswith("retier: ")
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("error", "exit_code", "sentence"),
    [
        (RetierError("it broke"), 1, "retier: it broke\n"),
        (WrongUseError("not\nso"), 2, "retier: not so\n"),
        (DataQualityError("bad rows"), 3, "retier: bad rows\n"),
        (BusyError("wait"), 4, "retier: wait\n"),
        (KeyboardInterrupt(), 130, "retier: interrupted\n"),
        (RuntimeError("Query interrupted"), 130, "retier: interrupted\n"),
        (KeyError("x"), 1, "retier: unexpected KeyError: 'x' (the same command with --debug shows where)\n"),
        (ValueError(), 1, "retier: unexpected ValueError: no message (the same command with --debug shows where)\n"),
        (
            RetierError("no pg://me:hun@ter2@host/db"),
            1,
            "retier: no pg://me:***@host/db\n",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_errors_are_one_sentence_with_their_exit_code(capsys, error, exit_code, sentence):
    def work() -> None:
        raise error

    assert errors.answer(work, is_debugging=False) == exit_code
    assert capsys.readouterr().err == sentence


def test_debug_shows_the_traceback_before_the_sentence(capsys):
    def work() -> None:
        raise ValueError("from pg://me:hunter2@host")

    errors.answer(work, is_debugging=True)

    told = capsys.readouterr().err
    assert told.startswith("Traceback (most recent call last)")
    assert told.endswith("retier: unexpected ValueError: from pg://me:***@host\n")
    assert "hunter2" not in told


@pytest.mark.parametrize("line", [["--debug", "status"], ["status", "--debug"]], ids=["before", "after"])
def test_debug_may_stand_anywhere(tmp_path, line):
    result = shell(*line, RETIER_PROJECT=str(tmp_path))

    assert result.returncode == 2
    assert "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("retier: no project in")


def test_debug_after_two_dashes_is_an_account(run, project):
    result = run("explain", "--project", project, "--", "--debug")

    assert "Traceback" not in result.stderr
    assert result.exit_code == 2


def test_the_environment_names_the_project(project):
    result = shell("status", "--json", RETIER_PROJECT=str(project))

    assert (result.returncode, result.stderr) == (0, "")
    assert f'"project": "{project}"' in result.stdout


def test_what_the_terminal_cannot_encode_is_escaped(project):
    policy = project / "policy.yaml"
    policy.write_text(policy.read_text().replace("Guided onboarding", "Gef\u00fchrtes onboarding \u2603"))

    environ = {"encoding": "latin-1", "PYTHONIOENCODING": "latin-1", "RETIER_PROJECT": str(project)}
    result = shell("criteria", "--audience", "customer", **environ)
    as_json = shell("criteria", "--json", **environ)

    assert (result.returncode, as_json.returncode) == (0, 0)
    assert "Gef\u00fchrtes onboarding \\u2603" in result.stdout
    assert "Gef\\u00fchrtes onboarding \\u2603" in as_json.stdout


def test_a_reader_that_goes_away_is_no_accident(project):
    line = f"{RETIER} criteria --project {project} | head -n 1"
    result = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=60)

    assert (result.stdout, result.stderr) == ("# Tiering criteria\n", "")


def test_an_interrupted_command_says_so(tmp_path):
    line = [RETIER, "demo", "--project", tmp_path / "demo"]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "demo" / "data").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)

    assert (process.returncode, told) == (130, "retier: interrupted\n")
