"""Accounts whose names nobody would choose are explained like any other."""

from __future__ import annotations

import contextlib
import io
import json

import pytest

from flows.cli.output import console
from flows.explain.customer import customer_explanation, show_customer_explanation
from flows.explain.published import explain as explain_account
from flows.explain.show import show_explanation
from flows.settings import load_project
from tests.flows.conftest import write_project
from tests.flows.naughty import NAUGHTY
from tests.flows.published import JANUARY, publish_month


def test_names_of_any_kind_are_printed_unharmed(project):
    publish_month(project, JANUARY, {f"n-{number:03}": {"name": name} for number, name in enumerate(NAUGHTY)})
    read = load_project(project, {})

    harmed = {}
    for number, name in enumerate(NAUGHTY):
        account_id = f"n-{number:03}"
        explained = explain_account(read, account_id, None)
        text = shown(show_explanation, explained.explanation, "USD")
        told = customer_explanation(explained.explanation, explained.known_policy())
        letter = shown(show_customer_explanation, told)
        is_whole = f"{name} ({account_id}), 2025-01\n" in text and f"{name}, 2025-01\n" in letter
        if (name.isprintable() and not is_whole) or "\x1b" in text + letter or "\u202e" in text + letter:
            harmed[name] = text
    assert harmed == {}


def shown(show, *what) -> str:
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        show(console(), *what)
    return written.getvalue()


@pytest.mark.parametrize("name", NAUGHTY[:5])
def test_an_account_is_found_by_a_name_of_any_kind(run, published_naughty, name):
    result = run("explain", "--project", published_naughty, "--json", "--", name)

    assert json.loads(result.stdout)["name"] == name


@pytest.fixture(scope="module")
def published_naughty(tmp_path_factory):
    folder = write_project(tmp_path_factory.mktemp("naughty"))
    publish_month(folder, JANUARY, {f"n-{number}": {"name": name} for number, name in enumerate(NAUGHTY[:5])})
    return folder
