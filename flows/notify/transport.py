"""Hands messages to their receivers by a process of its own, and ends it where an attempt takes too long."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import Self
from urllib.parse import quote

from flows.notify.attempt import Answer, Request, UnusableChannelError, service_of, silenced
from flows.notify.render import Written
from flows.settings.channels import RECIPIENT, Channel, Delivery

_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from flows.notify.attempt import main
main()
"""
"""It finds its modules where this process does; without that, a folder called `flows` in the project would be one."""


class CourierLostError(Exception):
    """The process that hands messages over ended before it answered.

    Attributes:
        exit_code: How it ended, negative for a signal.
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"the process that hands messages over ended with {exit_code}")
        self.exit_code = exit_code


class Courier:
    """Hands messages to their receivers, no faster than each service allows (Apprise limits the rate).

    It is a context: at its end, its process ends.

    Args:
        delivery: How long a receiver may take.
    """

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def refuse_unusable(self, channel: Channel, recipient: str | None) -> None:
        """Check that Apprise can use the URL of a channel, without sending anything.

        Args:
            channel: The channel.
            recipient: The address, if the channel has several.

        Raises:
            UnusableChannelError: If it cannot.
            CourierLostError: If the process that knows ended.
        """
        if not self._ask(self._request(channel, recipient)).is_usable:
            raise UnusableChannelError

    def deliver(self, channel: Channel, recipient: str | None, written: Written, message_id: str) -> str | None:
        """Hand a message to its receiver, which must have answered completely within the deadline.

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
        try:
            answer = self._ask(self._request(channel, recipient, written, message_id))
        except CourierLostError as lost:
            if lost.exit_code == -signal.SIGALRM:
                return f"the receiver had not answered completely after {self._delivery.attempt_seconds:zg} s"
            return str(lost)
        if not answer.is_usable:
            raise UnusableChannelError
        return answer.error

    def _request(
        self, channel: Channel, recipient: str | None, written: Written | None = None, message_id: str | None = None
    ) -> Request:
        delivery = self._delivery
        request = Request(_url(channel, recipient), delivery.timeout_seconds, delivery.attempt_seconds)
        if written is None:
            return request
        return Request(
            request.url, request.timeout, request.deadline, message_id, written.title, written.body, channel.format
        )

    def _ask(self, request: Request) -> Answer:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(asdict(request)) + "\n")
            process.stdin.flush()
            told = process.stdout.readline()
        except BrokenPipeError:
            told = ""
        if not told:
            raise CourierLostError(self._end())
        return Answer(**json.loads(told))

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Tracebacks of libraries may contain parts of the URL.
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        return self._process

    def _end(self) -> int:
        """End the process, which keeps nothing, and return how it ended."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        for pipe in (process.stdin, process.stdout):
            # What was still to be written to a process that has ended is lost, as it should be.
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        return process.wait()


def refuse_unusable(channel: Channel) -> None:
    """Check that Apprise can use the URL of a channel, in this process and without sending anything.

    Raises:
        UnusableChannelError: If it cannot.
    """
    with silenced():
        service_of(_url(channel, channel.to[0] if channel.is_addressed else None))


def _url(channel: Channel, recipient: str | None) -> str:
    return channel.url.replace(RECIPIENT, quote(recipient or "", safe=""))
