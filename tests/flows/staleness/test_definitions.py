"""Definitions that were raised since a month was computed, as a plan tells them."""

from __future__ import annotations

import json

import pytest

from flows.staleness import definitions
from flows.staleness.definitions import NO_RELEASE, changed_definitions
from transforms import versions

NOW = {"tickets": 1, "tiers": 1}


@pytest.fixture
def raise_tickets(monkeypatch):
    lines = {1: "as in 0.1.0", 2: "counts reopened tickets", 3: "leaves out spam"}
    monkeypatch.setitem(versions.FACTS, "tickets", lines)


@pytest.mark.parametrize(
    ("recorded", "now", "expected"),
    [
        pytest.param(NOW, NOW, [], id="equal"),
        pytest.param(NOW, NOW | {"tickets": 2}, ["tickets 1 → 2 (counts reopened tickets)"], id="raised"),
        pytest.param(
            NOW, NOW | {"tickets": 3}, ["tickets 1 → 3 (counts reopened tickets; leaves out spam)"], id="raised-twice"
        ),
        pytest.param(NOW | {"tickets": 4}, NOW | {"tickets": 3}, ["tickets 4 → 3"], id="an-older-retier"),
        pytest.param({"tiers": 1}, NOW | {"tickets": 2}, [], id="not-looked-at-then"),
        pytest.param(NOW | {"tickets": 2}, {"tiers": 1}, [], id="not-looked-at-now"),
        pytest.param({"tiers": "a hash of other code"}, NOW, [NO_RELEASE], id="a-hash-of-no-release"),
    ],
)
def test_what_changed(raise_tickets, recorded, now, expected):
    assert changed_definitions(json.dumps(recorded), now) == expected


def test_hashes_of_0_1_0_are_first_versions(raise_tickets):
    recorded = json.dumps(definitions._RELEASED)

    assert changed_definitions(recorded, NOW) == []
    assert changed_definitions(recorded, NOW | {"tickets": 2}) == ["tickets 1 → 2 (counts reopened tickets)"]


def test_a_part_that_has_another_hash_than_in_0_1_0_is_of_no_release():
    assert changed_definitions(json.dumps(definitions._RELEASED | {"tiers": "another"}), NOW) == [NO_RELEASE]
