"""Every command in the documents does what the document says, in order, as a reader would type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.demo import Demo
from tests.docs.blocks import DOCUMENTS, Block, blocks_of, text_of
from tests.docs.scenery import SCENERY, Scenery, begins_in_a_project, terminal

ELSEWHERE = {"docs/deploying.md": "tests/deploy/test_deploying.py"}
"""Documents whose commands another test runs, with servers of its own."""

NOT_RUN = (
    "needs a container engine",
    "needs a Kubernetes cluster",
    "needs root and systemd",
    "needs the network",
    "needs data that is not in the repository",
    "needs your own secret",
    "needs your own server",
    "takes a quarter of an hour",
)
"""The only reasons for which a block may stay untried."""

RUN = {"python", "sh"}
SHOWN = {"json", "sql", "text", "yaml"}

BLOCKS = {str(document): list(blocks_of(text_of(document))) for document in DOCUMENTS}
TO_RUN = {
    document: [block for block in blocks if block.language in RUN and block.reason is None]
    for document, blocks in BLOCKS.items()
    if document not in ELSEWHERE
}


@pytest.mark.parametrize("document", [document for document, blocks in TO_RUN.items() if blocks])
def test_commands_do_what_the_document_says(
    document: str, tmp_path: Path, demo_project: Demo, request: pytest.FixtureRequest
) -> None:
    scenery = SCENERY.get(document, Scenery())
    server = request.getfixturevalue("postgresql") if scenery.has_postgresql else None
    commands = [command for block in TO_RUN[document] for command in block.commands()]
    is_in_project = begins_in_a_project(commands[0].text)
    with terminal(scenery, tmp_path / "there", demo_project, server, is_in_project=is_in_project) as shell:
        for command in commands:
            result = shell.type(command.text)
            assert result.returncode == command.exit_code, (
                f"{document}, line {command.number}: `{command.text}` ended with {result.returncode}: "
                f"{result.stderr or result.stdout}"
            )
            for beginning, by_hand in scenery.by_hand.items():
                if command.text.startswith(beginning):
                    by_hand(shell.folder, demo_project)


@pytest.mark.parametrize("document", BLOCKS)
def test_blocks_are_run_or_say_why_not(document: str) -> None:
    def place(block: Block) -> str:
        return f"line {block.number}: {block.language or 'no language'}, {block.reason}"

    of_no_kind = [place(block) for block in BLOCKS[document] if block.language not in RUN | SHOWN]
    assert of_no_kind == [], "a block says what it is: sh for commands, text for what is only shown"
    reasons = [place(block) for block in BLOCKS[document] if block.reason is not None and block.reason not in NOT_RUN]
    assert reasons == [], f"expected one of: {'; '.join(NOT_RUN)}"


def test_what_is_run_elsewhere_is_run_there() -> None:
    for document, test in ELSEWHERE.items():
        if (ROOT / document).exists():
            assert Path(document).name in (ROOT / test).read_text(encoding="utf-8")


def test_every_scenery_is_that_of_a_document() -> None:
    assert SCENERY.keys() <= BLOCKS.keys()
