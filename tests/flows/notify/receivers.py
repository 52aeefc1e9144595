"""Receivers of messages: a web server and a mail server, which may fail, delay, or drop the connection."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Posted:
    """A request that arrived whole."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What its body says."""
        return json.loads(self.body)


Answering = Callable[[Callable[[bytes], None]], None]
"""Answers a request by writing bytes, for as long as it likes."""


@dataclass
class WebServer:
    """A web server that keeps what it is sent.

    Attributes:
        url: Where it is, without a scheme: host and port.
        posted: What arrived, in order, also what it then answered with an error.
        answers: What it answers next, one after the other, then 200: a status, ``drop`` (it takes the request and hangs
            up without an answer), a number of seconds to wait before 200, or a function that answers by itself.
        written: How many bytes such functions wrote, until the sender hung up.
    """

    url: str
    posted: list[Posted] = field(default_factory=list)
    answers: list[int | str | float | Answering] = field(default_factory=list)
    written: int = 0

    def ids(self) -> list[str]:
        """The identifiers of what arrived, in order."""
        return [one.headers["idempotency-key"] for one in self.posted]


class _Handler(BaseHTTPRequestHandler):
    kept: WebServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if len(body) < int(self.headers["Content-Length"]):
            self.close_connection = True
            return
        names = {name.lower(): value for name, value in self.headers.items()}
        self.kept.posted.append(Posted(self.path, names, body))
        self.answer(self.kept.answers.pop(0) if self.kept.answers else 200)

    def answer(self, answer: int | str | float | Answering) -> None:
        """Answer as it is told to."""
        if answer == "drop":
            self.close_connection = True
        elif callable(answer):
            self.close_connection = True
            answer(self.write)
        elif isinstance(answer, float):
            time.sleep(answer)
            self.answer(200)
        else:
            self.answer_with(int(answer))

    def answer_with(self, status: int) -> None:
        """Answer with a status."""
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST  # noqa: N815 - the name that http.server looks for

    def write(self, content: bytes) -> None:
        """Write bytes, and count them."""
        self.wfile.write(content)
        self.kept.written += len(content)

    def log_message(self, *arguments: Any) -> None:
        """Stay quiet."""

    def handle_one_request(self) -> None:
        """Let whoever sent a request be gone by the time of the answer."""
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


@contextmanager
def web_server() -> Iterator[WebServer]:
    """Run a web server on a port of its own."""
    kept = WebServer("")
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"kept": kept})) as server:
        server.daemon_threads = True
        kept.url = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


@dataclass
class MailServer:
    """A mail server that keeps what it is sent.

    Attributes:
        port: Its port.
        mails: What it accepted: sender, recipients and the mail itself.
        answers: What it says next to a mail; then 250.
    """

    port: int = 0
    mails: list[tuple[str, list[str], Message]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or refuse it."""
        answer = self.answers.pop(0) if self.answers else "250 accepted"
        if answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            parsed = message_from_bytes(content, policy=default)
            self.mails.append((str(envelope.mail_from), [str(one) for one in envelope.rcpt_tos], parsed))
        return answer


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server on a port of its own."""
    kept = MailServer()
    # The controller connects to its own port to see whether it runs, so that it must know it before.
    with socket.create_server(("127.0.0.1", 0)) as free:
        kept.port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
