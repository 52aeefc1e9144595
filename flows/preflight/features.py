"""Features that the policy names and that usage does not: mostly a misspelling, which would count for nothing."""

from __future__ import annotations

from flows.preflight.sources import Looked, warn
from transforms.errors import first_few
from transforms.policy import Policy

_SHOWN = 3


def warn_of_unknown_features(usage: Looked, policy: Policy) -> None:
    """Warn of features of use cases and of the catalogue that do not occur in the usage that was looked at.

    Args:
        usage: What was found of usage; the warning is added to it.
        policy: The policy.
    """
    named = {feature for use_case in policy.segments.needs.use_cases for feature in use_case.features}
    named |= set(policy.metrics.feature_catalogue or ())
    if usage.rows is None or not named:
        return
    used = usage.rows.select("feature").unique().collect(engine="streaming")["feature"]
    unknown = sorted(named - set(used))
    if unknown:
        warn(
            usage,
            f"{len(unknown):,} of {len(named):,} features that the policy names do not occur in the usage that was "
            f"looked at, such as {first_few(unknown[:_SHOWN])}: look whether they are spelt as the product spells them",
        )
