"""Passwords are hidden wherever a text is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import DataQualityError, RetierError
from transforms.passwords import without_password


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duckdb:///retier.duckdb", "duckdb:///retier.duckdb"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("postgresql://me:s3cret@host:5432/db?port=1", "postgresql://me:***@host:5432/db?port=1"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duckdb:///md:?motherduck_token=s3cret", "duckdb:///md:?motherduck_token=***"),
        ("cannot open md:?motherduck_token=s3cret", "cannot open md:?motherduck_token=***"),
        ("duckdb:///x.duckdb?memory_limit=4GB: broken", "duckdb:///x.duckdb?memory_limit=4GB: broken"),
        ("got 'https://h/a.csv?sig=a%3D', expected x", "got 'https://h/a.csv?sig=***', expected x"),
        ("(https://h/a?sv=1&sig=a;b/c#d), then", "(https://h/a?sv=***&sig=***), then"),
        ('{"of":"https://h/a?t=s3cret","n":1}', '{"of":"https://h/a?t=***","n":1}'),
        ("<https://h/a?t=s3cret>", "<https://h/a?t=***>"),
        ("https://h/a?t=&u=s3cret and https://i/b?u=s3cret", "https://h/a?t=&u=*** and https://i/b?u=***"),
        ("postgresql://h/db?sslmode=require&options=-cx%3Ds3cret", "postgresql://h/db?sslmode=require&options=***"),
        ("postgresql://h/db?SSLMODE=require&Host=/run", "postgresql://h/db?SSLMODE=require&Host=/run"),
        ("host=h user=me password=s3cret", "host=h user=me password=***"),
        ("s3://b/data-?.csv", "s3://b/data-?.csv"),
        ("is it a=1? or b=2", "is it a=1? or b=2"),
    ],
)
def test_values_in_the_query_of_a_url_are_hidden_but_for_options_known_to_be_no_secret(text, expected):
    assert without_password(text) == expected
    assert without_password(expected) == expected


SECRETS = st.text(st.sampled_from("abcXYZ019-._~%+/:,;!$*()'@"), min_size=1).filter(lambda text: text[0].isalnum())
NAMES = st.from_regex(r"[a-z][a-z_-]{0,7}", fullmatch=True).map("x_".__add__)


@given(SECRETS, NAMES, st.sampled_from(["{}", "'{}', and more", '{{"url": "{}"}}', "({}): broken", "{}; fix it"]))
def test_no_secret_of_a_query_is_left(secret: str, name: str, around: str) -> None:
    secret = f"s3cret{secret}s3cret"

    told = without_password(
        around.format(f"https://host/path/file.csv?sslmode=require&{name}={secret}&{name}={secret}")
    )

    assert "s3cret" not in told
    assert told == around.format(f"https://host/path/file.csv?sslmode=require&{name}=***&{name}=***")


@pytest.mark.parametrize("kind", [RetierError, DataQualityError])
def test_no_error_holds_a_password(kind):
    error = kind("'http://me:an@secret@host/a.csv' cannot be listed")
    assert str(error) == "'http://me:***@host/a.csv' cannot be listed"
