-- Which accounts promoted a year ago or earlier have expanded, compared with those not promoted?
-- One row per tier at the time, with and without a promotion in that month. It covers the newest twelve months
-- whose outcome a year later is known, three months after that year; an account counts once for each. Accounts that
-- were merged or became internal since then have no outcome of their own and are left out. A difference between the
-- rows does not prove that the tier caused it: promoted accounts were growing before.
with
parameters as (
    select 12 as months_back
),

newest as (
    select max(month) as month from runs where status = 'published'
),

promotions as (
    select distinct month, account_id
    from tier_changes
    where kind = 'promotion'
),

outcomes as (
    select
        outcomes.tier,
        promotions.account_id is not null as is_promoted,
        outcomes.is_churned_after_12_months as is_churned,
        outcomes.is_contracted_after_12_months as is_contracted,
        outcomes.is_expanded_after_12_months as is_expanded
    from tier_outcomes as outcomes
    cross join newest
    cross join parameters
    left join promotions
        on promotions.account_id = outcomes.account_id
        and promotions.month = outcomes.month
    where outcomes.is_expanded_after_12_months is not null
        and outcomes.month > newest.month - (15 + parameters.months_back) * interval '1 month'
)

select
    tier,
    is_promoted,
    count(*) as accounts,
    cast(100.0 * count(case when is_expanded then 1 end) / count(*) as numeric(5, 1)) as percent_expanded,
    cast(100.0 * count(case when is_contracted then 1 end) / count(*) as numeric(5, 1)) as percent_contracted,
    cast(100.0 * count(case when is_churned then 1 end) / count(*) as numeric(5, 1)) as percent_churned
from outcomes
group by tier, is_promoted
order by
    case tier when 'high_touch' then 1 when 'mid_touch' then 2 else 3 end,
    is_promoted desc;
