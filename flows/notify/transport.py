"""Hands messages to Apprise, and describes failures in its own words: Apprise's may contain parts of the URL."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flows.notify.render import Written
from flows.settings.channels import RECIPIENT, Channel

if TYPE_CHECKING:
    from apprise import NotifyBase

_FORMATS = {"text": "text", "html": "html", "chat": "markdown"}
_TALKATIVE = ("apprise", "urllib3", "requests", "asyncio", "smtplib", "slixmpp", "paho")
_ANSWER = re.compile(r"(?:error=|refused: )(\d{3})\b")
"""Finds the receiver's status in Apprise's log, of which only these three digits are used."""


class UnusableChannelError(Exception):
    """Apprise cannot use the URL of a channel; retrying does not help."""


class Courier:
    """Hands messages to their receivers, no faster than each service allows (Apprise limits the rate).

    Args:
        timeout: How many seconds a receiver may take to accept the connection, and again to answer.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._services: dict[str, NotifyBase] = {}

    def deliver(self, channel: Channel, recipient: str | None, written: Written, message_id: str) -> str | None:
        """Hand a message to its receiver.

        For HTTP and e-mail, the identifier is sent as a header, too.

        Args:
            channel: The channel.
            recipient: The address, if the channel has several.
            written: The message.
            message_id: Its identifier, the same in every attempt.

        Returns:
            None if the receiver accepted it, else why not, without any part of the URL.

        Raises:
            UnusableChannelError: If Apprise cannot use the URL.
        """
        with _silenced() as heard:
            url = _url(channel, recipient)
            if url not in self._services:
                self._services[url] = _service(url)
            service = self._services[url]
            _limit(service, self._timeout)
            _label(service, message_id)
            try:
                is_sent = service.notify(body=written.body, title=written.title, body_format=_FORMATS[channel.format])
            except Exception as error:  # noqa: BLE001 - a service's error must not stop the others
                return f"Apprise failed with {type(error).__name__}"
        return None if is_sent else _why(heard, self._timeout)


def refuse_unusable(channel: Channel) -> None:
    """Check that Apprise can use the URL of a channel, without sending anything.

    Raises:
        UnusableChannelError: If it cannot.
    """
    with _silenced():
        _service(_url(channel, channel.to[0] if channel.is_addressed else None))


def _url(channel: Channel, recipient: str | None) -> str:
    return channel.url.replace(RECIPIENT, quote(recipient or "", safe=""))


def _service(url: str) -> NotifyBase:
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
def _silenced() -> Iterator[list[str]]:
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
