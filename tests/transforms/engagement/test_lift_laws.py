"""What holds of owners over many months in which lifts come and go."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.engagement.pools import people
from transforms.engagement.owners import with_owners
from transforms.engagement.today import with_owner_of_today
from transforms.policy import Policy

NAMES = ("a", "b", "c")
POOLED, DEDICATED = ("Ada", "Al"), ("Bo",)
_FORMER = dict.fromkeys(("account_id", "owner", "technical_owner", "owner_before_lift", "csm_email"), pl.String)
NOBODY = pl.DataFrame(schema=_FORMER | {"was_lift_in_effect": pl.Boolean})

MONTHS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(NAMES)),  # lifted
        st.sets(st.sampled_from(POOLED), max_size=1),  # away
        st.sampled_from([0, 4, 9]),  # hours of the dedicated pool, of which a lift takes four
    ),
    min_size=2,
    max_size=7,
)


def plan_of(lifted: set[str]) -> pl.LazyFrame:
    rows = [
        {
            "account_id": name, "owner_model": "dedicated" if name in lifted else "pooled",
            "base_owner_model": "pooled", "hours_per_month": 4.0 if name in lifted else 1.0,
            "base_hours_per_month": 2.0 if name in lifted else 1.0, "technical_hours_per_month": 0.0, "priority": 50.0,
            "is_lift_in_effect": name in lifted,
        }
        for name in NAMES
    ]  # fmt: skip
    texts = [pl.lit(None, pl.String).alias(name) for name in ("csm_email", "region", "industry")]
    return pl.LazyFrame(rows).with_columns(texts)


def step(former: pl.DataFrame, month: tuple[set[str], set[str], int], policy: Policy) -> pl.DataFrame:
    """One month of owners, by what the month before left."""
    lifted, away, hours = month
    team = people(**dict.fromkeys(POOLED, ("pooled", 99)), **dict.fromkeys(DEDICATED, ("dedicated", hours)))
    team = team.with_columns(is_away=pl.col("owner").is_in(sorted(away)))
    pools = dict(team.select("owner", "pool").rows())
    today = with_owner_of_today(plan_of(lifted), former.lazy(), None, pools).collect()
    return with_owners(today, team, policy.staffing)


@given(MONTHS)
@settings(deadline=None, max_examples=40)
def test_who_had_an_owner_before_a_lift_has_one_during_it_and_the_same_afterwards(policy, months):
    former, claims = NOBODY, {}
    for month in months:
        lifted, away, _ = month
        found = step(former, month, policy)
        owners = dict(found.select("account_id", "owner").rows())
        before = dict(former.select("account_id", "owner").rows())
        for name in NAMES:
            if name in lifted:
                owner = claims.setdefault(name, before.get(name))
                assert owners[name] != "unassigned" or owner is None or owner in away
            elif (owner := claims.pop(name, None)) is not None and owner not in away:
                assert owners[name] == owner
        assert set(found.filter("is_interim_owner")["account_id"]) <= lifted
        former = found.with_columns(was_lift_in_effect=pl.col("is_lift_in_effect")).select(NOBODY.columns)
