"""Suspended silence: for months so many accounts are silent that silence says nothing of each of them."""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile

from expectations.business.measure import Measure, does_not_apply
from transforms.month import Month
from transforms.plurals import pluralize
from transforms.policy import Policy

_NAME = "silence_suspended"


def silence_suspended(suspended: Collection[Month], policy: Policy, month: Month) -> list[Measure]:
    """Count the months in a row, up to this one, in which silence was suspended.

    Args:
        suspended: The months in which it was, of this one and as many before as the policy's warning needs.
        policy: The policy.
        month: The month.

    Returns:
        ``silence_suspended``, in months; it only warns. It does not apply where the policy switches silence off.
    """
    rules = policy.silence
    if rules is None:
        return [does_not_apply(_NAME, "warn", "the policy switches silence off")]
    months = month.trailing(rules.warning_months)[::-1]
    observed = sum(1 for _ in takewhile(lambda one: one in suspended, months))
    message = f"silence was suspended in {pluralize(observed, 'month')} in a row up to {month}"
    if observed >= rules.warning_months:
        message = (
            f"silence has been suspended since {months[observed - 1]} or longer, as so many accounts use nothing, "
            "so it raises no alarm: look whether the usage of all accounts arrives, and where a month without use is "
            "ordinary for your customers, write `silence: off` in the policy"
        )
    return [Measure(_NAME, "warn", observed, None, rules.warning_months - 1, message)]
