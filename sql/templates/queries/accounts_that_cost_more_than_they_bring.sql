-- Which accounts cost more to serve than they bring in, and in which tier?
-- One row per account of the newest month whose gross profit does not cover its cost to serve, most expensive tier
-- first. An account without a known cost is not listed. In high touch, look at decided_by: a grant or a lift may be
-- the reason.
with
parameters as (
    select 0 as least_margin
)

select
    account_id,
    name,
    tier,
    decided_by,
    arr,
    cost_to_serve,
    margin,
    owner
from tiers_current
cross join parameters
where margin < least_margin
order by
    case tier when 'high_touch' then 1 when 'mid_touch' then 2 else 3 end,
    margin,
    account_id;
