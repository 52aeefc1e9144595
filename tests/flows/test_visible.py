"""Text from data cannot steer a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.escaping import visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme & S\u00f6hne \u2603 \U0001f600", "Acme & S\u00f6hne \u2603 \U0001f600"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202eevil", "\\u202eevil"),
        ("\x9b1m", "\\x9b1m"),
        ("\udc80", "\\udc80"),
        (None, "None"),
    ],
)
def test_only_what_steers_is_escaped(text, expected):
    assert visible(text) == expected


@given(st.text())
def test_what_is_visible_can_be_encoded_and_has_one_line(text):
    written = visible(text)

    assert len(written.encode().splitlines()) <= 1
    assert visible(written) == written
