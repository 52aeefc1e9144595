"""Which pillars lack data because of what a company has not mapped."""

from __future__ import annotations

import pytest

from transforms.contracts import SOURCES
from transforms.pillars.needs import missing_pillars
from transforms.policy.model import PILLARS

EVERYTHING = frozenset(SOURCES) | {f"{name}.{column}" for name, table in SOURCES.items() for column in table.columns}


def test_no_pillar_lacks_data_where_everything_is_mapped(policy):
    assert missing_pillars(policy, EVERYTHING) == ()


def test_every_pillar_lacks_data_where_nothing_is_mapped(policy):
    assert missing_pillars(policy, frozenset()) == tuple(PILLARS)


@pytest.mark.parametrize(("share", "are_missing"), [(0.01, False), (1.0, True)])
def test_a_pillar_lacks_data_where_less_than_the_minimum_weight_is_mapped(share, are_missing, policy):
    minimum = share * sum(component.weight for component in policy.pillars.health.values())
    without_usage = frozenset(name for name in EVERYTHING if name.partition(".")[0] != "usage")
    scoring = policy.scoring.model_copy(update={"minimum_configured_weight": minimum})
    missing = missing_pillars(policy.model_copy(update={"scoring": scoring}), without_usage)
    assert ("health" in missing) is are_missing
