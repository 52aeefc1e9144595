"""What a run says of the messages that it sent, left waiting or held."""

from __future__ import annotations

from flows.cli.sending import counts, send_after_run, show_sending
from flows.notify.send import Outcome, Sending
from flows.settings import load_project
from tests.flows.conftest import write_project
from transforms.month import Month

MONTH = Month.parse("2026-10")


def outcome(status: str, error: str | None = None) -> Outcome:
    return Outcome("0" * 32, MONTH, "chat", "digest", "kim@example.com", 3, status, error)


def test_nothing_is_said_where_there_was_nothing(capsys, tmp_path):
    assert send_after_run(load_project(write_project(tmp_path), {}), "run") is None
    show_sending(None)
    show_sending(Sending())
    assert capsys.readouterr().out == ""


def test_what_was_sent_failed_left_out_and_held_is_said(capsys):
    outcomes = [
        outcome("sent"),
        outcome("failed", "the receiver answered 503"),
        outcome("dead", "x"),
        outcome("waiting"),
    ]
    show_sending(Sending(outcomes, superseded=1, held=2, held_because="16 % moved\x1b"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [
        "  Sent: 1 message, 1 to be retried, 1 not tried yet, 1 given up, 1 left out as outdated",
        "  held: 2 messages: 16 % moved\\x1b; retier notify --dry-run shows them, --release sends them",
    ]
    assert sum("kim@example.com" in line for line in lines) == 4
    assert not [line for line in lines if "\x1b" in line]


def test_a_program_reads_the_counts():
    assert counts(None) == {}
    assert counts(Sending([outcome("sent")], held=2)) == {"sent": 1, "failed": 0, "waiting": 0, "dead": 0, "held": 2}
