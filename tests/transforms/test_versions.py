"""Versions of definitions: each has a line of its own, and what rests on which."""

from __future__ import annotations

import pytest

from transforms import versions
from transforms.versions import FACTS, FACTS_OF_CHECKS, SHARED, STAGES, definitions, raised, what_changed

EVERY = SHARED | FACTS | FACTS_OF_CHECKS | STAGES


@pytest.mark.parametrize("name", EVERY)
def test_versions_are_counted_from_one_and_each_says_what_it_changed(name):
    assert sorted(EVERY[name]) == list(range(1, len(EVERY[name]) + 1))
    assert all(line.strip() for line in EVERY[name].values())


def test_no_two_definitions_share_a_name():
    assert len(EVERY) == sum(map(len, (SHARED, FACTS, FACTS_OF_CHECKS, STAGES)))


def test_a_month_records_the_facts_of_mapped_sources_and_all_stages():
    found = definitions({"accounts", "usage", "invoices"})

    assert set(found) == {*SHARED, *STAGES, "usage", "usage_use_cases", "usage_history", "invoices"}
    assert all(number == max(EVERY[name]) for name, number in found.items())
    assert (found["accounts"], found["health"]) == (1, 3)


def test_first_versions_name_no_facts():
    assert [raised(kind) for kind in FACTS | FACTS_OF_CHECKS] == [{}] * len(FACTS | FACTS_OF_CHECKS)


@pytest.mark.parametrize(
    ("group", "name", "renamed"),
    [
        pytest.param("FACTS", "tickets", ["tickets"], id="facts-of-one-kind"),
        pytest.param("FACTS_OF_CHECKS", "usage_days", ["usage_days"], id="facts-of-checks"),
        pytest.param("SHARED", "knowledge", list(FACTS | FACTS_OF_CHECKS), id="what-all-facts-rest-on"),
        pytest.param("STAGES", "tiers", [], id="a-stage"),
    ],
)
def test_a_raised_definition_names_its_own_facts_anew(monkeypatch, group, name, renamed):
    monkeypatch.setattr(
        versions, group, getattr(versions, group) | {name: {1: "as in 0.1.0", 2: "counts something else"}}
    )

    assert [kind for kind in FACTS | FACTS_OF_CHECKS if raised(kind)] == renamed
    assert all(raised(kind) == {name: 2} for kind in renamed)


def test_what_a_version_changed_is_known_by_its_number():
    assert what_changed("tiers", 1) == "as in 0.1.0"
    assert what_changed("tiers", 99) is None
    assert what_changed("a definition that is gone", 1) is None
