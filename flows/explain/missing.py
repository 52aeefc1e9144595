"""Why a component is missing for an account, in the words of its case and with the case's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.words import MISSING, in_words
from transforms.plurals import pluralize
from transforms.policy import Policy

_OF_GROWTH = ("usage_growth_ratio", "user_growth_ratio", "features_adopted")


def why_missing(reason: str | None, metric: str | None, features: Mapping[str, Any], policy: Policy | None) -> str:
    """Say why a component has no value.

    Args:
        reason: The published missing reason.
        metric: The column of account_features that the component scores; None if it is no longer known.
        features: The account's row of account_features.
        policy: The policy of the month, which has the limits; without it the reason is said without them.
    """
    general = in_words(reason, MISSING)
    if policy is None or metric is None:
        return general
    rules, tenure = policy.metrics, features.get("tenure_months")
    match reason, metric:
        case "expired", "nps" if features.get("nps_date"):
            return f"last NPS {features['nps_date']}, it counts for {pluralize(rules.nps_expires_days, 'day')}"
        case "expired", "csat_mean" if features.get("last_rating_date"):
            counts_for = pluralize(rules.csat_expires_days, "day")
            return f"last rating {features['last_rating_date']}, it counts for {counts_for}"
        case "too_young", _ if metric in _OF_GROWTH and tenure is not None:
            needed = pluralize(rules.growth_minimum_tenure_months, "month")
            return f"too young: it needs {needed}, the account has {tenure}"
        case "too_young", "usage_trend_ratio":
            return "too young: it needs a whole known month before this one, the account has none"
        case "too_few", _ if features.get("known_usage_months") is not None:
            known = pluralize(features["known_usage_months"], "whole known month")
            last = features.get("last_active_date")
            return f"too little to go by: {known} before this one" + (f", last used on {last}" if last else "")
    return general
