"""`retier notify`: what it prints, its exit codes, and what each option leaves as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.settings import Project
from tests.flows.conftest import Run
from tests.flows.notify.conftest import (  # noqa: F401 - fixtures
    empty_warehouse,
    published_folder,
    published_warehouse,
    running_web,
    web,
)
from tests.flows.notify.published import outbox_of, project_of
from tests.flows.notify.receivers import WebServer


@pytest.fixture
def project(web: WebServer, published_folder: Path) -> Project:  # noqa: F811 - fixtures
    return project_of(published_folder, f'  hook: {{url: "json://{web.url}/hook"}}\n')


@pytest.fixture
def notify(run: Run, project: Project):
    def ran(*line: str, exit_code: int = 0) -> str:
        result = run("notify", *line, "--project", project.directory)
        assert result.exit_code == exit_code, result.stderr
        assert all(len(line) <= 80 for line in result.stdout.splitlines() if line.startswith("  2026"))
        return result.stdout

    return ran


def test_it_sends_tells_what_and_is_done_when_nothing_waits(notify):
    told = notify()
    assert told.count("  sent") == 4
    assert told.splitlines()[-1] == "Sent: 4 messages"
    assert notify() == "Sent: 0 messages\n"


def test_what_cannot_be_sent_is_exit_code_1_and_reported_with_its_reason(notify, web):  # noqa: F811
    web.answers[:] = [500, 500, 500]
    told = notify(exit_code=1)
    assert "hook: the receiver answered 500" in told.splitlines()
    assert told.splitlines()[-2:] == [
        "Sent: 0 messages, 3 to be retried, 1 not tried yet",
        "Next: fix the channel, then retier notify --retry",
    ]
    sent = json.loads(notify("--retry", "--json"))
    assert [one["status"] for one in sent["outcomes"]] == ["sent"] * 4


def test_a_dry_run_writes_what_would_be_sent_and_changes_nothing(notify, project, web):  # noqa: F811
    before = outbox_of(project)
    told = notify("--dry-run")
    assert "Pending: 4 messages; nothing was sent. Their texts:" in told
    assert (web.posted, outbox_of(project).equals(before)) == ([], True)
    previews = json.loads(notify("--dry-run", "--json"))
    texts = [Path(preview["file"]).read_text(encoding="utf-8") for preview in previews]
    notify()
    assert sorted(texts) == sorted(one.json["message"] + "\n" for one in web.posted)
    assert notify("--dry-run") == "Nothing is pending or held.\n"


def test_what_is_held_stays_until_it_is_released(notify, run, project):
    assert notify("--hold") == "Held: 4 messages. Release them: retier notify --release\n"
    assert notify() == "Sent: 0 messages\nHeld: 4 messages. Release them: retier notify --release\n"
    assert "Pending: 0 messages, held: 4; nothing was sent." in notify("--dry-run")
    status = run("status", "--project", project.directory).stdout
    assert "Pending: 0 notifications, 4 held: retier notify --release" in status.splitlines()
    assert notify("--release", "--month", "2026-09").startswith("Sent: 0 messages\n")
    assert "Sent: 4 messages" in notify("--release", "--month", "2026-10", "--author", "Ada", "--reason", "it is right")
    told = outbox_of(project).select("released_by", "release_reason").drop_nulls().unique().rows()
    assert told == [("Ada", "it is right")]


def test_dead_messages_and_drafts_are_in_the_status(notify, run, project, web):  # noqa: F811
    for _ in range(3):
        web.answers[:] = [500, 500, 500]
        notify("--retry", exit_code=1)
    assert "3 drafts in" in notify("--customer-drafts", "--month", "2026-10")
    status = json.loads(run("status", "--json", "--project", project.directory).stdout)
    assert status["notifications"]["drafts"] == 3
    assert set(status["notifications"]) <= {"pending", "dead", "drafts", "sent"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("--hold", "--release"), "--hold and --release do different things: name one of them"),
        (
            ("--hold", "--reason", "it is right"),
            "--author and --reason say who releases messages, and why: add --release",
        ),
        (("--month", "2026"), "'2026'"),
        (("--customer-drafts", "--month", "2020-01"), "2020-01 is not published"),
    ],
)
def test_wrong_use_is_reported(run, project, line, expected):
    result = run("notify", *line, "--project", project.directory)
    assert (result.exit_code, expected in result.stderr) == (2, True)


def test_a_url_that_apprise_cannot_use_is_reported_and_its_messages_wait(run, project):
    other = project_of(project.directory, "  hook: {url: 'nosuchservice://secret'}\n")
    for line, exit_code in ((("notify",), 1), (("notify", "--dry-run"), 2)):
        result = run(*line, "--project", other.directory)
        told = result.stdout + result.stderr
        assert (result.exit_code, "Apprise cannot use the url of the channel 'hook'" in told) == (
            exit_code,
            True,
        )
        assert "secret" not in told
    assert outbox_of(other).filter(status="pending", attempts=0).height == 4


def test_nothing_has_run_yet(run, tmp_path_factory):
    folder = project_of(tmp_path_factory.mktemp("new"), "  hook: {url: 'json://127.0.0.1'}\n").directory
    assert run("notify", "--project", folder).stdout == "Sent: 0 messages\n"
    assert run("notify", "--dry-run", "--project", folder).stdout == "Nothing is pending or held.\n"
    assert not (folder / "retier.duckdb").exists()
