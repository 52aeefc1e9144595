"""An id that a source made from an account's goes with it, and one that was made from another account's stays."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.erasure import Erasure
from transforms.erasure.longer import Holder

GONE = Erasure("A-00001", "erased-0")


def erased(text: str, longer: list[str], *accounts: str) -> str:
    return GONE.with_longer(longer, ["A-00001", *accounts]).in_text(text)


@pytest.mark.parametrize(
    ("longer", "expected"),
    [
        pytest.param("INV-2026-10-A-00001", "INV-2026-10-erased-0", id="at its end"),
        pytest.param("A-00001/7", "erased-0/7", id="at its beginning"),
        pytest.param("inv_A-00001_7", "inv_erased-0_7", id="between underscores"),
        pytest.param("A-00001:A-00001", "erased-0:erased-0", id="twice"),
        pytest.param("INV-A-000012", "INV-A-000012", id="one digit more"),
        pytest.param("INV-2026A-00001", "INV-2026A-00001", id="a digit before it"),
        pytest.param("INV-äA-00001", "INV-äA-00001", id="a letter before it"),
        pytest.param("INV-a-00001", "INV-a-00001", id="other letters"),
    ],
)
def test_an_id_within_a_longer_one_stands_alone(longer, expected):
    assert erased(f"such as '{longer}'", [longer]) == f"such as '{expected}'"


@pytest.mark.parametrize("text", ["A-00001-7 and T-A-00001", "file T-A-00001.csv", "T-A-00001-7"])
def test_a_word_that_is_in_no_column_of_ids_stays(text):
    assert erased(text, ["T-A-00001-9"]) == text


def test_a_longer_id_is_no_part_of_an_even_longer_one():
    text = "T-A-00001-7, XT-A-00001 and T-A-00001"

    assert erased(text, ["T-A-00001"]) == "T-A-00001-7, XT-A-00001 and T-erased-0"
    assert erased(text, ["T-A-00001", "T-A-00001-7"]) == "T-erased-0-7, XT-A-00001 and T-erased-0"


def test_what_is_made_from_another_account_stays():
    assert erased("INV-A-00001-EU-3", ["INV-A-00001-EU-3"], "A-00001-EU") == "INV-A-00001-EU-3"
    assert erased("INV-A-00001-EUR-3", ["INV-A-00001-EUR-3"], "A-00001-EU") == "INV-erased-0-EUR-3"
    assert erased("INV-B-A-00001", ["INV-B-A-00001"], "B-A-00001") == "INV-B-A-00001"


def test_the_shorter_id_of_another_account_is_not_the_beginning_of_this_one():
    shorter = Erasure("A-0000", "erased-0").with_longer(["INV-2026-10-A-00001"], ["A-0000", "A-00001"])

    assert shorter.in_text("INV-2026-10-A-00001") == "INV-2026-10-A-00001"


@pytest.mark.parametrize("word", ["10", "acme", "x"])
def test_an_ordinary_word_within_a_longer_id_may_mean_something_else(word):
    longer = f"INV-2026-{word}-A-00001"

    assert Erasure(word, "erased-0").with_longer([longer], [word]).in_text(longer) == longer


def test_longer_ids_are_found_as_json_and_html_write_them():
    erasure = Erasure('a"1', "erased-0").with_longer(['t&a"1'], [])

    assert json.loads(erasure.in_text(json.dumps({"ticket_id": 't&a"1'}))) == {"ticket_id": "t&erased-0"}
    assert erasure.in_markup("<td>t&amp;a&quot;1</td>") == "<td>t&amp;erased-0</td>"


def test_a_row_of_another_account_keeps_all_but_the_longer_id():
    row = '{"account_id":"B-7","invoice_id":"INV-A-00001","note":"for A-00001"}'
    erasure = GONE.with_longer(["INV-A-00001"], ["B-7"])

    assert erasure.in_row(row, frozenset({"account_id"})) == (
        '{"account_id":"B-7","invoice_id":"INV-erased-0","note":"for erased-0"}'
    )


PARTS = st.text(st.sampled_from("AB01-_/ é"), max_size=5)
IDS = st.from_regex(r"[AB][-_]?[01]{1,3}(-[AB])?", fullmatch=True)
SEPARATED = st.tuples(PARTS, st.sampled_from(["-", "_", "/", ""])).map("".join)


def stands_alone(word: str, text: str) -> list[int]:
    """Where a word has no letter or digit beside it: written out, without the product's expressions."""

    def is_free(place: int) -> bool:
        return not (0 <= place < len(text) and text[place].isalnum())

    starts = [at for at in range(len(text)) if text.startswith(word, at)]
    return [at for at in starts if is_free(at - 1) and is_free(at + len(word))]


@given(IDS, SEPARATED, SEPARATED)
def test_no_longer_id_holds_the_account_afterwards(account: str, before: str, after: str) -> None:
    longer = before + account + after[::-1]
    erasure = Erasure(account, "gone").with_longer([longer], [account])

    left = erasure.in_text(longer)
    assert stands_alone(account, left) == []
    assert bool(stands_alone(account, longer)) == (left != longer)


NUMBERS = st.text(st.sampled_from("01-_"), max_size=4)


@given(IDS, IDS, NUMBERS, NUMBERS)
def test_the_longer_id_of_another_account_stays(account: str, other: str, before: str, after: str) -> None:
    """No id has a slash or begins with a digit, so that the erased one can only stand within the other one."""
    assume(account != other)
    longer = f"{before}/{other}/{after}"

    assert Holder(account, (account, other)).replaced(longer, "gone") == longer


@given(IDS, st.lists(st.tuples(SEPARATED, IDS, SEPARATED), max_size=4), PARTS)
def test_no_text_that_changes_is_missed_by_the_search(
    account: str, made: list[tuple[str, str, str]], text: str
) -> None:
    longer = [before + of + after[::-1] for before, of, after in made]
    erasure = Erasure(account, "gone").with_longer(longer, [account])

    for written in (text, *longer, " ".join([text, *longer]), json.dumps({"ticket_id": longer})):
        if erasure.in_text(written) != written:
            assert re.fullmatch(erasure.candidates, written)
