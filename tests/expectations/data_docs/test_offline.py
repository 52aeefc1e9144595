from __future__ import annotations

import re
import subprocess
import sys

import pytest

from expectations.data_docs import Page
from tests.expectations.data_docs.documents import read, target

SOMEWHERE_ELSE = re.compile(r"\s*([a-z][a-z0-9+.-]*:|//|/|\\)", re.IGNORECASE)
ELEMENTS_THAT_LOAD = {"script", "img", "iframe", "object", "embed", "video", "audio", "source", "base", "form", "svg"}


@pytest.fixture(scope="session")
def pages(mixed_pages, hostile_pages) -> list[Page]:
    return [*mixed_pages, *hostile_pages]


def test_no_attribute_leads_outside(pages):
    found = [
        (page.path, tag, name, value)
        for page in pages
        for tag, attributes in read(page).elements
        for name, value in attributes.items()
        if SOMEWHERE_ELSE.match(value) and value != "data:,"
    ]
    assert not found


def test_no_element_loads_or_runs_anything(pages):
    for page in pages:
        document = read(page)
        assert not document.tags & ELEMENTS_THAT_LOAD, page.path
        assert not [name for _, attributes in document.elements for name in attributes if name.startswith("on")]
        assert not [
            attributes for tag, attributes in document.elements if tag == "link" and attributes["href"] != "data:,"
        ]


def test_the_style_loads_nothing(pages):
    for page in pages:
        style = read(page).style
        assert "--failed" in style
        assert not re.search(r"url\(|@import|@font-face|//|src:", style)


def test_browsers_are_told_to_load_nothing(pages):
    for page in pages:
        policy = [
            attributes["content"]
            for tag, attributes in read(page).elements
            if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


@pytest.mark.parametrize("of", ["mixed_pages", "hostile_pages"])
def test_links_lead_to_pages_and_anchors_that_are_there(of, request):
    pages = {page.path: page for page in request.getfixturevalue(of)}
    followed = set()
    for page in pages.values():
        for link in read(page).links:
            path, anchor = target(page, link)
            assert path in pages, f"{page.path} links to {link}"
            assert not anchor or anchor in read(pages[path]).ids
            followed.add(path)
    assert followed == set(pages), "some page cannot be reached"


def test_pages_are_well_formed(pages):
    for page in pages:
        document = read(page)
        assert page.content.startswith("<!DOCTYPE html>\n")
        assert document.unclosed == []
        assert len(document.ids) == len(set(document.ids)), page.path


def test_the_index_does_not_wait_for_great_expectations():
    program = (
        "import sys; from expectations.data_docs import index_page; index_page([]); "
        "assert 'great_expectations' not in sys.modules, 'imported'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
