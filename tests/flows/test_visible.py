"""Text from data cannot steer a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.escaping import escape_controls


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
    assert escape_controls(text) == expected


@given(st.text())
def test_what_is_visible_can_be_encoded_and_has_one_line(text):
    written = escape_controls(text)

    assert len(written.encode().splitlines()) <= 1
    assert escape_controls(written) == written
