"""The components of a policy that have no data, because their sources or columns are not mapped."""

from __future__ import annotations

from collections.abc import Iterable

from flows.preflight.report import MissingComponent
from transforms.pillars.needs import NEEDS, is_configured
from transforms.policy import Policy


def missing_components(policy: Policy, configured: frozenset[str]) -> tuple[MissingComponent, ...]:
    """List the components without data, in the order of the policy.

    Args:
        policy: The policy.
        configured: The mapped sources and columns, as ``source`` and ``source.column``.
    """
    return tuple(
        MissingComponent(pillar, name, _ways(NEEDS[component.metric], configured))
        for pillar, name, component in policy.pillars.components()
        if not is_configured(component.metric, configured)
    )


def _ways(ways: Iterable[frozenset[str]], configured: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """List what each way still lacks, without repeats."""
    return tuple(dict.fromkeys(tuple(sorted(way - configured)) for way in ways))
