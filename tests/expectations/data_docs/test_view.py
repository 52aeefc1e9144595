from __future__ import annotations

import pytest

from expectations.data_docs import Page
from expectations.data_docs.view import OfflineView
from tests.expectations.data_docs.documents import Document, read

BAD = "<img src=x onerror=1>"


def sentence(template: str, **details) -> dict:
    return {"content_block_type": "string_template", "string_template": {"template": template, **details}}


def shown(block: dict) -> Document:
    return read(Page("block.html", str(OfflineView().block(block))))


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param({"content_block_type": "text", "text": [BAD, sentence(BAD)]}, f"{BAD} {BAD}", id="text"),
        pytest.param({"content_block_type": "bullet_list", "bullet_list": [BAD]}, BAD, id="bullets"),
        pytest.param({"content_block_type": "value_list", "value_list": [sentence(BAD)]}, BAD, id="values"),
        pytest.param({"content_block_type": "header", "header": BAD, "subheader": BAD}, f"{BAD} {BAD}", id="header"),
        pytest.param({"content_block_type": "markdown", "markdown": BAD}, BAD, id="markdown"),
        pytest.param(
            {"content_block_type": "table", "header_row": [BAD], "table": [[BAD], [None], [7]]},
            f"{BAD} {BAD} 7",
            id="table",
        ),
        pytest.param(
            {"content_block_type": "content_block_container", "content_blocks": [sentence(BAD), sentence("x")]},
            f"{BAD} x",
            id="container",
        ),
        pytest.param(
            {"content_block_type": "collapse", "collapse_toggle_link": BAD, "collapse": [sentence(BAD)]},
            f"{BAD} {BAD}",
            id="collapse",
        ),
        pytest.param(
            {"content_block_type": "graph", "graph": {"title": BAD}},
            "A chart that only a script could draw is left out here.",
            id="graph",
        ),
    ],
)
def test_every_kind_of_block_shows_what_it_is_given_and_nothing_else(block, expected):
    document = shown(block)
    assert document.text == expected
    assert not document.tags & {"img", "script"}


@pytest.mark.parametrize("tag", ["a", "img", "script", "b onclick=1"])
def test_only_plain_elements_are_made(tag):
    styling = {"params": {"x": {"tag": tag, "attributes": {"href": "../expectations/usage.html"}}}}
    document = shown(sentence("$x", params={"x": "name"}, tag=tag, styling=styling))
    assert document.elements == [("span", {}), ("span", {})]
    assert document.text == "name"


def test_attributes_and_inline_styles_are_left_out_and_classes_kept():
    styling = {"classes": ["badge", '"><b>'], "attributes": {"onclick": "x"}, "styles": {"background": "url(//x)"}}
    assert shown(sentence("", tag="strong", styling=styling)).elements == [("strong", {"class": 'badge "><b>'})]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("$a and ${a}.", "$b $$ and $b $$.", id="a_value_is_not_filled_again"),
        pytest.param("$ $$ $unknown ${unknown} $a$", "$ $$ $unknown ${unknown} $b $$$", id="other_dollars_stay"),
    ],
)
def test_only_known_placeholders_are_filled(template, expected):
    assert shown(sentence(template, params={"a": "$b $$", "b": "wrong"})).text == expected


def test_lines_of_a_sentence_are_kept_but_not_those_around_it():
    assert [tag for tag, _ in shown(sentence("\n\none\ntwo\n")).elements] == ["span", "br"]
