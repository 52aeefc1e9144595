"""An account is replaced where it stands as a whole word, and nowhere else."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.erasure import Erasure

GONE = Erasure("a1", "erased-0", names=("Acme, Inc.", "Acme"))
PLAIN = Erasure("score", "erased-0", names=("42",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a1", "erased-0"),
        ("accounts 'a1', 'a10' and a1.", "accounts 'erased-0', 'a10' and erased-0."),
        ("a10 ba1 a1-eu eu-a1 a1_x äa1 A1", "a10 ba1 a1-eu eu-a1 a1_x äa1 A1"),
        ("data/a1.csv, 2025-01:exit:1:a1", "data/erased-0.csv, 2025-01:exit:1:erased-0"),
        ("Acme, Inc. and Acme and Acmeville", "erased-0 and erased-0 and Acmeville"),
        ("", ""),
    ],
)
def test_whole_words_are_replaced_in_prose(text, expected):
    assert GONE.in_text(text) == expected


def test_names_do_not_mean_the_account_in_the_row_of_another_one():
    assert GONE.in_text("Acme a1", has_names=False) == "Acme erased-0"


def test_json_stays_as_it_was_written_but_for_the_account():
    text = '{"account_id": "a1","arr":1.50,  "note":"a10 or\\u0020\\"a1\\"", "1":[1e3,"Acme"]}'

    assert GONE.in_text(text) == (
        '{"account_id": "erased-0","arr":1.50,  "note":"a10 or \\"erased-0\\"", "1":[1e3,"erased-0"]}'
    )


def test_a_text_in_json_without_the_account_stays_as_it_was_escaped():
    text = '{"note":"caf\\u00e9 \\/ \\u0041","id":"a1"}'

    assert GONE.in_text(text) == text.replace("a1", "erased-0")


def test_a_text_in_json_with_the_account_keeps_its_letters():
    assert GONE.in_text('{"note":"a1 wählt é"}') == '{"note":"erased-0 wählt é"}'


@pytest.mark.parametrize("is_ascii", [True, False], ids=["escaped-letters", "plain-letters"])
def test_an_id_is_found_as_json_writes_it_within_prose(is_ascii):
    written = json.dumps({"id": 'a "b" ä'}, ensure_ascii=is_ascii)

    assert Erasure('a "b" ä', "erased-0").in_text(f"row {written} is wrong") == 'row {"id": "erased-0"} is wrong'


def test_an_id_that_json_writes_otherwise_is_found():
    quoted = Erasure('a "b" ä', "erased-0")

    for text in (json.dumps({"id": 'a "b" ä'}, ensure_ascii=is_ascii) for is_ascii in (False, True)):
        assert json.loads(quoted.in_text(text)) == {"id": "erased-0"}
    assert quoted.in_text("got 'a \"b\" ä'") == "got 'erased-0'"


def test_a_plain_word_is_replaced_only_where_it_is_meant():
    assert PLAIN.in_text("the score of 'score' is 42, not '42'") == "the score of 'erased-0' is 42, not 'erased-0'"
    row = '{"account_id":"score","decided_by":"score","reasons":"score","months":42}'
    assert json.loads(PLAIN.in_text(row)) == {
        "account_id": "erased-0",
        "decided_by": "score",
        "reasons": "score",
        "months": 42,
    }


def test_the_accounts_own_row_of_a_source_is_wiped():
    row = '{"Id":" a1 ","Contact":"Jane","seats":null,"parent":"a10"}'

    assert json.loads(GONE.in_row(row, frozenset())) == {
        "Id": "erased-0",
        "Contact": "erased",
        "seats": None,
        "parent": "erased",
    }


def test_a_row_with_control_characters_is_wiped_too():
    assert json.loads(GONE.in_row('{"Id":"a1","Contact":"Jane\tDoe"}', frozenset())) == {
        "Id": "erased-0",
        "Contact": "erased",
    }


def test_the_row_of_another_account_loses_nothing_but_the_account():
    row = '{"Id":"a10","Contact":"Jane of a1","seats":"7"}'

    assert json.loads(GONE.in_row(row, frozenset({"Id"}))) == {
        "Id": "a10",
        "Contact": "Jane of erased-0",
        "seats": "7",
    }


def test_a_number_is_an_id_only_in_columns_of_ids():
    seven = Erasure("7", "erased-0")

    row = '{"Id":"a10","seats":"7"}'
    assert seven.in_row(row, frozenset({"Id"})) == row
    assert json.loads(seven.in_row('{"Id":"7","seats":"7"}', frozenset({"Id"})))["Id"] == "erased-0"
    assert seven.in_row("no JSON '7'", frozenset({"Id"})) == "no JSON 'erased-0'"


@pytest.mark.parametrize(
    ("change_id", "expected"),
    [
        ("2025-01:exit:1:a1", "2025-01:exit:1:erased-0"),
        ("2025-01:exit:1:b:a1", "2025-01:exit:1:b:a1"),
        ("2025-01:exit:1:a10", "2025-01:exit:1:a10"),
    ],
)
def test_a_change_is_of_the_account_that_its_identifier_ends_with(change_id, expected):
    assert GONE.in_change_id(change_id) == expected


def test_markup_is_searched_as_browsers_show_it():
    quoted = Erasure("a&b's", "erased-0")

    page = "<p title='a&amp;b&#x27;s'>a&amp;b's <b>a&amp;b&#39;s</b></p>"
    assert quoted.in_markup(page) == "<p title='erased-0'>erased-0 <b>erased-0</b></p>"
    page = '<p class="score">score: <b>score</b>, &#x27;score&#x27;</p><script>{"account_id": "score"}</script>'
    assert PLAIN.in_markup(page) == (
        '<p class="score">score: <b>erased-0</b>, &#x27;erased-0&#x27;</p><script>{"account_id": "erased-0"}</script>'
    )


words = st.text(st.sampled_from("a1-_ ä'\"\\:."), min_size=1, max_size=4)
texts = st.text(st.sampled_from("a1-_ ä'\"\\:.\n"), max_size=12)


@given(words, texts)
def test_no_text_that_changes_is_missed_by_the_search(word: str, text: str) -> None:
    erasure = Erasure(word, "erased-0")

    for written in (text, json.dumps({"account_id": text})):
        if erasure.in_text(written) != written:
            assert re.fullmatch(erasure.candidates, written)


@given(words, texts)
def test_what_was_replaced_once_is_not_replaced_again(word: str, text: str) -> None:
    erasure = Erasure(word, "erased-0")

    once = erasure.in_text(text)
    assert erasure.in_text(once) == once or word in erasure.pseudonym
