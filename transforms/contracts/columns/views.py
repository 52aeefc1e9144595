"""Columns that only views have, or that mean something else in a view: sums, means, outcomes.

A view's other columns are those of the published tables that it rests on, and mean the same there.
"""

from __future__ import annotations

from transforms.contracts.columns import tiers as t
from transforms.contracts.columns.kinds import count, date, flag, money, number, points, share, tier, timestamp
from transforms.contracts.model import Column

OUTCOME_MONTHS = (3, 6, 12)
"""After how many months tier_outcomes looks again."""

MONTHS_FOR_RETURN = 3
"""An account that returns within so many months of its exit has not churned; until they are over, nobody knows."""

CONTRACTED_TO_SHARE = 0.95
"""With at most this share of its ARR an account has contracted; less is what exchange and rounding do."""

EXPANDED_TO_SHARE = 1.05
"""From this share of its ARR on an account has expanded."""

PUBLISHED_AT = timestamp("published_at", "When the run that published the row ended.")
RISK = t.RISK_REASON.but(name="risk", meaning="Another name of reason, for what was written before it; use reason.")

_ACCOUNTS = count("accounts", "How many accounts.", "accounts")
_ARR_SUM = money("arr", "Total ARR.", " per year", 0)

_HISTORY = (
    date("valid_from", "First day of the stretch's first month."),
    date("valid_to", "Last day of the stretch's last month; null while it lasts to the newest published month."),
    count("months", "Length of the stretch in months.", "months"),
)

_MOVEMENTS = (
    tier("from_tier", "The tier of the month before, as this month knew it; null at entry."),
    tier("to_tier", "The tier of this month; null at exit."),
    _ACCOUNTS,
    money("arr", "Total ARR; for exits, the last one before.", " per year", 0),
)

_COST = (
    _ACCOUNTS,
    _ARR_SUM,
    count("accounts_with_cost", "How many of them have a known cost to serve.", "accounts"),
    money("cost_to_serve", "Cost to serve of the accounts with a known one.", " per year", 0),
    money("gross_profit", "Gross profit of the accounts with a known cost to serve.", " per year", 0),
    money("margin", "Gross profit minus cost to serve, of the accounts with a known cost to serve.", " per year"),
    number(
        "cost_to_serve_ratio", "Cost to serve divided by ARR, of the accounts with a known cost to serve.", "ratio", 0
    ),
)

_PORTFOLIO = (
    count("accounts", "Accounts in scope.", "accounts"),
    money("arr", "ARR of the accounts in scope.", " per year", 0),
    money("high_touch_arr", "ARR of the accounts in high touch.", " per year", 0),
    money("mid_touch_arr", "ARR of the accounts in mid touch.", " per year", 0),
    money("low_touch_arr", "ARR of the accounts in low touch.", " per year", 0),
    points("health_mean", "Mean health of the accounts with a known one."),
    count("provisional_accounts", "Accounts that have not had a priority yet.", "accounts"),
    count("lifted_accounts", "Accounts with a running lift, whether or not it raises the tier.", "accounts"),
    count("overridden_accounts", "Accounts under an override.", "accounts"),
    count("entries", "Accounts that were not in scope the month before.", "accounts"),
    count("exits", "Accounts that left the scope.", "accounts"),
    count("promotions", "Promotions of the base tier.", "changes"),
    count("demotions", "Demotions of the base tier.", "changes"),
    *_COST[2:],
    count("silent_accounts", "Accounts of some tenure that used nothing in the month.", "accounts"),
    share("silent_share", "Their share of the accounts in scope."),
    t.IS_SILENCE_SUSPENDED,
    count("accounts_at_risk", "Accounts that call for a person.", "accounts"),
    money("arr_at_risk", "ARR of those accounts.", " per year", 0),
)


def _outcomes(months: int) -> tuple[Column, ...]:
    until = (
        f"Null in grace, until {months + MONTHS_FOR_RETURN} months later is published, and where the contract ended by "
        "then and the account is still in grace."
    )
    unless = f"{until} False after churn, null after leaving otherwise."
    return (
        flag(
            f"is_churned_after_{months}_months",
            f"True where service ended within {months} months and an exit followed, unless by a merger, as internal or "
            f"removed, or with a return within {MONTHS_FOR_RETURN} months. {until}",
        ),
        flag(
            f"is_contracted_after_{months}_months",
            f"True where it had service {months} months later, with at most {CONTRACTED_TO_SHARE:z.0%} of its ARR. "
            f"{unless}",
        ),
        flag(
            f"is_expanded_after_{months}_months",
            f"True where it had service {months} months later, with at least {EXPANDED_TO_SHARE:z.0%} of its ARR. "
            f"{unless}",
        ),
    )


VIEW_COLUMNS: dict[str, tuple[Column, ...]] = {
    "score_contributions": (t.METRIC_VALUE, t.COMPONENT_SCORE, t.CONTRIBUTION, t.MISSING_REASON),
    "tier_history": _HISTORY,
    "tiers_as_known": (PUBLISHED_AT,),
    "tiers_as_published": (PUBLISHED_AT,),
    "tier_movements": _MOVEMENTS,
    "tier_outcomes": (
        *(column for months in OUTCOME_MONTHS for column in _outcomes(months)),
        flag("is_lifted", "True where a lift in effect raises the tier above the base tier."),
    ),
    "accounts_at_risk": (RISK, t.RISK_REASON),
    "cost_to_serve_by_tier": _COST,
    "portfolio_by_month": _PORTFOLIO,
}
"""By view: the columns that are described here and not by a table."""
