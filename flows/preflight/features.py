"""Features that the policy names but usage lacks: mostly misspellings, which would count for nothing."""

from __future__ import annotations

from flows.preflight.sources import Looked, warn
from transforms.errors import first_few
from transforms.plurals import pluralize
from transforms.policy import Policy

_SHOWN = 3


def warn_of_unknown_features(usage: Looked, policy: Policy) -> None:
    """Warn of features of use cases and of the catalogue that do not occur in the sampled usage.

    Args:
        usage: What was found of usage; the warning is added to it.
        policy: The policy.
    """
    named = {feature for use_case in policy.segments.needs.use_cases for feature in use_case.features}
    named |= set(policy.metrics.feature_catalogue or ())
    if usage.rows is None or not named:
        return
    if "usage.feature" not in usage.configured:
        warn(
            usage,
            f"the policy names {pluralize(len(named), 'feature')}, but usage has no column feature: use cases and the "
            "catalogue count for nothing; map feature, or remove them from the policy",
        )
        return
    used = usage.rows.select("feature").unique().collect(engine="streaming")["feature"]
    unknown = sorted(named - set(used))
    if unknown:
        warn(
            usage,
            f"{len(unknown):,} of {len(named):,} features that the policy names do not occur in the sampled usage, "
            f"such as {first_few(unknown[:_SHOWN])}: check that the policy spells them as the product does",
        )
