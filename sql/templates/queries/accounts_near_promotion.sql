-- Which mid-touch accounts are a month from promotion, or close to it, and what is the lever?
-- One row per account of the newest month. With 0 points missing and 1 month to wait, it is promoted next month unless
-- its score falls. With points missing, top_lever is what a team can improve to close the gap soonest (where it is
-- not sufficient alone, levers in tiers_current names what is), and health shows whether a promotion would be sound.
-- Accounts that an economic ceiling or an override holds back are left out: points do not help them.
with
parameters as (
    select
        'mid_touch' as from_tier,
        5 as most_points
)

select
    account_id,
    name,
    points_to_promotion,
    months_to_wait,
    earliest_promotion_month,
    binding_constraint,
    top_lever,
    health,
    arr,
    owner
from tiers_current
cross join parameters
where base_tier = from_tier
    and points_to_promotion <= most_points
    and binding_constraint not in ('economic_ceiling', 'override', 'insufficient_data')
order by points_to_promotion, months_to_wait, account_id;
