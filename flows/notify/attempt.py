"""Hands one message at a time to Apprise, in a process of its own that the system ends once an attempt takes too long.

A receiver may take its time with every byte, and libraries limit the time of a single read only. A thread could not be
stopped, and might still deliver what was reported as failed. So :mod:`flows.notify.transport` starts this module as a
process, writes one request a line, and reads one answer a line. All of it is described in retier's own words: Apprise's
may contain parts of the URL.
"""

from __future__ import annotations

import json
import logging
import os
import re
import resource
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apprise import NotifyBase
    from requests import PreparedRequest, Response

_FORMATS = {"text": "text", "html": "html", "chat": "markdown"}
_TALKATIVE = ("apprise", "urllib3", "requests", "asyncio", "smtplib", "slixmpp", "paho")
_ANSWER = re.compile(r"(?:error=|refused: )(\d{3})\b")
"""Finds the receiver's status in Apprise's log, of which only these three digits are used."""

_LONGEST_ANSWER_BYTES = 1 << 20
"""Services answer with a few kilobytes, and a proxy's error page has a few hundred; nobody says more in a megabyte."""

_PIECE_BYTES = 1 << 14

_MEMORY_BYTES = 1 << 29
"""Eight times what Apprise needs: it stops what no other limit does, such as an endless greeting of a mail server."""


class UnusableChannelError(Exception):
    """Apprise cannot use the URL of a channel; retrying does not help."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the process is asked to do.

    Attributes:
        url: The Apprise URL of the receiver.
        timeout: How many seconds a receiver may take to accept the connection, and again for each piece of its answer.
        deadline: After how many seconds the attempt ends, and the process with it.
        message_id: The message's identifier, the same in every attempt; None only checks the URL.
        title: The message's subject.
        body: Its text.
        format: The format of the text.
    """

    url: str
    timeout: float
    deadline: float
    message_id: str | None = None
    title: str = ""
    body: str = ""
    format: str = "text"


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a request.

    Attributes:
        is_usable: Whether Apprise can use the URL.
        error: Why the receiver did not accept the message, without any part of the URL; None if it did.
    """

    is_usable: bool = True
    error: str | None = None


class _AnswerTooLongError(Exception):
    pass


def main() -> None:
    """Answer requests until there are no more."""
    # What libraries print must not be taken for an answer.
    requests, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit_answers()
    services: dict[str, NotifyBase] = {}
    for line in requests:
        answer = _answer(Request(**json.loads(line)), services)
        answers.write(json.dumps(asdict(answer)) + "\n")
        answers.flush()


def _answer(request: Request, services: dict[str, NotifyBase]) -> Answer:
    with silenced() as heard:
        try:
            # Apprise limits the rate of each service, so it must stay the same one.
            service = services.setdefault(request.url, services.get(request.url) or service_of(request.url))
        except UnusableChannelError:
            return Answer(is_usable=False)
        if request.message_id is None:
            return Answer()
        _limit(service, request.timeout)
        _label(service, request.message_id)
        signal.setitimer(signal.ITIMER_REAL, request.deadline)
        error = _attempt(service, request, heard)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return Answer(error=error)


def _attempt(service: NotifyBase, request: Request, heard: list[str]) -> str | None:
    too_long = f"the receiver's answer is longer than {_LONGEST_ANSWER_BYTES >> 20} MiB"
    try:
        is_sent = service.notify(body=request.body, title=request.title, body_format=_FORMATS[request.format])
    except (_AnswerTooLongError, MemoryError):
        return too_long
    except Exception as error:  # noqa: BLE001 - a service's error must not stop the others
        return f"Apprise failed with {type(error).__name__}"
    return None if is_sent else _why(heard, request.timeout)


def service_of(url: str) -> NotifyBase:
    """Make Apprise's service of a URL, without sending anything.

    Raises:
        UnusableChannelError: If Apprise cannot use the URL.
    """
    # Imported late: commands that send nothing should not wait for it.
    from apprise import Apprise, AppriseAsset
    from apprise.common import PersistentStoreMode

    asset = AppriseAsset(
        app_id="retier",
        app_desc="retier",
        async_mode=False,
        interpret_emojis=False,
        interpret_escapes=False,
        # A redirected POST arrives as a GET without its body, and would count as sent.
        http_redirects=False,
        storage_mode=PersistentStoreMode.MEMORY,
    )
    try:
        service = Apprise.instantiate(url, asset=asset)
    except Exception:  # noqa: BLE001 - its message may hold the URL
        service = None
    if service is None:
        raise UnusableChannelError
    return service


def _limit_answers() -> None:
    """Read answers over HTTP up to a limit, also what they are unpacked to; Apprise's services would read them whole.

    An answer that goes on is not taken for an acceptance, whatever its status: nobody knows what it would have said.
    """
    import requests.sessions

    class Limited(requests.adapters.HTTPAdapter):
        def send(self, request: PreparedRequest, stream: bool = False, *rest: Any, **more: Any) -> Response:
            response = super().send(request, True, *rest, **more)
            if not stream:
                response._content = _content(response)
            return response

    requests.sessions.HTTPAdapter = Limited  # type: ignore[attr-defined]


def _content(response: Response) -> bytes:
    content = bytearray()
    for piece in response.iter_content(_PIECE_BYTES):
        content += piece
        if len(content) > _LONGEST_ANSWER_BYTES:
            response.close()
            raise _AnswerTooLongError
    return bytes(content)


def _limit(service: NotifyBase, timeout: float) -> None:
    """Set time limits: beyond Apprise's own, a message that counts as failed could still arrive."""
    service.socket_connect_timeout = timeout
    service.socket_read_timeout = timeout


def _label(service: NotifyBase, message_id: str) -> None:
    """Add headers; Apprise does not let e-mails have another Message-ID than its own."""
    headers: Any = getattr(service, "headers", None)
    if "headers" in service.template_kwargs and isinstance(headers, dict):
        headers["X-Retier-Message-Id"] = message_id
        if service.protocol != "mailto":
            headers["Idempotency-Key"] = message_id


def _why(heard: list[str], timeout: float) -> str:
    answers = [found[1] for line in heard if (found := _ANSWER.search(line))]
    if answers:
        return f"the receiver answered {answers[-1]}"
    return f"the receiver could not be reached, refused the message, or did not answer within {timeout:zg} s"


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def silenced() -> Iterator[list[str]]:
    """Collect the logs of Apprise and its libraries for the caller only: they may contain parts of the URL."""
    ear = _Ear()
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    former = [(one, one.handlers[:], one.propagate, one.level) for one in loggers]
    for one in loggers:
        one.handlers, one.propagate = [ear], False
        one.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield ear.heard
    finally:
        for one, handlers, propagate, level in former:
            one.handlers, one.propagate = handlers, propagate
            one.setLevel(level)
