"""A number that the model of the policy accepts, a run accepts: none leaves the calendar or the range of a column."""

from __future__ import annotations

import pytest
import yaml

from flows.settings import default_policy, load_project
from tests.flows.extremes import Number, default_content, extreme, numbers, with_number
from tests.flows.projects import FEBRUARY, JANUARY, healthy_tables, run_months, write_project
from transforms.policy.book import PolicyBook, PolicyError


def test_every_number_of_the_policy_has_a_least_and_a_most():
    assert len(numbers()) > 200
    assert all(number.least < number.most for number in numbers())


@pytest.mark.parametrize(
    "choose",
    [pytest.param(lambda number: number.most, id="most"), pytest.param(lambda number: number.least, id="least")],
)
def test_months_can_be_made_with_every_number_at_its_end(tmp_path, choose):
    content, moved = extreme(choose)
    # Weights sum to 100, and a few numbers must not pass others; all the rest stands at its end.
    assert len(moved) > 0.7 * len(numbers())
    write_project(tmp_path, healthy_tables())
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    assert load_project(tmp_path, {}).policies.versions[0] != default_policy().versions[0]

    january, february = run_months(tmp_path, [JANUARY, FEBRUARY])

    assert (january.status, february.status) == ("published", "published")


@pytest.mark.parametrize("number", [pytest.param(one, id=one.name) for one in numbers() if one.place[-1] == "value"])
def test_no_number_is_without_bounds(number: Number):
    assert with_number(default_content(), number, 99_999_999_999_999) is None


def test_a_term_beyond_the_calendar_is_refused_with_its_bounds():
    written = default_content()
    written["metrics"]["renewal_grace_days"]["value"] = 99_999_999

    with pytest.raises(PolicyError, match=r"renewal_grace_days: got 99999999, expected less than or equal to 36600$"):
        PolicyBook.from_mapping(written)
