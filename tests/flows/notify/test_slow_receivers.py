"""Receivers that drip, never end or lead in circles hold one message for a while, and nobody else at all."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from flows.notify.outbox import hold_pending, release_held
from flows.notify.send import Outcome, send_waiting
from flows.settings import Project
from flows.writing import sending, writing
from tests.flows.notify.published import ACCOUNTS, CHANGES, outbox_of, project_of, publish_month
from tests.flows.notify.receivers import WebServer
from transforms.errors import BusyError

DEADLINE_SECONDS = 1.0
PATIENCE = f"delivery: {{timeout_seconds: 0.5, deadline_seconds: {DEADLINE_SECONDS}, first_wait_seconds: 0}}\n"
MUCH_TIME = "delivery: {timeout_seconds: 100, first_wait_seconds: 0}\n"
TOO_LATE = "the receiver had not answered completely after 1 s"
TOO_LONG = "the receiver's answer is longer than 1 MiB"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OPEN_END = b"HTTP/1.1 200 OK\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
A_LOT = bytes(1 << 20)
READ_AHEAD_BYTES = 32 << 20
"""What the system may take from a receiver before the sender hangs up."""

Write = Callable[[bytes], None]


def drip(write: Write, pieces: Iterator[bytes] | list[bytes], pause_seconds: float = 0.1) -> None:
    """Write pieces slowly, each well within the time for a single read, until the sender hangs up."""
    for piece in pieces:
        write(piece)
        time.sleep(pause_seconds)


def for_ever(piece: bytes) -> Iterator[bytes]:
    """A piece again and again, at most for as long as a test may take."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        yield piece


def flood(write: Write, head: bytes, piece: bytes) -> None:
    """Write as fast as the sender reads."""
    write(head)
    for each in for_ever(piece):
        write(each)


def drip_headers(write: Write) -> None:
    """A header that never ends."""
    drip(write, [b"HTTP/1.1 200 OK\r\nX-Slow: ", *[b"a"] * 600])


def drip_many_headers(write: Write) -> None:
    """One header after the other."""
    drip(write, [b"HTTP/1.1 200 OK\r\n", *[b"X-Slow: a\r\n"] * 600])


def drip_body(write: Write) -> None:
    """A body that never ends."""
    drip(write, [OPEN_END, *[b"a"] * 600])


def drip_chunks(write: Write) -> None:
    """Chunk after chunk."""
    drip(write, [CHUNKED, *[b"1\r\na\r\n"] * 600])


def be_about_to_continue(write: Write) -> None:
    """Say that there will be an answer, and say so again."""
    for each in for_ever(b"HTTP/1.1 100 Continue\r\n\r\n"):
        write(each)


def say_nothing(_write: Write) -> None:
    """Keep the connection open."""
    time.sleep(5 * DEADLINE_SECONDS)


def endless_body(write: Write) -> None:
    """A body without an end, as fast as it is read."""
    flood(write, OPEN_END, A_LOT)


def endless_chunks(write: Write) -> None:
    """Chunks without an end."""
    flood(write, CHUNKED, b"100000\r\n" + A_LOT + b"\r\n")


@cache
def packed() -> bytes:
    """64 MB in 64 kB."""
    return gzip.compress(bytes(64 << 20))


def packed_body(write: Write) -> None:
    """A body that is a thousand times as long when it is unpacked."""
    write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed()) + packed())


def slow_but_in_time(write: Write) -> None:
    """An answer in pieces that is complete within the deadline."""
    drip(write, [OK[:20], OK[20:30], OK[30:]])


def long_page(write: Write) -> None:
    """An answer of some hundred kilobytes, as a proxy's page may be."""
    write(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + bytes(500_000))


ALL = "[digest, alert, summary]"


def project_with(
    web: WebServer, folder: Path, more: str = "", messages: str = "[summary]", delivery: str = PATIENCE
) -> Project:
    """A published month, and a web hook that is to be told of it."""
    hook = f'  hook: {{url: "json://{web.url}/hook{more}", messages: {messages}}}\n'
    project = project_of(folder, hook, delivery)
    publish_month(project)
    return project


def sent_alone(project: Project) -> tuple[Outcome, float]:
    """Send the only message; return its outcome and how long it took."""
    began = time.monotonic()
    (outcome,) = send_waiting(project).outcomes
    return outcome, time.monotonic() - began


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(drip_headers, TOO_LATE, id="a header drips"),
        pytest.param(drip_many_headers, TOO_LATE, id="headers drip"),
        pytest.param(drip_body, TOO_LATE, id="the body drips"),
        pytest.param(drip_chunks, TOO_LATE, id="chunks drip"),
        pytest.param(be_about_to_continue, TOO_LATE, id="continue for ever"),
        pytest.param(endless_body, TOO_LONG, id="endless body"),
        pytest.param(endless_chunks, TOO_LONG, id="endless chunks"),
        pytest.param(packed_body, TOO_LONG, id="packed body"),
    ],
)
def test_an_answer_without_an_end_counts_as_none_and_the_message_is_sent_again(web, empty_folder, answer, error):
    project = project_with(web, empty_folder)
    assert len(packed()) < len(A_LOT), "it was packed before anybody waits for it"
    web.answers[:] = [answer]
    outcome, seconds = sent_alone(project)
    assert (outcome.status, outcome.error) == ("failed", error)
    assert web.written < READ_AHEAD_BYTES
    assert seconds < 30, "it was held for as long as the receiver liked"
    assert sent_alone(project)[0].status == "sent"
    assert (len(web.posted), len(set(web.ids()))) == (2, 1)


def test_a_receiver_that_says_nothing_is_left_after_the_time_for_a_read(web, empty_folder):
    project = project_with(web, empty_folder)
    web.answers[:] = [say_nothing]
    outcome = sent_alone(project)[0]
    assert (outcome.status, "did not answer within 0.5 s" in outcome.error) == ("failed", True)


@pytest.mark.parametrize("answer", [slow_but_in_time, long_page])
def test_a_complete_answer_counts(web, empty_folder, answer):
    project = project_with(web, empty_folder)
    web.answers[:] = [answer]
    assert sent_alone(project)[0].status == "sent"


def test_redirects_in_a_circle_end(web, empty_folder):
    project = project_with(web, empty_folder, "?redirect=yes")
    web.answers[:] = [307] * 100
    assert sent_alone(project)[0].status == "failed"
    assert len(web.posted) <= 31


def test_a_message_that_is_too_late_leaves_the_next_one_its_time(web, empty_folder):
    project = project_with(web, empty_folder, messages=ALL)
    web.answers[:] = [drip_body]
    sent = send_waiting(project)
    assert [one.status for one in sent.outcomes] == ["failed", "sent", "sent", "sent"]


@contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does as it likes with each connection; yields its port."""

    def serve_all() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    serve(connection)
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve_all)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def greet_slowly(connection: socket.socket) -> None:
    """Greet line by line, as a mail server may, and never come to the end."""
    drip(connection.sendall, for_ever(b"220-welcome\r\n"))


def greet_endlessly(connection: socket.socket) -> None:
    """Greet as fast as the sender reads, and never come to the end."""
    for each in for_ever(b"220-welcome\r\n" * 10_000):
        connection.sendall(each)


@pytest.mark.parametrize("serve", [greet_slowly, greet_endlessly])
def test_mail_servers_have_no_more_time_than_others(empty_folder, serve):
    with raw_server(serve) as port:
        url = f"mailto://127.0.0.1:{port}?from=retier@example.com&to=lead@example.com"
        project = project_of(empty_folder, f'  mail: {{url: "{url}", messages: [summary]}}\n', PATIENCE)
        publish_month(project)
        outcome, seconds = sent_alone(project)
    assert (outcome.status, seconds < 30) == ("failed", True)
    assert outcome.error in {TOO_LATE, TOO_LONG}


def test_others_may_write_and_nobody_else_sends_while_a_receiver_thinks(web, empty_folder):
    project, seen = project_with(web, empty_folder, delivery=MUCH_TIME), []

    def look(write: Write) -> None:
        with writing(project, "a run", wait_seconds=0):
            seen.append("written")
        try:
            with sending(project, "another", wait_seconds=0):
                seen.append("two send")
        except BusyError as busy:
            seen.append(str(busy))
        write(OK)

    web.answers[:] = [look]
    assert sent_alone(project)[0].status == "sent"
    assert seen[0] == "written"
    assert f"the outbox of the warehouse {project.directory}/retier.duckdb is held by notify since " in seen[1]


def test_what_is_published_while_messages_are_sent_is_not_contradicted_by_the_next_one(web, empty_folder):
    project = project_with(web, empty_folder, messages=ALL, delivery=MUCH_TIME)

    def publish_again(write: Write) -> None:
        as_before = ACCOUNTS | {"a-1": ACCOUNTS["a-1"] | {"tier": "low_touch"}}
        publish_month(project, as_before, [change for change in CHANGES if change["account_id"] != "a-1"])
        write(OK)

    web.answers[:] = [publish_again]
    done = send_waiting(project)
    assert done.superseded == 3, "the change, what takes it back, and the summary before"
    assert not [one for one in web.posted if "Acme" in one.json["message"]]
    assert len(set(web.ids())) == len(web.posted)


def test_what_is_held_while_messages_are_sent_waits_and_what_was_on_its_way_is_sent_once(web, empty_folder):
    project = project_with(web, empty_folder, messages=ALL, delivery=MUCH_TIME)

    def hold(write: Write) -> None:
        hold_pending(project)
        write(OK)

    web.answers[:] = [hold]
    done = send_waiting(project)
    assert ([one.status for one in done.outcomes], done.held) == (["sent"], 3)
    assert Counter(outbox_of(project)["status"]) == {"sent": 1, "held": 3}
    assert release_held(project) == 3
    assert send_waiting(project).count("sent") == 3
    assert (len(web.posted), len(set(web.ids()))) == (4, 4)


def test_a_message_that_failed_while_it_was_held_stays_held(web, empty_folder):
    project = project_with(web, empty_folder, delivery=MUCH_TIME)

    def hold(write: Write) -> None:
        hold_pending(project)
        write(b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n")

    web.answers[:] = [hold]
    assert sent_alone(project)[0].status == "failed"
    assert outbox_of(project).select("status", "attempts").rows() == [("held", 1)]
    assert len(send_waiting(project).outcomes) == 0
