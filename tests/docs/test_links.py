"""Every link within the repository leads to a file, and to a heading if it names one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.blocks import DOCUMENTS, prose_of, text_of

_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)|(?:src|srcset|href)=\"([^\"]+)\"")
_CODE = re.compile(r"`[^`]*`")


def links_of(document: Path) -> list[str]:
    prose = _CODE.sub("", "\n".join(prose_of(text_of(document))))
    found = [first or second for first, second in _LINK.findall(prose)]
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def headings_of(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    titles = [line.lstrip("#").strip() for line in prose_of(path.read_text(encoding="utf-8")) if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    for link in links_of(document):
        name, _, heading = link.partition("#")
        path = (ROOT / document.parent / name).resolve() if name else ROOT / document
        assert path.is_relative_to(ROOT), link
        assert path.exists(), f"{document} links to {link}, which is not there"
        if heading:
            assert heading in headings_of(path), f"{document} links to {link}, which has no such heading"


@pytest.mark.parametrize(("index", "folder"), [("README.md", "docs"), ("docs/decisions/README.md", "docs/decisions")])
def test_the_index_links_every_document_of_its_folder(index: str, folder: str) -> None:
    linked = {(ROOT / index).parent.joinpath(link.partition("#")[0]).resolve() for link in links_of(Path(index))}
    others = [path for path in DOCUMENTS if path.parent.as_posix() == folder and path.as_posix() != index]
    assert others, f"{folder} holds no documents: has it moved?"
    assert [str(path) for path in others if ROOT / path not in linked] == []
