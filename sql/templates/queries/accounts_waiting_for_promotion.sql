-- Which accounts have waited longest for the tier that their score calls for, and what holds them back?
-- One row per account of the newest month whose score alone would put it higher. months_waiting counts consecutive
-- months up to the newest. held_back_by is the gate that stopped the move, or else the economic ceiling, which takes
-- more revenue, less cost or a written grant.
with
parameters as (
    select 2 as least_months
),

newest as (
    select max(month) as month from runs where status = 'published'
),

called_for as (
    select
        month,
        account_id,
        case score_target_tier when 'high_touch' then 3 when 'mid_touch' then 2 else 1 end
            > case base_tier when 'high_touch' then 3 when 'mid_touch' then 2 else 1 end as is_waiting
    from account_tiers
),

last_months_without as (
    select account_id, max(month) as month
    from called_for
    where not is_waiting
    group by account_id
),

waiting as (
    select called_for.account_id, count(*) as months_waiting, max(called_for.month) as last_month
    from called_for
    left join last_months_without on last_months_without.account_id = called_for.account_id
    where called_for.is_waiting
        and (last_months_without.month is null or called_for.month > last_months_without.month)
    group by called_for.account_id
)

select
    tiers.account_id,
    tiers.name,
    tiers.base_tier,
    tiers.score_target_tier,
    waiting.months_waiting,
    coalesce(tiers.blocked_by, tiers.binding_constraint) as held_back_by,
    tiers.earliest_promotion_month,
    tiers.arr,
    tiers.owner
from tiers_current as tiers
join waiting on waiting.account_id = tiers.account_id
join newest on newest.month = waiting.last_month
cross join parameters
where waiting.months_waiting >= parameters.least_months
order by waiting.months_waiting desc, tiers.arr desc, tiers.account_id;
