"""Text from data cannot steer a terminal, and secrets stay secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.secrets import without_password
from flows.visible import visible


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duckdb:///retier.duckdb", "duckdb:///retier.duckdb"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("postgresql://me:s3cret@host:5432/db?x=1", "postgresql://me:***@host:5432/db?x=1"),
        ("of 'pg://me:a@b:c/d@host' and pg://you:x@host", "of 'pg://me:***@host' and pg://you:***@host"),
        ("postgresql://me@/db?host=/run&password=s3cret&port=1", "postgresql://me@/db?host=/run&password=***&port=1"),
        ("postgresql://me@h/db?sslpassword=s3cret", "postgresql://me@h/db?sslpassword=***"),
        ("at 10:30, me@example.com", "at 10:30, me@example.com"),
    ],
)
def test_passwords_of_urls_are_hidden(text, expected):
    assert without_password(text) == expected
