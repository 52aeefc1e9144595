"""A sender that is killed at any moment loses nothing, and sends twice only what it was sending when it died.

A receiver that knows a message by its identifier takes each of them once.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.crashes.processes import Started, Zygote
from tests.flows.notify.published import outbox_of, project_of, template
from tests.flows.notify.receivers import WebServer, web_server

_MESSAGES = 4
_SLOW_SECONDS = 0.05
_FAILURES = (503, "drop")


@pytest.fixture(scope="module")
def own_web() -> Iterator[WebServer]:
    """A receiver whose former messages nobody mixes up with those of another test."""
    with web_server() as server:
        yield server


@dataclass(frozen=True)
class Sender:
    """Sends what waits in copies of one warehouse."""

    zygote: Zygote
    web: WebServer
    warehouse: Path
    parent: Path

    def folder(self, name: str) -> Path:
        """A project with a published month that nobody was notified of; messages are posted to a path of its own."""
        folder = self.parent / name
        folder.mkdir()
        shutil.copy(self.warehouse, folder)
        project_of(folder, f'  hook: {{url: "json://{self.web.url}/{name}"}}\n')
        return folder

    def start(self, folder: Path, **about: object) -> Started:
        """Start to send."""
        return self.zygote.start(["notify", "--project", str(folder)], None, **about)  # type: ignore[arg-type]

    def posted(self, folder: Path) -> list[tuple[str, str]]:
        """What arrived: identifiers and texts."""
        return [
            (one.headers["idempotency-key"], one.json["message"])
            for one in self.web.posted
            if one.path == f"/{folder.name}"
        ]

    def finish(self, folder: Path, failures: int) -> int:
        """Let the sender end well, see that all has arrived, and return how many messages came again.

        Args:
            folder: The project.
            failures: How often a sender was killed or a message was not accepted before.
        """
        last = self.start(folder)
        assert last.wait() == 0, last.stderr
        rows = outbox_of(project_of(folder, f'  hook: {{url: "json://{self.web.url}/{folder.name}"}}\n'))
        attempts = dict(rows.select("message_id", "attempts").iter_rows())
        posted = self.posted(folder)
        arrived = Counter(message for message, _ in posted)
        assert set(rows["status"]) == {"sent"}
        assert set(arrived) == set(attempts), "something was lost, or somebody received what is not in the outbox"
        assert len(set(posted)) == _MESSAGES, "a message that came again says something else"
        assert all(arrived[message] <= attempts[message] for message in attempts), "sent again without an attempt"
        assert sum(attempts.values()) - _MESSAGES <= failures, "more than one message was on its way in a process"
        return len(posted) - _MESSAGES


@pytest.fixture(scope="module")
def sender(zygote: Zygote, own_web: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Sender:
    """The sender, with a receiver of its own."""
    warehouse = template(tmp_path_factory.mktemp("published"))
    return Sender(zygote, own_web, warehouse, tmp_path_factory.mktemp("senders"))


@pytest.fixture(scope="module")
def undisturbed(sender: Sender) -> list[str]:
    """What a sender does that nobody kills."""
    started = sender.start(sender.folder("undisturbed"), has_moments=True)
    assert started.wait() == 0, started.stderr
    return started.moments()


@pytest.mark.parametrize(
    ("moment", "times"),
    [
        pytest.param("begin update notifications set attempts", 0, id="between commit and send"),
        pytest.param("begin update notifications set status = 'sent'", 1, id="after the send before the mark"),
        pytest.param("end update notifications set status = 'sent'", 1, id="before the mark is committed"),
    ],
)
def test_a_sender_that_is_killed_sends_again_only_what_it_was_sending(sender, moment, times, request):
    folder = sender.folder(request.node.callspec.id.replace(" ", "-"))
    assert sender.start(folder, killed_at=moment).wait() < 0
    assert sender.finish(folder, failures=1) == times


def test_a_sender_that_is_killed_while_the_receiver_thinks_sends_once_more(sender):
    folder = sender.folder("thinking")
    sender.web.answers[:] = [2.0]
    started = sender.start(folder)
    while not sender.posted(folder):
        assert started.exit_code is None, started.stderr
    started.kill()
    assert sender.finish(folder, failures=1) == 1


def rounds(sender: Sender, undisturbed: list[str], numbers: range) -> tuple[int, int]:
    """Kill senders by chance, and return how often they were killed and how many messages came twice."""
    killed, twice = 0, 0
    of_sending = [place for place, what in enumerate(undisturbed, start=1) if "update notifications" in what]
    for number in numbers:
        dice = random.Random(f"send {number}")
        folder, kills = sender.folder(f"round-{number}"), 0
        answers = [dice.choice([204, _SLOW_SECONDS, *_FAILURES]) for _ in range(dice.randint(0, 3))]
        sender.web.answers[:] = answers
        for _ in range(dice.randint(1, 2)):
            kind = dice.randrange(3)
            if kind == 0:
                code = sender.start(folder).kill(dice.uniform(0.0, 0.8))
            else:
                places = of_sending if kind == 1 else range(1, len(undisturbed) + 1)
                code = sender.start(folder, killed_at=dice.choice(places)).wait()
            kills += code < 0
        sender.web.answers.clear()
        twice += sender.finish(folder, kills + sum(answer in _FAILURES for answer in answers))
        killed += kills
        shutil.rmtree(folder)
    return killed, twice


def test_a_few_rounds_of_crash_and_retry(sender, undisturbed):
    assert rounds(sender, undisturbed, range(3))[0] > 0


@pytest.mark.torture
@pytest.mark.parametrize("block", range(20))
def test_a_thousand_rounds_of_crash_and_retry(sender, undisturbed, block):
    killed, twice = rounds(sender, undisturbed, range(block * 50, block * 50 + 50))
    print(f"50 rounds, killed {killed} times, {twice} messages came twice")
    assert killed > 0
