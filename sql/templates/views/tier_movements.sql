-- One row per month and pair of tiers: how many accounts and how much ARR moved, or stayed.
with
present as (
    select month, previous_tier as from_tier, tier as to_tier, arr
    from {{ table('account_tiers') }}
),

exits as (
    select month, from_tier, cast(null as varchar) as to_tier, arr
    from {{ table('tier_changes') }}
    where kind = 'exit'
),

movements as (
    select * from present
    union all
    select * from exits
)

select
    month,
    from_tier,
    to_tier,
    count(*) as accounts,
    {{ exact_sum('arr') }} as arr
from movements
group by month, from_tier, to_tier
