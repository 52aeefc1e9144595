-- Which overrides end soon, and where would their accounts go?
-- One row per account of the newest month under an override that ends within a number of days of the month's end.
-- If tier and tier_without_override differ, the customer gets more or less service the day after: renew the override
-- with a reason, or inform the customer.
with
parameters as (
    select 60 as days_ahead
),

newest as (
    select max(month) as month from runs where status = 'published'
)

select
    features.account_id,
    features.name,
    features.override_end_date,
    tiers.tier,
    tiers.tier_without_override,
    tiers.arr,
    tiers.owner
from account_features as features
join newest on newest.month = features.month
join tiers_current as tiers on tiers.account_id = features.account_id
cross join parameters
where features.override_end_date
    < cast(newest.month + interval '1 month' as date) + parameters.days_ahead
order by features.override_end_date, features.account_id;
