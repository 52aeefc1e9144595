-- Which components have no data for many accounts?
-- One row per component and reason, in the newest month. not_configured means not mapped at all, and too_young that it
-- cannot be known yet: both leave coverage as it is. All other reasons lower it: stale (no new rows in the source),
-- expired, never_used, too_few, not_recorded. A component that is missing for most accounts decides little: fix its
-- source, or remove its weight from the policy.
with
parameters as (
    select 10 as least_percent
),

newest as (
    select max(month) as month from runs where status = 'published'
),

accounts as (
    select count(*) as accounts
    from tiers_current
),

missing as (
    select
        contributions.pillar,
        contributions.component,
        contributions.metric,
        contributions.weight,
        contributions.missing_reason,
        count(*) as accounts_without
    from score_contributions as contributions
    join newest on newest.month = contributions.month
    where contributions.missing_reason is not null
    group by
        contributions.pillar,
        contributions.component,
        contributions.metric,
        contributions.weight,
        contributions.missing_reason
)

select
    missing.pillar,
    missing.component,
    missing.metric,
    missing.weight,
    missing.missing_reason,
    missing.accounts_without,
    cast(100.0 * missing.accounts_without / accounts.accounts as numeric(5, 1)) as percent_without
from missing
cross join accounts
cross join parameters
where 100.0 * missing.accounts_without / accounts.accounts >= parameters.least_percent
order by percent_without desc, missing.pillar, missing.component, missing.missing_reason;
