"""Passwords are hidden wherever a text is told."""

from __future__ import annotations

import pytest

from transforms.errors import DataQualityError, RetierError
from transforms.passwords import without_password


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duckdb:///retier.duckdb", "duckdb:///retier.duckdb"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("postgresql://me:s3cret@host:5432/db?x=1", "postgresql://me:***@host:5432/db?x=1"),
        ("of 'pg://me:a@b:c/d@host' and pg://you:x@host", "of 'pg://me:***@host' and pg://you:***@host"),
        ("postgresql://me@/db?host=/run&password=s3cret&port=1", "postgresql://me@/db?host=/run&password=***&port=1"),
        ("postgresql://me@h/db?sslpassword=s3cret", "postgresql://me@h/db?sslpassword=***"),
        ("pg://me:it's@secret@host/db", "pg://me:***@host/db"),
        ("postgresql://me@h/db?password=it's_s3cret", "postgresql://me@h/db?password=***"),
        ("at 10:30, me@example.com", "at 10:30, me@example.com"),
    ],
)
def test_passwords_of_urls_are_hidden(text, expected):
    assert without_password(text) == expected


@pytest.mark.parametrize("kind", [RetierError, DataQualityError])
def test_no_error_holds_a_password(kind):
    error = kind("'http://me:an@secret@host/a.csv' cannot be listed")
    assert str(error) == "'http://me:***@host/a.csv' cannot be listed"
